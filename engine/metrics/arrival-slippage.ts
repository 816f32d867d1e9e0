import { costBps } from './cost-bps.ts';

/**
 * Arrival slippage (the metric SLIPPAGE): what an order's fills cost against the mid when the order arrived.
 *
 *     slippageBps = side * (averagePrice - arrivalPrice) / arrivalPrice * 10_000
 *
 * Sign:   positive is a cost, negative a saving, for buys and sells alike.
 * NaN:    undefined: no live fill yet, or no arrival price. Never 0.
 * Source: execution cost of Perold (1988), The Journal of Portfolio Management 14(3).
 */
export function arrivalSlippageBps(side: 1 | -1, averagePrice: number, arrivalPrice: number): number {
  return costBps(side, averagePrice, arrivalPrice);
}
