/** Ratios of pairs that were measured side by side, and their spread. */

export interface RatioSummary {
  readonly median: number;
  readonly min: number;
  readonly max: number;
  readonly pairs: readonly number[];
}

/** The ratio a/b of each pair. Pairs of which one side is undefined (NaN) are left out; with none left all is NaN. */
export function ratiosOf(pairs: readonly { readonly a: number; readonly b: number }[]): RatioSummary {
  const ratios = pairs.map(({ a, b }) => a / b).filter((ratio) => Number.isFinite(ratio));
  if (ratios.length === 0) return { median: Number.NaN, min: Number.NaN, max: Number.NaN, pairs: [] };
  return { median: median(ratios), min: Math.min(...ratios), max: Math.max(...ratios), pairs: ratios };
}

/** Figures that are no ratios, told in the same way; those that are undefined are left out. */
export function spreadOf(figures: readonly number[]): RatioSummary {
  return ratiosOf(figures.map((a) => ({ a, b: 1 })));
}

/** NaN of an empty list. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  if (sorted.length % 2 === 1) return sorted[middle]!;
  return (sorted[middle - 1]! + sorted[middle]!) / 2;
}
