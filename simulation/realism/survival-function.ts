/** Survival functions: how often a value is exceeded. */

export interface SurvivalPoint {
  readonly x: number;
  /** Share of the values above x. */
  readonly share: number;
}

/** Shares of the values above each of `xs`, as long as there are any: for a logarithmic axis 0 has no place. */
export function survivalFunction(values: ArrayLike<number>, xs: readonly number[]): SurvivalPoint[] {
  const sorted = Float64Array.from(values).sort();
  const points = [];
  for (const x of xs) {
    let above = 0;
    while (above < sorted.length && sorted[sorted.length - 1 - above]! > x) above++;
    if (above > 0) points.push({ x, share: above / sorted.length });
  }
  return points;
}

/** `count` values from `low` to `high`, equally far apart on a logarithmic axis. */
export function logSpaced(low: number, high: number, count: number): number[] {
  return Array.from({ length: count }, (_, i) => low * (high / low) ** (i / (count - 1)));
}
