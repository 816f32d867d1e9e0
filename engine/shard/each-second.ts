/**
 * What happens once in each second of `now`: every active order's numbers, alerts and database row.
 *
 * Orders take turns, a hundredth of them at each tick of 10 ms, by their number: so no event waits behind all orders, and
 * rows come to the database evenly. A tick that jumps over others does their turns too; whichever ticks there are, an order
 * is evaluated at the first at or behind its moment in each second.
 */

import { TICK_INTERVAL_US } from '../domain/limits.ts';
import { US_PER_SECOND } from '../domain/units.ts';
import { ABSENT, type Market } from '../market/market.ts';
import { OrderCell as C } from '../orders/order-row.ts';
import { evaluateAlerts, raiseAlerts } from './alert-desk.ts';
import { refreshView } from './order-view.ts';
import { hasNews, writeOrderRows } from './row-makers.ts';
import type { Shard } from './shard.ts';

const TURNS = US_PER_SECOND / TICK_INTERVAL_US;

/**
 * Orders that follow each other take a turn together. Their rows are a page of memory: one after the other they cost half of
 * what rows of eight pages do, because reading 100,000 orders is mostly waiting for memory.
 */
const TOGETHER = 8;

/** An order that has ended is looked at this much longer: trades of its last moment can come behind its last fill. */
const SETTLE_US = US_PER_SECOND;

/** Evaluates the orders whose turn came after `beforeUs`, up to `now`. */
export function evaluateDueOrders(shard: Shard, beforeUs: number): void {
  const newest = Math.floor(shard.nowUs / TICK_INTERVAL_US);
  const oldest = Math.max(Math.floor(beforeUs / TICK_INTERVAL_US), newest - TURNS) + 1;
  for (let turn = oldest; turn <= newest; turn++) {
    evaluateTurn(shard, turn % TURNS);
    shard.outputs.atWork?.();
  }
}

function evaluateTurn(shard: Shard, turn: number): void {
  const { activePlaces, orders } = shard;
  for (let first = turn * TOGETHER; first < activePlaces.end; first += TURNS * TOGETHER) {
    for (let orderNo = first; orderNo < first + TOGETHER; orderNo++) {
      if (activePlaces.get(orderNo) === ABSENT) continue;
      evaluate(shard, shard.market(orders.cells[orderNo * orders.rowDoubles + C.SYMBOL_NO]!), orderNo);
    }
  }
}

/** Recomputes what is shown of one order between its own events, because its market has moved. */
export function refreshOrder(shard: Shard, orderNo: number): void {
  const at = shard.orders.beginWrite(orderNo);
  refreshView(shard, orderNo, shard.orders.cells, at);
  shard.orders.endWrite(orderNo);
  shard.outputs.changed(orderNo);
}

function evaluate(shard: Shard, market: Market, orderNo: number): void {
  const { orders } = shard;
  const at = orders.beginWrite(orderNo);
  refreshView(shard, orderNo, shard.orders.cells, at);
  const notices = evaluateAlerts(shard, orderNo, at);
  orders.endWrite(orderNo);
  raiseAlerts(shard, notices);
  const endedUs = orders.cells[at + C.ENDED_US]!;
  const isSettled = shard.nowUs >= endedUs + SETTLE_US;
  if (isSettled) market.retire(orderNo, endedUs);
  // The last row of an order is written whether or not it has news, so that it has the sequence that is shown from now on.
  if (isSettled || hasNews(shard, orderNo, at)) writeOrderRows(shard, orderNo, at);
  shard.outputs.changed(orderNo);
}
