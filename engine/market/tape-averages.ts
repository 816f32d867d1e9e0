/**
 * The averages that the tapes answer with, from sums taken off them: so that whoever has the sums can redo the average.
 * NaN is undefined everywhere.
 */

/**
 * Volume-weighted average price.
 *
 *     vwap = turnover / volume
 *
 * In the price's own unit. NaN: no volume, or it is not known.
 */
export function vwap(turnover: number, volume: number): number {
  return volume > 0 ? turnover / volume : Number.NaN;
}

/** What of an interval's trades goes into the price of the first so many shares. */
export interface FirstVolume {
  /** All that traded in the interval; NaN when its beginning is not known. */
  readonly traded: number;
  /** Volume and turnover of the trades before the one in which the wanted volume is reached; NaN when it is not. */
  readonly volumeBefore: number;
  readonly turnoverBefore: number;
  /** Price of that trade. */
  readonly lastPrice: number;
}

/**
 * VWAP of the first `volume` shares of an interval; of the trade in which it is reached only the part that is needed counts.
 *
 *     price = (turnoverBefore + (volume - volumeBefore) * lastPrice) / volume
 *     reached = min(1, traded / volume)
 *
 * NaN: the price until the volume is reached; both when nothing is wanted or the interval's beginning is not known.
 */
export function priceOfFirst(volume: number, first: FirstVolume): { readonly price: number; readonly reached: number } {
  if (Number.isNaN(first.traded) || !(volume > 0)) return { price: Number.NaN, reached: Number.NaN };
  if (first.traded < volume) return { price: Number.NaN, reached: first.traded / volume };
  return { price: (first.turnoverBefore + (volume - first.volumeBefore) * first.lastPrice) / volume, reached: 1 };
}

/**
 * Share of a volume at prices above one, what traded at that price counted half.
 *
 *     share = (above + at / 2) / volume
 *
 * NaN: no volume, or it is not known.
 */
export function shareAbove(above: number, at: number, volume: number): number {
  return volume > 0 ? (above + at / 2) / volume : Number.NaN;
}

/** What of an interval's quotes goes into its time-weighted mid. */
export interface MidIntegral {
  /** Sum over the known part of mid times the microseconds that it stood. */
  readonly integral: number;
  readonly coveredUs: number;
  readonly wholeUs: number;
  /** Mid at the end of the interval. */
  readonly endMid: number;
}

export interface TimeWeightedMid {
  /** Average over the part of the interval in which a mid was known. NaN when that part is empty. */
  readonly mid: number;
  /** Length of that part over the length of the interval, in [0, 1]. */
  readonly coverage: number;
}

/**
 * Time-weighted average of the last-carried mid.
 *
 *     mid = integral / coveredUs     coverage = coveredUs / wholeUs
 *
 * An interval of no length: the mid at that time, all covered where there is one.
 */
export function timeWeightedMid({ integral, coveredUs, wholeUs, endMid }: MidIntegral): TimeWeightedMid {
  if (wholeUs === 0 && !Number.isNaN(endMid)) return { mid: endMid, coverage: 1 };
  return coveredUs > 0 ? { mid: integral / coveredUs, coverage: coveredUs / wholeUs } : { mid: Number.NaN, coverage: 0 };
}
