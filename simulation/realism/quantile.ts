/** Quantiles of a sample. */

/**
 * The smallest value that at least the share `p` of the sample does not exceed (the inverse of the empirical distribution,
 * Hyndman and Fan 1996, type 1). NaN for no values.
 */
export function quantile(sortedValues: ArrayLike<number>, p: number): number {
  const rank = Math.max(1, Math.ceil(p * sortedValues.length));
  return sortedValues[rank - 1] ?? NaN;
}
