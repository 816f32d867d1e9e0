/** The disk of the journal is full under load: nothing that was acknowledged is lost, and what is known stays readable. */

import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { getHealth, getOrder } from '../check/service-answers.ts';
import { LoopImage } from '../faults/loop-image.ts';
import { accountsOf } from '../ledger/account.ts';
import type { ChaosCase } from './chaos-case.ts';
import { Life } from './life.ts';

const DISK_BYTES = 16 << 20;
/** What a file that is removed when the disk is to have space again leaves for the journal. */
const FREE_BYTES = 256 << 10;
/** Several times what fits: a service that goes on after that has not noticed. */
const EVENTS_MAX = 5_000;
const POLL_MS = 5;
const STOP_MS_MAX = 10_000;

export const DISK_FULL: ChaosCase = {
  name: 'disk-full',
  what: "the journal's disk is full under load; space again and a restart",
  mutants: ['ignores-write-errors'],
  runs: { short: 1, full: 2 },
  needsLoopMounts: true,
  async run(run) {
    const disk = await LoopImage.make(DISK_BYTES, run.cleanup);
    const dataDir = join(disk.mountPoint, 'data');
    await mkdir(dataDir);
    const ballast = join(disk.mountPoint, 'ballast');
    const { bavail, bsize } = await statfs(disk.mountPoint);
    await writeFile(ballast, Buffer.alloc(bavail * bsize - FREE_BYTES, 1));
    const life = new Life(run, { dataDir, databaseUrl: await run.databases.create() });
    await life.start();
    const load = life.load.start(life.service.url);
    let hasStopped = false;
    void load.stopped.then(() => (hasStopped = true));
    while (!hasStopped && life.load.acknowledgedEvents < EVENTS_MAX) await sleep(POLL_MS);
    await load.stop();
    if (life.load.openBatches === 0) run.fault(`${life.load.acknowledgedEvents} events were acknowledged on a disk that is full`);
    const health = await getHealth(life.service.url);
    run.observe(`lanes ended with ${[...new Set(life.load.lanes.map(({ lastWhy }) => lastWhy))].join(', ')}; /health/ready ${health.status} ${JSON.stringify(health.body)}`);
    run.observe(`log so far: ${life.service.stderr.trim()}`);
    const orderId = [...accountsOf(life.load.lanes[0]!.ledger.events(0)).keys()][0]!;
    if ((await getOrder(life.service.url, orderId, 'status')) === undefined) run.fault(`${orderId} is not readable while the disk is full`);
    const code = await life.service.terminate(STOP_MS_MAX);
    run.observe(`SIGTERM while the disk is full: exit code ${String(code)}; ${life.service.stderr.trimEnd().split('\n').at(-1)!}`);
    if (code === undefined) await life.service.killTree();
    await rm(ballast);
    await life.start();
    await life.settle();
    await life.stop();
  },
};
