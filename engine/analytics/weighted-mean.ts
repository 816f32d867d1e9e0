/**
 * Quantity-weighted mean over the fills for which a measure is defined; NaN when it is for none.
 *
 *     mean = sum of quantity * value / sum of quantity
 */
export function weightedMean<T extends { readonly quantity: number }>(fills: readonly T[], measure: (fill: T) => number): number {
  let sum = 0;
  let weight = 0;
  for (const fill of fills) {
    const value = measure(fill);
    if (!Number.isFinite(value)) continue;
    sum += fill.quantity * value;
    weight += fill.quantity;
  }
  return weight === 0 ? Number.NaN : sum / weight;
}
