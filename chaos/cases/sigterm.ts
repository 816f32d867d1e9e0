/** SIGTERM under load: streams are told, exit code 0 within 10 s, nothing acknowledged is lost. */

import { setTimeout as sleep } from 'node:timers/promises';

import { StreamReader } from '../../test/support/stream-reader.ts';
import { accountsOf } from '../ledger/account.ts';
import type { CaseRun, ChaosCase } from './chaos-case.ts';
import { Life } from './life.ts';

const EXIT_MS_MAX = 10_000;
const GOING_AWAY = 1001;
const CLOSED_MS_MAX = 2_000;
const EVENTS_BEFORE = 150;
const EVENTS_MIN = 20;
const EVENTS_MAX = 300;
const READERS = 5;

export const SIGTERM: ChaosCase = {
  name: 'sigterm',
  what: 'SIGTERM under load: exit 0 within 10 s, nothing lost',
  mutants: ['ignores-sigterm'],
  runs: { short: 1, full: 3 },
  run: (run) => endInOrder(run, () => undefined),
};

export const SIGTERM_STREAMS: ChaosCase = {
  name: 'sigterm-streams',
  what: 'SIGTERM: streams get a server_shutdown frame before they are closed',
  mutants: ['says-no-goodbye'],
  runs: { short: 1, full: 1 },
  run: (run) =>
    endInOrder(run, (last) => {
      if (last !== 'server_shutdown') run.fault(`the last frame of a stream is ${String(last)}, not server_shutdown`);
    }),
};

async function endInOrder(run: CaseRun, onLastFrame: (type: string | undefined) => void): Promise<void> {
  const life = new Life(run, { dataDir: await run.makeFolder(), databaseUrl: await run.databases.create() });
  await life.start();
  const stops = run.sized(1, 3);
  for (let stop = 0; stop < stops && run.faults.length === 0; stop++) {
    await life.load.runThrough(life.service.url, EVENTS_BEFORE);
    const orderIds = life.load.lanes.flatMap(({ ledger }) => [...accountsOf(ledger.events(0)).keys()]).slice(-READERS);
    const readers = await Promise.all(orderIds.map((orderId) => StreamReader.open(life.service.url, orderId)));
    const closes = readers.map(({ socket }) => new Promise<number>((resolve) => socket.once('close', resolve)));
    const before = life.load.acknowledgedEvents;
    const load = life.load.start(life.service.url);
    await life.load.reaches(before, run.random.integer(EVENTS_MIN, EVENTS_MAX));
    const startMs = performance.now();
    const code = await life.service.terminate(EXIT_MS_MAX);
    const tookMs = performance.now() - startMs;
    await load.stop();
    run.count('stops');
    run.observe(`exit code ${String(code)} after ${Math.round(tookMs)} ms; clients saw ${[...new Set(life.load.lanes.flatMap(({ lastWhy, refusals }) => [lastWhy, ...refusals]))].join(', ')}`);
    if (code !== 0) run.fault(`SIGTERM: ${code === undefined ? `still there after ${EXIT_MS_MAX} ms` : `exit code ${code}`}`);
    for (const close of closes) {
      const closeCode = await Promise.race([close, sleep(CLOSED_MS_MAX, undefined)]);
      if (closeCode !== GOING_AWAY) run.fault(`a stream was closed with ${String(closeCode)}, not ${GOING_AWAY}`);
    }
    for (const { frames } of readers) onLastFrame(frames.at(-1)?.type);
    await life.start();
    await life.settle();
  }
  await life.stop();
}
