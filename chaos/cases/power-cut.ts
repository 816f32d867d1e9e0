/**
 * The power goes at random instants under load: journal and database come back with what had been synced.
 *
 * What the first start makes (the database's folder, its password) is on the disk before the load in one case, and as old as
 * the load in the other.
 */

import { execFile } from 'node:child_process';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

import { LoopImage } from '../faults/loop-image.ts';
import { signalAll } from '../service/process-tree.ts';
import { NotReady } from '../service/service-process.ts';
import type { CaseRun, ChaosCase } from './chaos-case.ts';
import { Life } from './life.ts';

/** Journal, and an embedded database of its own. */
const DISK_BYTES = 1 << 30;
const EVENTS_MIN = 50;
/** Sent in well less than what the kernel waits before it writes back by itself (30 s): what was not synced must not get there by luck. */
const EVENTS_MAX = 500;
const INSTANT_MS_MAX = 50;
const execute = promisify(execFile);

export const POWER_CUT: ChaosCase = {
  name: 'power-cut',
  what: 'power cut under load: the disk as it was, without what was not synced',
  mutants: ['no-fsync'],
  runs: { short: 1, full: 3 },
  needsLoopMounts: true,
  run: (run) => cutOften(run, run.sized(1, 4), (mountPoint) => execute('sync', ['--file-system', mountPoint])),
};

export const POWER_CUT_AT_FIRST_START: ChaosCase = {
  name: 'power-cut-at-first-start',
  what: 'power cut moments after the first start on a new folder',
  mutants: ['no-fsync'],
  runs: { short: 1, full: 1 },
  needsLoopMounts: true,
  run: (run) => cutOften(run, 1, () => Promise.resolve()),
};

/** `onFirstStart` is done when the service has made its folder. */
async function cutOften(run: CaseRun, cuts: number, onFirstStart: (mountPoint: string) => Promise<unknown>): Promise<void> {
  let disk = await LoopImage.make(DISK_BYTES, run.cleanup);
  const life = new Life(run, { dataDir: await dataDirOn(disk) });
  await life.start();
  await onFirstStart(disk.mountPoint);
  for (let cut = 0; cut < cuts && run.faults.length === 0; cut++) {
    const before = life.load.acknowledgedEvents;
    const load = life.load.start(life.service.url);
    await life.load.reaches(before, run.random.integer(EVENTS_MIN, EVENTS_MAX));
    await sleep(run.random.between(0, INSTANT_MS_MAX));
    signalAll(life.service.tree(), 'SIGSTOP');
    disk = await disk.cutPower(async () => {
      await life.service.killTree();
      await load.stop();
    });
    run.count('power cuts');
    life.options.dataDir = await dataDirOn(disk);
    const refusal = await startOrRepair(life);
    await life.settle();
    if (refusal !== undefined) run.fault(refusal);
  }
  await life.stop();
}

/** The journal is what must be there. Where the database's folder is not fit to be used, why, and the service runs on a new one. */
async function startOrRepair(life: Life): Promise<string | undefined> {
  try {
    await life.start();
    return undefined;
  } catch (error) {
    if (!(error instanceof NotReady)) throw error;
    await rm(join(life.options.dataDir, 'postgres'), { recursive: true });
    await life.start();
    return error.stderr.trimEnd().split('\n').at(-1)!;
  }
}

async function dataDirOn(disk: LoopImage): Promise<string> {
  const dataDir = join(disk.mountPoint, 'data');
  await mkdir(dataDir, { recursive: true });
  return dataDir;
}
