/**
 * `npm run bench`: the real service and the floor, started side by side and measured in turns.
 *
 *     workload/    what is sent: fills, quotes, their timetable, what they add up to (pure)
 *     load/        who sends and who listens: clients, each kind in a process of its own
 *     measure/     clock, latencies, CPU time, ratios
 *     targets/     what is measured: the service, the floor
 *     floor/       the bare server that figures are compared with
 *     scenarios/   one round of one kind of measurement; pairs of rounds
 *     report/      what is printed and kept
 *
 * Another service to compare with becomes a target, another way in a client in load/, another question a scenario.
 *
 * Exit code 1 when an answer is wrong or an update is missing; 2 when the command line is.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

import { PROJECT_ROOT } from '../test/support/project-root.ts';
import { type BenchOptions, HELP, readBenchOptions } from './options.ts';
import { describeMachine } from './report/machine.ts';
import { printed } from './report/print.ts';
import { type Results, resultsOf } from './report/results.ts';
import { Bench } from './scenarios/bench.ts';
import { type LatencyRound, runLatencyRound } from './scenarios/latency-round.ts';
import { runPairs } from './scenarios/pairs.ts';
import { runThroughputRound, type ThroughputRound } from './scenarios/throughput-round.ts';
import { startFloor } from './targets/floor-target.ts';
import { startServiceTarget } from './targets/service-target.ts';
import type { Target } from './targets/target.ts';
import { FORMATS } from './workload/batches.ts';

const EXIT_FAULT = 1;
const EXIT_USAGE = 2;

// Ended by a signal it still ends through 'exit', where the service is told to end too.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(EXIT_FAULT));

const read = readBenchOptions(process.argv.slice(2));
if (read.is === 'help') process.stdout.write(HELP);
else if (read.is === 'fault') {
  process.stderr.write(`${read.detail}\n`);
  process.exitCode = EXIT_USAGE;
} else {
  const results = await run(read.options);
  process.stdout.write(`${printed(results)}kept in ${keep(results)}\n`);
  if (results.faults.length > 0) process.exitCode = EXIT_FAULT;
}

async function run(options: BenchOptions): Promise<Results> {
  const machine = describeMachine();
  const service = await startServiceTarget(options.profileDir === undefined ? {} : { profileDir: options.profileDir });
  const floor = await startFloor();
  const bench = new Bench([service, floor]);
  const stop = async (): Promise<readonly string[]> => {
    await bench.stop();
    return [...(await floor.stop()), ...(await service.stop())];
  };
  try {
    const latency = await runPairs(service, floor, options.pairs, async (target: Target, pair) => told(await runLatencyRound(bench, target, options.latency, pair)));
    const throughput = [];
    for (const format of FORMATS) {
      const round = async (target: Target, pair: number): Promise<ThroughputRound> => told(await runThroughputRound(bench, target, options.throughput, format, pair));
      throughput.push(...(await runPairs(service, floor, options.pairs, round)));
    }
    return resultsOf(machine, options, latency, throughput, await stop());
  } catch (error) {
    for (const fault of await stop()) process.stderr.write(`${fault}\n`);
    throw error;
  }
}

/** Says on stderr that a round is over, and gives it back. */
function told<R extends LatencyRound | ThroughputRound>(round: R): R {
  const kind = 'format' in round ? `intake ${round.format}` : 'latency';
  const figure =
    'format' in round
      ? `${Math.round(round.acknowledgedPerSecond)} events/s`
      : `P50 ${round.fillToUpdate.getValueAtPercentile(50) / 1_000} ms, P99 ${round.fillToUpdate.getValueAtPercentile(99) / 1_000} ms`;
  process.stderr.write(`${kind} ${round.target}, pair ${round.pair}: ${figure}${round.faults.length > 0 ? `, ${round.faults.length} FAULTS` : ''}\n`);
  return round;
}

/** Writes the results into bench/results/ and returns where. */
function keep(results: Results): string {
  const folder = join(PROJECT_ROOT, 'bench/results');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${results.machine.at.replaceAll(':', '-')}.json`);
  writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`);
  return relative(process.cwd(), file);
}
