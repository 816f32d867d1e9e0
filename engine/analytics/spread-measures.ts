import { BPS } from '../domain/units.ts';
import { MARKOUT_HORIZONS, type MarkoutKey, midOf, type PricedFill } from './fill-facts.ts';
import { weightedMean } from './weighted-mean.ts';

export interface SpreadMeasures {
  /** Against the mid when the order arrived. */
  readonly effectiveArrivalBps: number;
  /** Against the mid that the fill met. */
  readonly effectiveFillBps: number;
  /** Against the mid some time after the fill. */
  readonly realizedBps: Readonly<Record<MarkoutKey, number>>;
  readonly priceImprovementBps: number;
  /** A ratio: +1 earned the half-spread, -1 paid it. */
  readonly spreadCapture: number;
}

/**
 * Spread measures, per fill and then quantity-weighted over the fills for which they are defined.
 *
 *     effective         = 2 s (p - mid) / mid              mid at arrival; mid at the fill
 *     realized(tau)     = 2 s (p - m(t + tau)) / m(t + tau)
 *     price improvement = s (far touch - p) / mid at the fill
 *     spread capture    = s (mid - p) / (quoted spread / 2)
 *
 * bps of the mid used, but for spread capture, a ratio. Sign: effective and realized positive is a cost; price improvement
 * and spread capture positive is favourable.
 *
 * NaN:    undefined: no fill met a valid quote; realized: not final for any fill; capture: every quote was locked.
 * Source: effective and realized spread as in Huang and Stoll (1996), Journal of Financial Economics 41(3), and SEC Rule
 *         605.
 */
export function spreadMeasures(side: 1 | -1, arrivalPrice: number, fills: readonly PricedFill[]): SpreadMeasures {
  const farTouch = (fill: PricedFill): number => (side === 1 ? fill.ask : fill.bid);
  const realized = MARKOUT_HORIZONS.map(({ key }, horizon) => [
    key,
    weightedMean(fills, (fill) => (2 * side * (fill.price - fill.laterMids[horizon]!) * BPS) / fill.laterMids[horizon]!),
  ]);
  return {
    effectiveArrivalBps: weightedMean(fills, (fill) => (2 * side * (fill.price - arrivalPrice) * BPS) / arrivalPrice),
    effectiveFillBps: weightedMean(fills, (fill) => (2 * side * (fill.price - midOf(fill)) * BPS) / midOf(fill)),
    realizedBps: Object.fromEntries(realized) as Record<MarkoutKey, number>,
    priceImprovementBps: weightedMean(fills, (fill) => (side * (farTouch(fill) - fill.price) * BPS) / midOf(fill)),
    spreadCapture: weightedMean(fills, (fill) => (side * (midOf(fill) - fill.price)) / ((fill.ask - fill.bid) / 2)),
  };
}
