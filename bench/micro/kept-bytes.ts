/**
 * Bytes that a stretch of code leaves behind: heap and memory outside of it (typed arrays, Buffers), after collections before and
 * behind it. Shared memory is not in it.
 */

import { collectGarbage } from './collector.ts';

/** The first collection may leave what only a finalizer frees. */
const COLLECTIONS = 2;

export function keptBytes(run: () => void): number {
  const before = heldBytes();
  run();
  return heldBytes() - before;
}

/** What this process holds after a collection. */
export function heldBytes(): number {
  for (let i = 0; i < COLLECTIONS; i++) collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
