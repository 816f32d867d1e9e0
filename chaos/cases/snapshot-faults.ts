/** Faults while snapshots are made, and of what a start goes on from. The cases have them made far more often than the service does. */

import { readFile, truncate, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { startCuttingProxy } from '../../test/integration/storage/cutting-proxy.ts';
import { isMakingSnapshot, journalBegin, snapshotFilesIn, snapshotsIn } from '../service/data-files.ts';
import { NotReady } from '../service/service-process.ts';
import type { CaseRun, ChaosCase } from './chaos-case.ts';
import { Life, type LifeOptions } from './life.ts';

const OFTEN = { flags: ['--snapshot-minutes', '1', '--history-hours', '0'], preloads: [new URL('../preloads/snapshots-often.js', import.meta.url).href] };
const EVENTS_MIN = 20;
const EVENTS_MAX = 200;
/** About as long as one is in the making, and as long as it is written at least. */
const MAKING_MS = 700;
const WRITING_MS = 100;
/** Its process is left behind then, and may come to its end. */
const ALONE_SHARE = 0.5;
const AWAY_MS = 1_200;
/** Long enough for whoever would make a snapshot all the same. */
const STILL_AWAY_MS = 2_500;
const WAIT_MS_MAX = 30_000;
const POLL_MS = 5;
const LOG_MS_MAX = 2_000;
const CANNOT_BE_READ = 'a snapshot cannot be read';
const GOING_ON = 'going on from a snapshot';

async function lifeOn(run: CaseRun, database: Pick<LifeOptions, 'databaseUrl' | 'checkedDatabaseUrl'>): Promise<Life> {
  const life = new Life(run, { ...database, ...OFTEN, dataDir: await run.makeFolder() });
  await life.start();
  return life;
}

async function until(what: string, isSo: () => boolean): Promise<void> {
  for (const untilMs = performance.now() + WAIT_MS_MAX; !isSo(); await sleep(POLL_MS)) {
    if (performance.now() > untilMs) throw new Error(`${what}: not within ${WAIT_MS_MAX} ms`);
  }
}

/** Load until the journal has lost its beginning; two snapshots must stand for it. */
async function loadUntilShortened(run: CaseRun, life: Life): Promise<void> {
  const { dataDir } = life.options;
  const load = life.load.start(life.service.url);
  await until('a journal without its beginning', () => journalBegin(dataDir) > 1);
  const { length } = snapshotsIn(dataDir);
  if (length < 2) run.fault(`the journal's beginning was removed, and ${length} snapshot stands for it: it might be damaged`);
  await load.stop();
}

/** A start that must go on from a snapshot; with `damaged` from one that is not it, and say so. */
async function startFromSnapshot(run: CaseRun, life: Life, damaged?: string): Promise<void> {
  const expected = snapshotsIn(life.options.dataDir).find((path) => path !== damaged);
  try {
    await life.start();
  } catch (error) {
    if (!(error instanceof NotReady)) throw error;
    run.fault(`the service does not start${damaged === undefined ? '' : ' with a damaged snapshot'}: ${error.message}`);
    return;
  }
  // Its log comes by another pipe than its ready line, and may be behind that.
  for (const untilMs = performance.now() + LOG_MS_MAX; !life.service.stderr.includes(GOING_ON) && performance.now() < untilMs; ) await sleep(POLL_MS);
  const lines = life.service.stderr.split('\n').filter((line) => line.includes(CANNOT_BE_READ) || line.includes(GOING_ON));
  for (const line of lines) run.observe(line);
  const told = lines.filter((line) => line.includes(CANNOT_BE_READ));
  if (damaged === undefined && told.length > 0) run.fault(`a snapshot that nothing was done to cannot be read: ${told.join('; ')}`);
  if (damaged !== undefined && !told.some((line) => line.includes(basename(damaged)))) run.fault(`the log does not name the damaged snapshot ${basename(damaged)}`);
  // One that was left in the making may have come to its end meanwhile.
  if (!lines.some((line) => line.includes(GOING_ON) && (damaged === undefined || line.includes(basename(expected!))))) run.fault(`the start did not go on from ${expected}`);
}

export const SIGKILL_IN_SNAPSHOT: ChaosCase = {
  name: 'sigkill-in-snapshot',
  what: 'SIGKILL while a snapshot is being made, again and again',
  mutants: ['snapshot-named-at-once'],
  runs: { short: 1, full: 3 },
  async run(run) {
    const life = await lifeOn(run, { databaseUrl: await run.databases.create() });
    await loadUntilShortened(run, life);
    const kills = run.sized(2, 20);
    for (let kill = 0; kill < kills && run.faults.length === 0; kill++) {
      const before = life.load.acknowledgedEvents;
      const load = life.load.start(life.service.url);
      await life.load.reaches(before, run.random.integer(EVENTS_MIN, EVENTS_MAX));
      const isWritten = kill % 2 === 0;
      await (isWritten ? whileOneIsWritten(run, life) : whileOneIsMade(run, life));
      if (isMakingSnapshot(life.service.tree())) run.count('kills while one was made');
      await (!isWritten && run.random.chance(ALONE_SHARE) ? life.service.killAlone() : life.service.killTree());
      await load.stop();
      run.count('kills');
      await startFromSnapshot(run, life);
      if (run.faults.length === 0) await life.settle();
    }
    if (run.faults.length === 0) await life.stop();
  },
};

async function whileOneIsMade(run: CaseRun, life: Life): Promise<void> {
  await until('a snapshot in the making', () => isMakingSnapshot(life.service.tree()));
  await sleep(run.random.between(0, MAKING_MS));
}

async function whileOneIsWritten(run: CaseRun, life: Life): Promise<void> {
  const known = snapshotFilesIn(life.options.dataDir);
  await until('another file in the folder of snapshots', () => snapshotFilesIn(life.options.dataDir).some((name) => !known.includes(name)));
  await sleep(run.random.between(0, WRITING_MS));
}

export const SNAPSHOT_DAMAGE: ChaosCase = {
  name: 'snapshot-damage',
  what: 'the newest snapshot damaged: the start goes on from the one before it',
  mutants: ['snapshot-unchecked', 'snapshot-kept-alone'],
  runs: { short: 1, full: 2 },
  async run(run) {
    const life = await lifeOn(run, { databaseUrl: await run.databases.create() });
    const damages = run.sized(2, 12);
    for (let damage = 0; damage < damages && run.faults.length === 0; damage++) {
      await loadUntilShortened(run, life);
      if (run.faults.length > 0) return;
      await life.service.killTree();
      const newest = snapshotsIn(life.options.dataDir)[0]!;
      await (damage % 2 === 0 ? flipBit(run, newest) : cutOff(run, newest));
      run.count('snapshots damaged');
      await startFromSnapshot(run, life, newest);
      if (run.faults.length > 0) return;
      await life.settle();
      await until('the damaged snapshot is gone with the next one', () => !snapshotsIn(life.options.dataDir).includes(newest));
    }
    await life.stop();
  },
};

/** Where something stands: most of a small snapshot is room for names. */
async function flipBit(run: CaseRun, path: string): Promise<void> {
  const bytes = await readFile(path);
  let offset = 0;
  do offset = run.random.integer(0, bytes.length - 1);
  while (bytes[offset] === 0);
  bytes[offset]! ^= 1 << run.random.integer(0, 7);
  await writeFile(path, bytes);
  run.observe(`flipped a bit of byte ${offset} of ${basename(path)}`);
}

async function cutOff(run: CaseRun, path: string): Promise<void> {
  const length = run.random.integer(0, (await readFile(path)).length - 1);
  await truncate(path, length);
  run.observe(`cut ${basename(path)} off at ${length} bytes`);
}

export const SNAPSHOT_FOR_JOURNAL: ChaosCase = {
  name: 'snapshot-for-journal',
  what: 'the beginning of the journal removed, then the database away, SIGKILL, and all batches again',
  mutants: ['snapshot-ahead', 'snapshot-forgets-keys'],
  runs: { short: 1, full: 3 },
  async run(run) {
    const checkedDatabaseUrl = await run.databases.create();
    const proxy = await startCuttingProxy(checkedDatabaseUrl);
    run.cleanup.add(() => proxy.stop());
    const life = await lifeOn(run, { databaseUrl: proxy.databaseUrl, checkedDatabaseUrl });
    await loadUntilShortened(run, life);
    const load = life.load.start(life.service.url);
    // What is journaled from here on has no rows: no snapshot may stand for it.
    proxy.setReachable(false);
    await sleep(AWAY_MS);
    await load.stop();
    await sleep(STILL_AWAY_MS);
    await life.service.killTree();
    await startFromSnapshot(run, life);
    proxy.setReachable(true);
    if (run.faults.length > 0) return;
    run.observe(`the journal begins at sequence ${journalBegin(life.options.dataDir)}`);
    await life.settle();
    const again = life.load.lanes.map((lane) => lane.repeatAll(life.service.url));
    run.count('batches repeated', (await Promise.all(again)).reduce((sum, count) => sum + count, 0));
    await life.check();
    await life.stop();
  },
};
