/** What happens in each second of `now`: every active order's numbers, alerts and database row. */

import { US_PER_SECOND } from '../domain/units.ts';
import type { Market } from '../market/market.ts';
import { OrderCell as C } from '../orders/order-row.ts';
import { evaluateAlerts, raiseAlerts } from './alert-desk.ts';
import { refreshView } from './order-view.ts';
import { hasNews, writeOrderRows } from './row-makers.ts';
import type { Shard } from './shard.ts';

/** An order that has ended is looked at this much longer: trades of its last moment can come behind its last fill. */
const SETTLE_US = US_PER_SECOND;

export function evaluateActiveOrders(shard: Shard): void {
  for (const market of shard.markets.values()) {
    market.isMoved = false;
    for (let place = market.active.length - 1; place >= 0; place--) evaluate(shard, market, market.active[place]!);
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
