/**
 * `npm run sim -- --seed N`: plays runs in simulated time and says which of them broke a promise.
 *
 * It owns the command line and its exit codes: 0 all promises kept, 1 some run failed, 2 the command is wrong.
 */

import { parseArgs } from 'node:util';

import { isMutant, type Mutant, MUTANTS } from './mutants.ts';
import { run, type RunResult, STEPS } from './run.ts';

const SEEDS_MAX = 10_000_000;
const STEPS_MAX = 100_000;

const HELP = `Plays the service in simulated time on a disk and a database that fail, and checks that nothing acknowledged is lost and
nothing counts twice. The same seed makes the same run.

  npm run sim -- [options]

  --seed N        the first seed (1)
  --seeds N       how many seeds, counted up from the first (1)
  --steps N       batches that the client sends in a run (${STEPS})
  --mutant NAME   break something on purpose:
${Object.entries(MUTANTS).map(([name, what]) => `                  ${name.padEnd(20)} ${what}`).join('\n')}
  --trace         print what happened in each run
  --help

Exit code 0: every promise was kept. 1: one was broken; the command that runs it again is printed. 2: wrong usage.
`;

interface Command {
  readonly firstSeed: number;
  readonly seeds: number;
  readonly steps: number;
  readonly mutant: Mutant | undefined;
  readonly isTraced: boolean;
}

class UsageError extends Error {}

/** Undefined when help was asked for. */
function readCommandLine(args: readonly string[]): Command | undefined {
  const values = parseOrUsageError(args);
  if (values.help === true) return undefined;
  const { mutant } = values;
  if (mutant !== undefined && !isMutant(mutant)) throw new UsageError(`--mutant is one of ${Object.keys(MUTANTS).join(', ')}, not ${mutant}`);
  return {
    firstSeed: whole('seed', values.seed ?? '1', 0, 2 ** 32 - 1),
    seeds: whole('seeds', values.seeds ?? '1', 1, SEEDS_MAX),
    steps: whole('steps', values.steps ?? String(STEPS), 1, STEPS_MAX),
    mutant,
    isTraced: values.trace === true,
  };
}

function parseOrUsageError(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        seed: { type: 'string' },
        seeds: { type: 'string' },
        steps: { type: 'string' },
        mutant: { type: 'string' },
        trace: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function whole(name: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isInteger(value) || value < least || value > most) {
    throw new UsageError(`--${name} is a whole number from ${least} to ${most}, not ${text}`);
  }
  return value;
}

function printFailure({ seed, failure }: RunResult, { steps, mutant }: Command): void {
  const again = `npm run sim -- --seed ${seed} --steps ${steps}${mutant === undefined ? '' : ` --mutant ${mutant}`} --trace`;
  console.log(`seed ${seed} failed: ${failure!.message}\n  again: ${again}`);
}

async function main(args: readonly string[]): Promise<number> {
  let command: Command | undefined;
  try {
    command = readCommandLine(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`sim: ${error.message}\nSee npm run sim -- --help`);
    return 2;
  }
  if (command === undefined) {
    console.log(HELP);
    return 0;
  }
  const beganMs = performance.now();
  let failed = 0;
  const sums = { starts: 0, events: 0, predictedOrders: 0, virtualSeconds: 0, faults: 0 };
  for (let i = 0; i < command.seeds; i++) {
    const seed = (command.firstSeed + i) >>> 0;
    const result = await run({ seed, steps: command.steps, ...(command.mutant === undefined ? {} : { mutant: command.mutant }) });
    if (command.isTraced) console.log(result.trace.join('\n'));
    if (result.failure !== undefined) {
      failed++;
      printFailure(result, command);
    }
    sums.starts += result.starts;
    sums.events += result.events;
    sums.predictedOrders += result.predictedOrders;
    sums.virtualSeconds += result.virtualSeconds;
    for (const count of result.faults.values()) sums.faults += count;
  }
  const seconds = ((performance.now() - beganMs) / 1_000).toFixed(1);
  console.log(
    `${command.seeds} seeds from ${command.firstSeed} in ${seconds} s, ${failed} failed: ${sums.events} events, ${sums.faults} faults, ${sums.starts} starts, ` +
      `${sums.predictedOrders} orders predicted, ${Math.round(sums.virtualSeconds)} s of virtual time`,
  );
  return failed === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
