/**
 * Bytes that a stretch of code allocates on the JavaScript heap, those included that are garbage by its end.
 *
 * The heap's used bytes are read before and after; what collections have freed in between is added from their own records
 * (v8.GCProfiler tells the used bytes at the start and at the end of each):
 *
 *     allocated = sum over collections of (used at its start - used at the end of the one before) + the rest
 *
 * Exact to the object; starting and stopping the meter costs about half a kibibyte, which is taken off. Bytes outside the heap
 * (typed arrays, Buffers) are not in it: only their headers are.
 */

import { GCProfiler, getHeapStatistics } from 'node:v8';

import { collectGarbage } from './collector.ts';

const usedHeapBytes = (): number => getHeapStatistics().used_heap_size;

/** What metering nothing comes to, once the meter itself is warm. */
let ownBytes: number | undefined;

export function allocatedBytes(run: () => void): number {
  if (ownBytes === undefined) {
    for (let i = 0; i < 3; i++) ownBytes = meter(() => undefined);
  }
  collectGarbage();
  return Math.max(0, meter(run) - ownBytes!);
}

function meter(run: () => void): number {
  const profiler = new GCProfiler();
  profiler.start();
  let used = usedHeapBytes();
  run();
  const usedAtEnd = usedHeapBytes();
  let bytes = 0;
  for (const { beforeGC, afterGC } of profiler.stop().statistics) {
    bytes += beforeGC.heapStatistics.usedHeapSize - used;
    used = afterGC.heapStatistics.usedHeapSize;
  }
  return bytes + usedAtEnd - used;
}
