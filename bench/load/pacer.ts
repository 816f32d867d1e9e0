/**
 * Says when the next steps of a timetable are due, to within some tens of microseconds and without spinning.
 *
 * Timers of the event loop count whole milliseconds, which is as long as what is measured here. So a thread of its own
 * sleeps until each due time and then tells how many steps are due by now. It sends nothing and measures nothing.
 */

import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

import { monotonicUs } from '../measure/clock.ts';

interface PacerOrder {
  readonly startUs: number;
  readonly dueUs: Float64Array;
}

const US_PER_MS = 1_000;

/** Calls `onDue` with the count of steps that are due, each time it has risen, until all are. `startUs` is monotonic. */
export async function pace(startUs: number, dueUs: Float64Array, onDue: (dueCount: number) => void): Promise<void> {
  const thread = new Worker(fileURLToPath(import.meta.url), { workerData: { startUs, dueUs } satisfies PacerOrder });
  await new Promise<void>((resolve, reject) => {
    thread.on('message', onDue);
    thread.once('error', reject);
    thread.once('exit', () => resolve());
  });
}

function runThread({ startUs, dueUs }: PacerOrder): void {
  const nothing = new Int32Array(new SharedArrayBuffer(4));
  let dueCount = 0;
  while (dueCount < dueUs.length) {
    const waitUs = startUs + dueUs[dueCount]! - monotonicUs();
    if (waitUs > 0) Atomics.wait(nothing, 0, 0, waitUs / US_PER_MS);
    const nowUs = monotonicUs() - startUs;
    const before = dueCount;
    while (dueCount < dueUs.length && dueUs[dueCount]! <= nowUs) dueCount++;
    if (dueCount > before) parentPort!.postMessage(dueCount);
  }
}

if (!isMainThread) runThread(workerData as PacerOrder);
