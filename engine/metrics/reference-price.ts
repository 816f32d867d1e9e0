/**
 * A reference price from what is known of its moment: the first of these that is defined.
 *
 *     given, else the mid of the quote that stood, else the last trade, else what was kept of them
 *
 * In the price's own unit. NaN: none is.
 */
export function referencePrice(given: number, mid: number, lastTrade: number, kept: number): number {
  return [given, mid, lastTrade, kept].find((price) => !Number.isNaN(price)) ?? Number.NaN;
}
