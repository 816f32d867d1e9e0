/** Clustering of counts. */

import { mean, variance } from './moments.ts';

/**
 * Fano factor: variance / mean of the counts in equal bins of time. 1 for a Poisson process whatever the bin, more where events
 * come in clusters, growing with the bin where the clusters are long.
 *
 * Unit: that of a count, so none. NaN without events. Source: Fano (1947), Physical Review 72, 26.
 */
export function fanoFactor(counts: ArrayLike<number>): number {
  return variance(counts) / mean(counts);
}
