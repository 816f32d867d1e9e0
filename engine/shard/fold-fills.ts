/**
 * What an order has filled: a fold over its live fills in (timestamp, exec_id) order. A fill that follows the others is
 * added; whatever else changes the live fills folds them again from nothing, so that a bust leaves no trace.
 */

import { NONE } from '../journal/record.ts';
import type { Fill } from '../orders/fill.ts';
import { OrderCell as C } from '../orders/order-row.ts';
import type { Shard } from './shard.ts';

/** Brings the order's terms about its child orders up to date. */
export function countChildren(shard: Shard, orderNo: number, at: number): void {
  const totals = shard.children.totals(orderNo);
  shard.orders.cells[at + C.CHILD_COUNT] = totals.count;
  shard.orders.cells[at + C.ENDED_ROUTED_QUANTITY] = totals.endedRoutedQuantity;
  shard.orders.cells[at + C.ENDED_FILLED_QUANTITY] = totals.endedFilledQuantity;
}

/** Folds all live fills of an order from nothing. */
export function foldAgain(shard: Shard, orderNo: number, at: number): void {
  const { cells } = shard.orders;
  cells[at + C.FILLED_QUANTITY] = 0;
  cells[at + C.NOTIONAL] = 0;
  cells[at + C.FEES] = 0;
  cells[at + C.FILL_COUNT] = 0;
  cells[at + C.FIRST_FILL_US] = Number.NaN;
  cells[at + C.LAST_FILL_US] = Number.NaN;
  for (const replace of shard.factsOf(orderNo).replaces) replace.filledAt = 0;
  shard.venueShares.clear(orderNo);
  shard.children.clearFills(orderNo);
  shard.fills.forEach(orderNo, (fill) => addToFold(shard, orderNo, at, fill));
  countChildren(shard, orderNo, at);
}

/** Adds one fill to what is folded; the child orders are counted by the caller. */
export function addToFold(shard: Shard, orderNo: number, at: number, fill: Fill): void {
  const { cells } = shard.orders;
  cells[at + C.FILLED_QUANTITY]! += fill.quantity;
  cells[at + C.NOTIONAL]! += fill.quantity * fill.price;
  cells[at + C.FEES]! += fill.fee;
  cells[at + C.FILL_COUNT]! += 1;
  if (Number.isNaN(cells[at + C.FIRST_FILL_US]!)) cells[at + C.FIRST_FILL_US] = fill.timestampUs;
  cells[at + C.LAST_FILL_US] = fill.timestampUs;
  for (const replace of shard.factsOf(orderNo).replaces) {
    if (fill.timestampUs <= replace.us) replace.filledAt += fill.quantity;
  }
  shard.venueShares.add(orderNo, fill.venueNo, fill.quantity, fill.price, fill.fee);
  if (fill.childNo !== NONE) shard.children.addFill(orderNo, fill.childNo, fill.quantity);
}
