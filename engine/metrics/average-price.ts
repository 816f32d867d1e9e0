/**
 * Average price of what is filled.
 *
 *     averagePrice = notional / filledQuantity
 *
 * In the price's own unit; `notional` is the sum of quantity * price over the live fills.
 *
 * NaN:    undefined: nothing is filled.
 * Source: FIX AvgPx (tag 6).
 */
export function averagePrice(notional: number, filledQuantity: number): number {
  return filledQuantity > 0 ? notional / filledQuantity : Number.NaN;
}
