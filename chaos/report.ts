/** What is printed: each run when it is over, and at the end a table, with how to run again what failed. */

import type { CaseResult } from './run-case.ts';

export function printedResult(result: CaseResult, isVerbose: boolean): string {
  const { name, seed, mutant, outcome, reason, faults, observed, seconds } = result;
  const head = `${outcome.padEnd(8)}${name} seed ${seed}${mutant === undefined ? '' : ` mutant ${mutant}`} ${seconds.toFixed(1)} s${reason === undefined ? '' : `: ${reason}`}`;
  const said = isVerbose ? observed.map((line) => `    ${line}`) : [];
  const wrong = faults.map((fault) => `    ${fault}`);
  const again = outcome === 'failed' ? [`    again: ${runAgain(result)}`] : [];
  return `${[head, ...said, ...wrong, ...again].join('\n')}\n`;
}

export function printed(results: readonly CaseResult[]): string {
  const names = [...new Set(results.map(({ name }) => name))];
  const rows = names.map((name) => {
    const of = results.filter((result) => result.name === name);
    const times = (outcome: CaseResult['outcome']): string => String(of.filter((result) => result.outcome === outcome).length);
    return [name, seedsOf(of), times('passed'), times('failed'), times('skipped'), countsOf(of)];
  });
  const table = [['case', 'seeds', 'passed', 'failed', 'skipped', 'done and checked'], ...rows];
  const widths = table[0]!.map((_, column) => Math.max(...table.map((row) => row[column]!.length)));
  const lines = table.map((row) => row.map((cell, column) => cell.padEnd(widths[column]!)).join('  ').trimEnd());
  const skipped = new Set(results.flatMap(({ reason }) => (reason === undefined ? [] : [`skipped: ${reason}`])));
  const failed = results.filter(({ outcome }) => outcome === 'failed').map((result) => `failed: ${runAgain(result)}`);
  const total = `${results.filter(({ outcome }) => outcome === 'passed').length} passed, ${failed.length} failed, ${results.filter(({ outcome }) => outcome === 'skipped').length} skipped`;
  return `\n${[...lines, ...skipped, ...failed, total].join('\n')}\n`;
}

function runAgain({ name, seed, size, mutant }: CaseResult): string {
  return `npm run chaos -- --case ${name} --seed ${seed} --runs 1 --size ${size}${mutant === undefined ? '' : ` --mutant ${mutant}`}`;
}

function seedsOf(results: readonly CaseResult[]): string {
  const seeds = results.map(({ seed }) => seed);
  const [first, last] = [Math.min(...seeds), Math.max(...seeds)];
  return first === last ? String(first) : `${first}..${last}`;
}

function countsOf(results: readonly CaseResult[]): string {
  const sums = new Map<string, number>();
  for (const { counts } of results) for (const [what, times] of Object.entries(counts)) sums.set(what, (sums.get(what) ?? 0) + times);
  return [...sums].map(([what, times]) => `${what} ${times.toLocaleString('en-US')}`).join(', ');
}
