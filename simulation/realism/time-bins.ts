/** Sums over equal bins of time. */

/**
 * What falls into each whole bin of [fromUs, toUs): the sum of `weights`, or the count without them. A last bin that is not whole
 * is left out, with what is in it.
 */
export function timeBins(
  timesUs: Float64Array,
  fromUs: number,
  toUs: number,
  binUs: number,
  weights?: ArrayLike<number>,
): Float64Array {
  const bins = new Float64Array(Math.max(0, Math.floor((toUs - fromUs) / binUs)));
  for (let i = 0; i < timesUs.length; i++) {
    const bin = Math.floor((timesUs[i]! - fromUs) / binUs);
    if (bin >= 0 && bin < bins.length) bins[bin]! += weights === undefined ? 1 : weights[i]!;
  }
  return bins;
}
