/** What can happen to the database, and what must not be noticed of it: intake goes on, and afterwards each row is there once. */

import { setTimeout as sleep } from 'node:timers/promises';

import type { Cut } from '../../test/integration/storage/cutting-proxy.ts';
import { getHealth, isStoredThrough } from '../check/service-answers.ts';
import { processTree, residentBytes, signalAll } from '../service/process-tree.ts';
import { behindProxy } from './behind-proxy.ts';
import type { CaseRun, ChaosCase } from './chaos-case.ts';
import { Life } from './life.ts';

const LOAD_MS = 600;
const EVENTS = 200;
const AWAY_SHORT_MS = 1_200;
const AWAY_FULL_MS = 60_000;
/** The full size is longer than the statement timeout, by which storage notices a server that does not answer. */
const HUNG_SHORT_MS = 1_200;
const HUNG_FULL_MS = 90_000;
/**
 * What a service may take without its database: a warm one with full rings and the rows that it holds in memory, and what its engine knows
 * of each event of this load. Seen at 2 million events: 345 bytes each with the database there, 364 without, 455 where all rows stayed in memory.
 */
const RESIDENT_BYTES_MAX = 384 << 20;
const RESIDENT_BYTES_OF_EVENT_MAX = 384;
/** Of the rows that wait, those that are not in files: as operations.md promises, and what one look into the rings brings. */
const ROWS_IN_MEMORY_MAX = 400_000;
const ROWS_OF_A_LOOK_MAX = 1_000;
const SAMPLE_MS = 500;
const CUT_MS_MAX = 10_000;
const STORED_MS_MAX = 30_000;
const CUTS_SHORT = 3;
const CUTS_FULL = 30;

/** Load while the database, which the service has written to if it is there, goes away: every batch must be answered all the same. */
async function loadWithout(run: CaseRun, life: Life, awayMs: number, goAway: () => void, isThere = true): Promise<void> {
  const load = life.load.start(life.service.url);
  await life.load.reaches(life.load.acknowledgedEvents, EVENTS);
  if (isThere && !(await isStoredThrough(life.service.url, 1, STORED_MS_MAX))) run.fault('no row is written');
  goAway();
  const before = life.load.acknowledgedEvents;
  let residentMax = 0;
  let overMost = 0;
  for (const untilMs = performance.now() + awayMs; performance.now() < untilMs; await sleep(SAMPLE_MS)) {
    const resident = residentBytes(life.service.pid);
    residentMax = Math.max(residentMax, resident);
    overMost = Math.max(overMost, resident - RESIDENT_BYTES_MAX - life.load.acknowledgedEvents * RESIDENT_BYTES_OF_EVENT_MAX);
  }
  const { status, body } = await getHealth(life.service.url);
  await life.load.reaches(before, EVENTS);
  await load.stop();
  run.observe(`/health/ready ${status}, storage ${JSON.stringify(body.storage)}; resident at most ${Math.round(residentMax / 2 ** 20)} MiB`);
  run.observe(`log so far: ${life.service.stderr.trim()}`);
  if (status !== 200) run.fault(`/health/ready is ${status} while the database is away: ${JSON.stringify(body)}`);
  if (life.load.openBatches > 0) run.fault(`${life.load.openBatches} batches got no answer while the database was away: ${life.load.lanes.map(({ lastWhy }) => lastWhy).join(', ')}`);
  const rowsInMemory = body.storage.held_rows - body.storage.spilled_rows;
  if (rowsInMemory > ROWS_IN_MEMORY_MAX + ROWS_OF_A_LOOK_MAX) run.fault(`${rowsInMemory} rows wait in memory while the database is away`);
  if (overMost > 0) run.fault(`the service took ${residentMax} bytes of memory while the database was away, ${overMost} more than for the ${life.load.acknowledgedEvents} events that it has acknowledged`);
}

export const DATABASE_DOWN_AT_START: ChaosCase = {
  name: 'database-down-at-start',
  what: 'the database cannot be reached when the service starts, and comes later',
  mutants: ['drops-rows-held'],
  runs: { short: 1, full: 2 },
  async run(run) {
    const { life, proxy } = await behindProxy(run);
    proxy.setReachable(false);
    await life.start();
    await loadWithout(run, life, LOAD_MS, () => undefined, false);
    // Killed while no row was ever written: the journal alone has everything.
    await life.service.killTree();
    await life.start();
    await loadWithout(run, life, LOAD_MS, () => undefined, false);
    proxy.setReachable(true);
    await life.settle();
    await life.stop();
  },
};

export const DATABASE_AWAY: ChaosCase = {
  name: 'database-away',
  what: 'the database is away for a while under load',
  mutants: ['drops-rows'],
  runs: { short: 1, full: 1 },
  async run(run) {
    const { life, proxy } = await behindProxy(run);
    await life.start();
    await loadWithout(run, life, run.sized(AWAY_SHORT_MS, AWAY_FULL_MS), () => proxy.setReachable(false));
    proxy.setReachable(true);
    await life.settle();
    await life.stop();
  },
};

export const DATABASE_HUNG: ChaosCase = {
  name: 'database-hung',
  what: 'SIGSTOP of the database server under load',
  mutants: ['drops-rows-held'],
  runs: { short: 1, full: 1 },
  async run(run) {
    const life = new Life(run, { dataDir: await run.makeFolder(), databaseUrl: await run.databases.create() });
    await life.start();
    const pid = await run.databases.pid();
    const goOn = run.cleanup.add(() => signalAll(processTree(pid), 'SIGCONT'));
    await loadWithout(run, life, run.sized(HUNG_SHORT_MS, HUNG_FULL_MS), () => signalAll(processTree(pid), 'SIGSTOP'));
    await goOn();
    await life.settle();
    await life.stop();
  },
};

/** Cuts the connection under load, again and again, at points that the seed chooses. */
async function cutOften(run: CaseRun, nextCut: () => Cut): Promise<void> {
  const { life, proxy } = await behindProxy(run);
  await life.start();
  const cuts = run.sized(CUTS_SHORT, CUTS_FULL);
  const load = life.load.start(life.service.url);
  for (let cut = 0; cut < cuts; cut++) {
    // Storage works, and has more to write: the cut meets that and not its coming back.
    const { storage } = (await getHealth(life.service.url)).body;
    if (!(await isStoredThrough(life.service.url, storage.committed_sequence + 1, STORED_MS_MAX))) run.fault('rows are not written any more');
    const { cutsMade } = proxy;
    proxy.cutNext(nextCut());
    for (const untilMs = performance.now() + CUT_MS_MAX; proxy.cutsMade === cutsMade && performance.now() < untilMs; ) await sleep(5);
    if (proxy.cutsMade === cutsMade) run.fault('the connection was not used while there was load');
    run.count('cuts', proxy.cutsMade - cutsMade);
  }
  proxy.disarm();
  await load.stop();
  run.observe(`log so far: ${life.service.stderr.trim()}`);
  await life.settle();
  await life.stop();
}

export const DATABASE_CUT_IN_COPY: ChaosCase = {
  name: 'database-cut-in-copy',
  what: 'the connection is cut inside COPY',
  mutants: ['watermark-first'],
  runs: { short: 1, full: 2 },
  run: (run) =>
    cutOften(run, () =>
      run.random.chance(0.5) ? { before: 'COPY executions' } : { afterClientBytes: run.random.integer(200, 60_000) },
    ),
};

export const DATABASE_CUT_AT_COMMIT: ChaosCase = {
  name: 'database-cut-at-commit',
  what: 'the connection is cut between COPY and the answer to COMMIT',
  mutants: ['watermark-outside'],
  runs: { short: 1, full: 2 },
  run: (run) => cutOften(run, () => (run.random.chance(0.7) ? { onceForwarded: 'COMMIT' } : { before: 'COMMIT' })),
};
