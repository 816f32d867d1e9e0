/**
 * `npm run bench`: the real service, the floor and a naive service, side by side and measured in turns (docs/bench.md).
 *
 *     workload/    what is sent: fills, quotes, their timetable, what they add up to (pure)
 *     load/        who sends and who listens: clients, each kind in a process of its own
 *     measure/     clock, latencies, CPU time, ratios
 *     targets/     what is measured: the service, the floor, the naive service
 *     floor/       the bare server that figures are compared with
 *     naive/       what one would write in an afternoon, to compare with too
 *     database/    rows into the service's database, for both of them
 *     scenarios/   what can be asked, a file each (scenarios.ts lists them); rounds, pairs of rounds, the search for a rate
 *     report/      what is printed and kept
 *
 * Another service to compare with becomes a target, another way in a client in load/, another question a scenario.
 *
 * Exit code 1 when an answer is wrong, an update is missing or a scenario has broken off; 2 when the command line is wrong.
 */

import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

import { PROJECT_ROOT } from '../test/support/project-root.ts';
import { type BenchOptions, HELP, readBenchOptions } from './options.ts';
import { describeMachine } from './report/machine.ts';
import { htmlPage } from './report/html-page.ts';
import { printed } from './report/print.ts';
import { type Results, resultsOf } from './report/results.ts';
import { Bench } from './scenarios/bench.ts';
import { runAll } from './scenarios/run-all.ts';
import { Targets } from './targets/targets.ts';

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
  const text = printed(results);
  process.stdout.write(`${text}kept in ${keep(results, text)}\n`);
  if (results.faults.length > 0) process.exitCode = EXIT_FAULT;
}

async function run(options: BenchOptions): Promise<Results> {
  const machine = describeMachine();
  const targets = new Targets({ restMs: options.restMs, profileDir: options.profileDir, floorWithout: options.floorWithout });
  try {
    const bench = new Bench(targets);
    const rounds = await runAll(bench, options).finally(() => bench.stop());
    return resultsOf(machine, options, rounds, await targets.stopAll());
  } catch (error) {
    for (const fault of await targets.stopAll()) process.stderr.write(`${fault}\n`);
    throw error;
  }
}

/** Writes the results into bench/results/, as JSON and as a page, and returns where the JSON is. */
function keep(results: Results, text: string): string {
  const folder = join(PROJECT_ROOT, 'bench/results');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `${results.machine.at.replaceAll(':', '-')}.json`);
  writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`);
  writeFileSync(file.replace(/json$/, 'html'), htmlPage(results, text));
  return relative(process.cwd(), file);
}
