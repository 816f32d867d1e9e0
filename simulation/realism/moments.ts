/** Moments of a sample. NaN for a sample that is too small; no sample has NaN in it. */

export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/** Mean square deviation from the mean (divided by n). */
export function variance(values: ArrayLike<number>): number {
  return centralMoment(values, 2);
}

/**
 * Coefficient of variation: standard deviation / mean. 1 for an exponential distribution, more where short and long values are
 * both frequent, less where they are regular.
 */
export function coefficientOfVariation(values: ArrayLike<number>): number {
  return Math.sqrt(variance(values)) / mean(values);
}

/**
 * Excess kurtosis: m4 / m2^2 - 3, m the central moments. 0 for a normal distribution, positive with fat tails. NaN where all
 * values are equal. Source: Cont (2001), Quantitative Finance 1, "Empirical properties of asset returns", section 4.
 */
export function excessKurtosis(values: ArrayLike<number>): number {
  const m2 = centralMoment(values, 2);
  return centralMoment(values, 4) / (m2 * m2) - 3;
}

function centralMoment(values: ArrayLike<number>, order: 2 | 4): number {
  const center = mean(values);
  let sum = 0;
  for (let i = 0; i < values.length; i++) {
    const square = (values[i]! - center) ** 2;
    sum += order === 2 ? square : square * square;
  }
  return sum / values.length;
}
