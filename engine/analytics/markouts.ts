import { BPS } from '../domain/units.ts';
import { MARKOUT_HORIZONS, type MarkoutKey, type PricedFill } from './fill-facts.ts';
import { weightedMean } from './weighted-mean.ts';

/**
 * Markouts: how the mid stood against the fill price some time after each fill, quantity-weighted.
 *
 *     markout(tau) = s (m(t + tau) - p) / p * 10_000
 *
 * bps of the fill price. Sign: positive is favourable (the market went on in the order's direction after it traded).
 * NaN: undefined: final for no fill.
 */
export function markoutsBps(side: 1 | -1, fills: readonly PricedFill[]): Record<MarkoutKey, number> {
  const entries = MARKOUT_HORIZONS.map(({ key }, horizon) => [
    key,
    weightedMean(fills, (fill) => (side * (fill.laterMids[horizon]! - fill.price) * BPS) / fill.price),
  ]);
  return Object.fromEntries(entries) as Record<MarkoutKey, number>;
}
