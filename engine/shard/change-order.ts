/**
 * The frame around every change of one order: open its row, change it, recompute what is shown, evaluate its alerts,
 * close the row, tell. An order that is announced or ends is written to the database at once, with all its numbers; others wait
 * for their turn of the second, unless the settings say that each input has its row.
 *
 * Changes may nest: what waited for an order is applied inside its announcement and shown with it as one.
 */

import { NONE } from '../journal/record.ts';
import { OrderCell as C } from '../orders/order-row.ts';
import { evaluateAlerts, raiseAlerts } from './alert-desk.ts';
import { refreshView } from './order-view.ts';
import { hasNews, writeOrderRows } from './row-makers.ts';
import type { Shard } from './shard.ts';

/** `change` gets the index of the row's first cell. */
export function changeOrder(shard: Shard, orderNo: number, sequence: number, change: (at: number) => void): void {
  if (!openOrder(shard, orderNo, sequence)) return;
  change(orderNo * shard.orders.rowDoubles);
  closeOrder(shard, orderNo, sequence);
}

/** Opens an order's row; false when it has left memory: then nothing of it can change. To be followed by `closeOrder`. */
export function openOrder(shard: Shard, orderNo: number, sequence: number): boolean {
  const { open, orders } = shard;
  if (open.orderNo === orderNo) {
    open.depth++;
    return true;
  }
  if (!shard.isInMemory(orderNo)) {
    noteUnfit(shard, orderNo, sequence);
    return false;
  }
  const at = orders.beginWrite(orderNo);
  open.orderNo = orderNo;
  open.depth = 1;
  open.isNew = orders.cells[at + C.SEQUENCE] === 0;
  open.wasLive = Number.isNaN(orders.cells[at + C.ENDED_US]!);
  return true;
}

/** `sequence` is of the input that changed it. */
export function closeOrder(shard: Shard, orderNo: number, sequence: number): void {
  const { open, orders } = shard;
  open.depth--;
  if (open.depth > 0) return;
  const { isNew, wasLive } = open;
  const at = orderNo * orders.rowDoubles;
  orders.cells[at + C.SEQUENCE] = sequence;
  refreshView(shard, orderNo, orders.cells, at);
  const notices = evaluateAlerts(shard, orderNo, at);
  open.orderNo = NONE;
  orders.endWrite(orderNo);
  raiseAlerts(shard, notices);
  const isLive = Number.isNaN(orders.cells[at + C.ENDED_US]!);
  const market = shard.market(orders.cells[at + C.SYMBOL_NO]!);
  market.activate(orderNo);
  if (isNew || (wasLive && !isLive) || (shard.settings.monitoringRows === 'input' && hasNews(shard, orderNo, at))) writeOrderRows(shard, orderNo, at);
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
