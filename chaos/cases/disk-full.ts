/**
 * The disk of the journal is full under load: intake says so on every door, what is known stays readable, and when there is room
 * again intake goes on by itself. Nothing that was acknowledged is lost, before, meanwhile or afterwards.
 */

import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { IntakeSocket } from '../../test/support/intake-socket.ts';
import { getHealth, getOrder } from '../check/service-answers.ts';
import { LoopImage } from '../faults/loop-image.ts';
import { accountsOf } from '../ledger/account.ts';
import type { CaseRun, ChaosCase } from './chaos-case.ts';
import { Life } from './life.ts';

const DISK_BYTES = 16 << 20;
/** What a file that is removed when the disk is to have space again leaves for the journal. */
const FREE_BYTES = 256 << 10;
/** Several times what fits: a service that goes on after that has not noticed. */
const EVENTS_MAX = 5_000;
const EVENTS_AFTERWARDS = 200;
const POLL_MS = 5;
const RESUME_MS_MAX = 10_000;
const LOG_MS_MAX = 5_000;
const PROBE = [{ type: 'quote', timestamp: '2026-03-02T14:30:00Z', symbol: 'PROBE', bid: 1, ask: 2 }];
/** How a lane ends whose batch was in hand when the disk became full. */
const ENDS = ['507 disk_full', 'disk_full'];

export const DISK_FULL: ChaosCase = {
  name: 'disk-full',
  what: "the journal's disk is full under load: 507, reads go on, intake resumes when there is room",
  mutants: ['ignores-write-errors', 'acknowledges-when-full', 'full-is-failed'],
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
    // Opened before: while the disk is full, upgrades are refused too.
    const socket = await IntakeSocket.open(life.service.url);
    await fillUp(run, life);
    if (run.faults.length > 0) return;
    await checkRefusals(run, life, socket);
    await checkReads(run, life);
    await logSays(run, life, 'the disk of the journal is full');
    await rm(ballast);
    await resumes(run, life);
    if (run.faults.length > 0) return;
    await life.settle();
    await life.load.runThrough(life.service.url, EVENTS_AFTERWARDS);
    await logSays(run, life, 'the disk of the journal has room again');
    run.observe(`log: ${life.service.stderr.trim()}`);
    await life.service.killTree();
    await life.start();
    await life.settle();
    await life.stop();
  },
};

/** Load until no lane gets an answer any more. */
async function fillUp(run: CaseRun, life: Life): Promise<void> {
  const load = life.load.start(life.service.url);
  let hasStopped = false;
  void load.stopped.then(() => (hasStopped = true));
  while (!hasStopped && life.load.acknowledgedEvents < EVENTS_MAX) await sleep(POLL_MS);
  await load.stop();
  const ends = [...new Set(life.load.lanes.map(({ lastWhy }) => lastWhy))];
  if (life.load.openBatches === 0 || life.load.acknowledgedEvents >= EVENTS_MAX) run.fault(`${life.load.acknowledgedEvents} events were acknowledged on a disk that is full`);
  for (const end of ends) if (!ENDS.includes(end)) run.fault(`on a disk that is full a batch is answered ${JSON.stringify(end)}, not ${ENDS.join(' or ')}`);
  run.observe(`lanes ended with ${ends.join(', ')}`);
}

/** Nothing of these is taken. */
async function checkRefusals(run: CaseRun, life: Life, socket: IntakeSocket): Promise<void> {
  const { url } = life.service;
  const response = await fetch(new URL('/api/v1/events', url), { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(PROBE) });
  const { code } = (await response.json()) as { code?: unknown };
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  if (response.status !== 507 || code !== 'disk_full' || !(retryAfter > 0)) run.fault(`POST on a full disk is answered ${response.status} ${String(code)}, Retry-After ${retryAfter}, not 507 disk_full`);
  const answer = await socket.send(PROBE);
  const isRefused = answer.type === 'refused' && answer.code === 'disk_full' && (answer.retry_after_ms ?? 0) > 0;
  if (!isRefused) run.fault(`a batch on the WebSocket intake is answered ${JSON.stringify(answer)} on a full disk, not refused with disk_full and retry_after_ms`);
  const upgrade = await IntakeSocket.open(url).then((opened) => {
    opened.close();
    return 101;
  }, (error: { status?: number }) => error.status);
  if (upgrade !== 507) run.fault(`an upgrade on a full disk is answered ${String(upgrade)}, not 507`);
  socket.close();
  const health = await getHealth(url);
  if (health.status !== 507) run.fault(`/health/ready is ${health.status} on a full disk, not 507: ${JSON.stringify(health.body)}`);
  run.observe(`/health/ready ${health.status} ${JSON.stringify(health.body)}`);
}

async function checkReads(run: CaseRun, life: Life): Promise<void> {
  const [orderId] = accountsOf(life.load.lanes[0]!.ledger.events(0)).keys();
  for (const leaf of ['status', 'analytics'] as const) {
    if ((await getOrder(life.service.url, orderId!, leaf)) === undefined) run.fault(`${leaf} of ${orderId} is not readable while the disk is full`);
  }
}

async function logSays(run: CaseRun, life: Life, line: string): Promise<void> {
  for (const untilMs = performance.now() + LOG_MS_MAX; !life.service.stderr.includes(line); await sleep(POLL_MS)) {
    if (performance.now() > untilMs) return run.fault(`the log does not say "${line}": ${life.service.stderr}`);
  }
}

async function resumes(run: CaseRun, life: Life): Promise<void> {
  const beganMs = performance.now();
  for (;;) {
    const { status, body } = await getHealth(life.service.url);
    if (status === 200) break;
    if (performance.now() > beganMs + RESUME_MS_MAX) return run.fault(`${RESUME_MS_MAX} ms after there is room again /health/ready is ${status}: ${JSON.stringify(body)}`);
    await sleep(POLL_MS);
  }
  run.observe(`ready ${Math.round(performance.now() - beganMs)} ms after there was room again`);
}
