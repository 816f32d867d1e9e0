/**
 * CPU time of the measuring thread, from the kernel (Linux, /proc/thread-self/schedstat). On a shared machine it leaves out what
 * other processes took in between, and the helper threads of the collector and the compiler. It can be a scheduler tick (up to
 * 4 ms) behind, so a round should last tens of milliseconds.
 */

import { openSync, readSync } from 'node:fs';

const file = openSync('/proc/thread-self/schedstat', 'r');
const text = Buffer.alloc(64);

/** Nanoseconds that this thread has run since its start. */
export function threadNs(): number {
  const length = readSync(file, text, 0, text.length, 0);
  return Number.parseInt(text.toString('latin1', 0, length), 10);
}
