/** Who was busy: CPU by kind of round, whether the generator was the one that could not do more, and what others used. */

import type { CpuSeconds } from '../measure/cpu.ts';
import type { CpuColumn } from '../scenarios/scenario.ts';
import { median } from '../measure/ratios.ts';
import { roundsOf } from '../scenarios/pairs.ts';
import { TARGET_NAMES } from '../targets/target.ts';
import type { Results } from './results.ts';
import { fixed, table } from './table.ts';

/** Cores that others may use before the times are said to be theirs too. */
const OTHERS_CORES_MAX = 0.2;
/** Above it a process that has one busy thread is near its end. */
const SATURATED_SHARE = 0.8;
/** Processes with one busy thread that make the load or take what is sent. */
const LOAD_NAMES = /^(generator|subscriber|receiver|feed)/;
const SHOWN_SHARE_MIN = 0.005;

interface Load {
  readonly cpu: CpuSeconds;
  readonly loadSeconds: number;
}

interface LoadRound extends Load {
  readonly target: string;
}

/** The rounds at the highest rate that each search has held. */
function highestRounds({ heldSearches }: Results): (LoadRound & { readonly door: string })[] {
  return roundsOf(heldSearches).flatMap(({ rounds, heldFillsPerSecond }) => rounds.filter(({ fillsPerSecond, isHeld }) => isHeld && fillsPerSecond === heldFillsPerSecond));
}

const shareOf = (name: string, rounds: readonly Load[]): number => median(rounds.map(({ cpu, loadSeconds }) => (cpu[name] ?? Number.NaN) / loadSeconds));

export function cpuLines(results: Results): string[] {
  if (roundsOf(results.latencyRounds).length + roundsOf(results.throughputRounds).length + roundsOf(results.heldSearches).length === 0) return [];
  return ['CPU, seconds used per second of load, median of the rounds (1.00 is one core)', cpuTable(results), ...saturationLines(results), ''];
}

/** CPU of a scenario: a line for each kind of round, who used nothing left out; and who of the load could do no more. */
export function scenarioCpuLines(columns: readonly CpuColumn[]): string[] {
  if (columns.length === 0) return [];
  const all = [...new Set(columns.flatMap(({ rounds }) => rounds.flatMap(({ cpu }) => Object.keys(cpu))))];
  const names = all.filter((name) => columns.some(({ rounds }) => shareOf(name, rounds) >= SHOWN_SHARE_MIN));
  const saturated = columns.flatMap(({ head, rounds }) =>
    names
      .filter((name) => LOAD_NAMES.test(name) && shareOf(name, rounds) > SATURATED_SHARE)
      .map((name) => `  ${name.toUpperCase()} SATURATED: ${head} (${fixed(shareOf(name, rounds), 2)} cores): what is measured may be its own end`),
  );
  return [
    '  CPU, seconds used per second of load, median of the rounds (1.00 is one core):',
    table(['', ...names], columns.map(({ head, rounds }) => [head, ...names.map((name) => fixed(shareOf(name, rounds), 2))])),
    ...saturated,
  ];
}

function cpuTable(results: Results): string {
  const kinds: { readonly kind: string; readonly rounds: readonly LoadRound[] }[] = [
    { kind: 'latency', rounds: roundsOf(results.latencyRounds) },
    { kind: 'intake', rounds: roundsOf(results.throughputRounds) },
    { kind: 'held', rounds: highestRounds(results) },
    { kind: 'half', rounds: roundsOf(results.halfRateRounds) },
  ];
  const columns = kinds.flatMap(({ kind, rounds }) =>
    TARGET_NAMES.map((name) => ({ head: `${kind}, ${name}`, rounds: rounds.filter(({ target }) => target === name) })).filter((column) => column.rounds.length > 0),
  );
  const names = Object.keys(columns[0]?.rounds[0]?.cpu ?? {});
  return table(['', ...columns.map(({ head }) => head)], names.map((name) => [name, ...columns.map(({ rounds }) => fixed(shareOf(name, rounds), 2))]));
}

/** Where the generator used nearly a core, the rate is its own and the target's is at least that. */
function saturationLines(results: Results): string[] {
  const intake = roundsOf(results.throughputRounds).map((round) => ({ ...round, kind: 'intake' }));
  const held = highestRounds(results).map((round) => ({ ...round, kind: 'held rate' }));
  const all = [...intake, ...held];
  const groups = new Set(all.map(({ kind, door, target }) => `${kind} ${door} ${target}`));
  return [...groups].flatMap((group) => {
    const share = shareOf('generator', all.filter(({ kind, door, target }) => `${kind} ${door} ${target}` === group));
    return share > SATURATED_SHARE ? [`  GENERATOR SATURATED: ${group} (${fixed(share, 2)} cores): the target may take more than is said`] : [];
  });
}

export function noiseLines(results: Results): string[] {
  const ofScenarios = Object.values(results.scenarios).flatMap(({ cpu }) => cpu.flatMap(({ rounds }) => rounds));
  const rounds: Load[] = [...roundsOf(results.latencyRounds), ...roundsOf(results.throughputRounds), ...roundsOf(results.halfRateRounds), ...ofScenarios];
  const others = shareOf('others', rounds);
  if (Number.isNaN(others) || others <= OTHERS_CORES_MAX) return [];
  return [`NOISE: others used ${fixed(others, 2)} cores of this machine meanwhile; the high percentiles and the intake are theirs too`];
}
