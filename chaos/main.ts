/**
 * `npm run chaos`: the real service under faults, checked from outside.
 *
 *     ledger/     what was sent and what was answered, and what that adds up to (naive, on its own)
 *     load/       clients: orders and all that becomes of them, from a seed, through every door
 *     faults/     disks that lose power; connections are cut by the tests' proxy
 *     journal/    damage to journal files
 *     check/      ledger against API and database
 *     service/    processes, the database server, what is undone at the end
 *     cases/      one fault each, what most of them share in life.ts
 *     mutants/    the service with one promise taken out: each case must fail on its own
 *     preloads/   the service as it is, with some of its numbers smaller, for cases that cannot wait
 *
 * It is a client: no number of the service's own enters what is expected. Jepsen's method: the ledger is kept outside, faults come
 * from a seed, and the checker looks when all is over.
 *
 * Exit code 1 when a case fails; 2 when the command line is wrong.
 */

import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

import { CASES } from './cases/all-cases.ts';
import { type ChaosOptions, HELP, readChaosOptions } from './options.ts';
import { printed, printedResult } from './report.ts';
import { type CaseResult, runCase } from './run-case.ts';
import { Cleanup } from './service/cleanup.ts';
import { DatabaseServer } from './service/database-server.ts';

const EXIT_FAULT = 1;
const EXIT_USAGE = 2;
/** For a case that is broken off. */
const ENDING_MS_MAX = 10_000;

// Whoever reads this may stop reading; what was started must be ended all the same.
process.stdout.on('error', () => undefined);

const read = readChaosOptions(process.argv.slice(2));
if (read.is === 'help') process.stdout.write(HELP);
else if (read.is === 'fault') {
  process.stderr.write(`${read.detail}\n`);
  process.exitCode = EXIT_USAGE;
} else process.exitCode = await run(read.options);

async function run(options: ChaosOptions): Promise<number> {
  const { seed, size, caseName, mutant, runs, isJson, isVerbose } = options;
  const shared = new Cleanup();
  const cleanups = new Set<Cleanup>([shared]);
  const undoAll = async (): Promise<void> => {
    for (const cleanup of [...cleanups].reverse()) await cleanup.all();
  };
  let isBrokenOff = false;
  let finished: () => void = () => undefined;
  const isFinished = new Promise<void>((resolve) => (finished = resolve));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, async () => {
      isBrokenOff = true;
      // What is undone under it ends the running case; what it began meanwhile is undone after it.
      await undoAll();
      await Promise.race([isFinished, sleep(ENDING_MS_MAX)]);
      await undoAll();
      process.exit(128 + constants.signals[signal]);
    });
  }
  const databases = new DatabaseServer(shared);
  const results: CaseResult[] = [];
  try {
    for (const chaosCase of CASES) {
      if (caseName === undefined ? mutant !== undefined && !chaosCase.mutants.includes(mutant) : chaosCase.name !== caseName) continue;
      for (let i = 0; i < (runs ?? chaosCase.runs[size]) && !isBrokenOff; i++) {
        const result = await runCase(chaosCase, { seed: seed + i, size, mutant, databases, cleanups });
        results.push(result);
        process.stdout.write(isJson ? `${JSON.stringify(result)}\n` : printedResult(result, isVerbose));
      }
    }
  } finally {
    await undoAll();
    finished();
  }
  if (!isJson) process.stdout.write(printed(results));
  return results.some(({ outcome }) => outcome === 'failed') ? EXIT_FAULT : 0;
}
