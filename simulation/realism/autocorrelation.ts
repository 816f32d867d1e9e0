/** Autocorrelation of a series. */

/**
 * Correlation of a series with itself `lag` steps later:
 *
 *     r(k) = sum over t of (x[t] - mean)(x[t+k] - mean) / sum over t of (x[t] - mean)^2
 *
 * Unit: none, -1 to 1. 0 on average for independent values, with a standard error of 1 / sqrt(n). A pair with a NaN is left out,
 * and so is a NaN from the mean. NaN where all values are equal or fewer than lag + 2.
 * Source: Box and Jenkins (1970), Time Series Analysis, section 2.1.
 */
export function autocorrelation(values: ArrayLike<number>, lag: number): number {
  let sum = 0;
  let count = 0;
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i]!)) continue;
    sum += values[i]!;
    count++;
  }
  if (count < lag + 2) return NaN;
  const center = sum / count;
  let squares = 0;
  let products = 0;
  for (let i = 0; i < values.length; i++) {
    const deviation = values[i]! - center;
    if (Number.isNaN(deviation)) continue;
    squares += deviation * deviation;
    const later = (values[i + lag] ?? NaN) - center;
    if (!Number.isNaN(later)) products += deviation * later;
  }
  return squares === 0 ? NaN : products / squares;
}

/** r(1) to r(lagMax). */
export function autocorrelations(values: ArrayLike<number>, lagMax: number): number[] {
  return Array.from({ length: lagMax }, (_, i) => autocorrelation(values, i + 1));
}
