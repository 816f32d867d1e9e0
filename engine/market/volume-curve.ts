/**
 * U: the share of a day's volume that has usually traded by a moment of the trading day, from an instrument's curve.
 *
 * The curve is cumulative, at equal steps from the opening to the close, not falling. Between two points it is linear; it is
 * its first value before the opening and its last after the close.
 *
 * `dayShare` is the share of the trading day that has passed. NaN for NaN.
 */
export function cumulativeVolumeShare(curve: readonly number[], dayShare: number): number {
  if (Number.isNaN(dayShare)) return Number.NaN;
  const last = curve.length - 1;
  const place = Math.min(last, Math.max(0, dayShare * last));
  const below = Math.floor(place);
  if (below === last) return curve[last]!;
  return curve[below]! + (place - below) * (curve[below + 1]! - curve[below]!);
}
