/** A steady load: batches at planned send times, so many fills a second with their quotes, whatever the service does. */

import { type BatchesSpec, type PlannedBatch, planBatches } from './batches.ts';
import { type Fills, makeFills } from './fills.ts';

export interface SteadySpec extends BatchesSpec {
  readonly fillsPerSecond: number;
  /** Fills planned before this are sent and checked like the others, and left out of the latencies. */
  readonly warmupUs: number;
}

export interface SteadyPlan {
  readonly fills: Fills;
  /** In the order in which they are due. */
  readonly batches: readonly PlannedBatch[];
  /** When each batch is due, in microseconds from the round's start; rising. */
  readonly dueUs: Float64Array;
  /** When the batch of each fill is due. */
  readonly fillDueUs: Float64Array;
}

const US_PER_SECOND = 1_000_000;

/**
 * Batches leave at even distances: the n-th one when the fills of all before it are due at the given rate. The same for
 * the same spec, in every process.
 */
export function planSteady(spec: SteadySpec): SteadyPlan {
  const fills = makeFills(spec);
  const batches = planBatches(spec, fills);
  const dueUs = new Float64Array(batches.length);
  const fillDueUs = new Float64Array(spec.fillCount);
  let fillsBefore = 0;
  batches.forEach(({ fillNos }, place) => {
    dueUs[place] = (fillsBefore * US_PER_SECOND) / spec.fillsPerSecond;
    for (const fillNo of fillNos) fillDueUs[fillNo] = dueUs[place]!;
    fillsBefore += fillNos.length;
  });
  return { fills, batches, dueUs, fillDueUs };
}
