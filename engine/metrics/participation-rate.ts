/**
 * Participation rate: the order's share of the market's volume while it traded.
 *
 *     participationRate = filledQuantity / intervalVolume
 *
 * `intervalVolume` is the eligible volume of the tape in [start, min(now, end)], own prints included as they are on it.
 * A ratio; above 1 when the tape does not carry all of the order's fills.
 *
 * NaN: undefined: no market volume is known for the interval.
 */
export function participationRate(filledQuantity: number, intervalVolume: number): number {
  return intervalVolume > 0 ? filledQuantity / intervalVolume : Number.NaN;
}
