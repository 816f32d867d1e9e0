/** The order's interval cut into ten slices of equal length, and what the market and the order did in each. */

import type { VwapSlice } from '../../analytics/vwap-attribution.ts';
import type { OrderInHand } from './order-in-hand.ts';

const TIME_SLICES = 10;

/** Starts of the slices, from the order's start; an interval of no length has one slice. */
export function sliceStarts(order: Pick<OrderInHand, 'startUs' | 'untilNowUs'>): number[] {
  const lengthUs = order.untilNowUs - order.startUs;
  if (!(lengthUs > 0)) return [order.startUs];
  return Array.from({ length: TIME_SLICES }, (_, i) => order.startUs + Math.floor((lengthUs * i) / TIME_SLICES));
}

/** Fills before the start belong to the first slice, those after the end to the last. */
export function sliceOf(starts: readonly number[], us: number): number {
  const next = starts.findIndex((start) => start > us);
  return next < 0 ? starts.length - 1 : Math.max(0, next - 1);
}

export function vwapSlices(order: OrderInHand, starts: readonly number[]): VwapSlice[] {
  const { trades } = order.market;
  const slices = starts.map((fromUs, i) => {
    const toUs = i + 1 < starts.length ? starts[i + 1]! - 1 : order.untilUs;
    return { marketVolume: trades.volumeBetween(fromUs, toUs), marketNotional: trades.notionalBetween(fromUs, toUs), filledQuantity: 0, filledNotional: 0 };
  });
  for (const fill of order.fills) {
    const slice = slices[sliceOf(starts, fill.timestampUs)]!;
    slice.filledQuantity += fill.quantity;
    slice.filledNotional += fill.quantity * fill.price;
  }
  return slices;
}
