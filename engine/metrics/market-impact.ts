import { BPS } from '../domain/units.ts';
import { costBps } from './cost-bps.ts';

/**
 * Market impact in flight (the metric MARKET_IMPACT): how far the mid has moved against the order since it arrived.
 *
 *     inFlightImpactBps = side * (midNow - arrivalPrice) / arrivalPrice * 10_000
 *
 * Where the instrument names an index and a beta, what the index explains is taken off:
 *
 *     less beta * side * (index now / index at arrival - 1) * 10_000
 *
 * It is drift since arrival: the order's own pressure and everything else that moved the market are not told apart.
 *
 * Sign: positive when the market moved against the order (up for a buy, down for a sell).
 * NaN:  undefined: no valid quote, no arrival price, or an index is named whose level at arrival is not known.
 */
export function inFlightImpactBps(side: 1 | -1, midNow: number, arrivalPrice: number, beta = 0, indexMove = 0): number {
  return costBps(side, midNow, arrivalPrice) - beta * side * indexMove * BPS;
}
