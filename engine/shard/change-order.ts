/**
 * The frame around every change of one order: open its row, change it, recompute what is shown, evaluate its alerts,
 * close the row, tell. An order that is announced or ends is written to the database at once, with all its numbers.
 *
 * Changes may nest: what waited for an order is applied inside its announcement and shown with it as one.
 */

import { NONE } from '../journal/record.ts';
import { OrderCell as C } from '../orders/order-row.ts';
import { evaluateAlerts, raiseAlerts } from './alert-desk.ts';
import { refreshView } from './order-view.ts';
import { writeOrderRows } from './row-makers.ts';
import type { Shard } from './shard.ts';

/** `change` gets the index of the row's first cell. */
export function changeOrder(shard: Shard, orderNo: number, sequence: number, change: (at: number) => void): void {
  const { orders } = shard;
  if (shard.openOrderNo === orderNo) {
    change(orderNo * orders.rowDoubles);
    return;
  }
  if (shard.evicted.has(orderNo)) {
    noteUnfit(shard, orderNo, sequence);
    return;
  }
  const at = orders.beginWrite(orderNo);
  shard.openOrderNo = orderNo;
  const isNew = orders.cells[at + C.SEQUENCE] === 0;
  const wasLive = Number.isNaN(orders.cells[at + C.ENDED_US]!);
  change(at);
  orders.cells[at + C.SEQUENCE] = sequence;
  refreshView(shard, orderNo, shard.orders.cells, at);
  const notices = evaluateAlerts(shard, orderNo, at);
  shard.openOrderNo = NONE;
  orders.endWrite(orderNo);
  raiseAlerts(shard, notices);
  const isLive = Number.isNaN(orders.cells[at + C.ENDED_US]!);
  const market = shard.market(orders.cells[at + C.SYMBOL_NO]!);
  market.activate(orderNo);
  if (isNew || (wasLive && !isLive)) writeOrderRows(shard, orderNo, at);
  shard.outputs.changed(orderNo);
}

/** An order that has left memory keeps its numbers, whatever still comes about it. */
function noteUnfit(shard: Shard, orderNo: number, sequence: number): void {
  const { cells } = shard.orders;
  const at = shard.orders.beginWrite(orderNo);
  cells[at + C.MISFIT_COUNT]! += 1;
  cells[at + C.SEQUENCE] = sequence;
  cells[at + C.AS_OF_SEQUENCE] = sequence;
  shard.orders.endWrite(orderNo);
  shard.outputs.changed(orderNo);
}
