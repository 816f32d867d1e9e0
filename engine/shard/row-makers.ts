/** Rows for the database, made from an order's row in shared memory: exactly the numbers that are shown. */

import { ALERT_TYPES, ORD_STATUSES, wordOf } from '../domain/enums.ts';
import type { Market } from '../market/market.ts';
import { venueShare } from '../metrics/venue-share.ts';
import { OrderCell as C } from '../orders/order-row.ts';
import type { Shard } from './shard.ts';

/** The numbers whose change makes a new monitoring row. */
const NEWS = [
  C.STATE,
  C.QUANTITY,
  C.EXECUTION_PROGRESS,
  C.EXPECTED_PROGRESS,
  C.FILL_RATE,
  C.AVERAGE_PRICE,
  C.MARKET_IMPACT_BPS,
  C.COST_EFFICIENCY,
  C.SLIPPAGE_BPS,
  C.ALERTS_FIRING,
] as const;

export function newLastRow(): Float64Array {
  return new Float64Array(NEWS.length).fill(Number.NaN);
}

/** True when the order had an input of its own since its last row, or something that a row shows differs from it. */
export function hasNews(shard: Shard, orderNo: number, at: number): boolean {
  const { lastRow, orderRowSequence } = shard.factsOf(orderNo);
  return orderRowSequence !== shard.orders.cells[at + C.SEQUENCE] || NEWS.some((cell, i) => !Object.is(shard.orders.cells[at + cell], lastRow[i]));
}

/** Writes the order's monitoring row, and its row in the table of orders when an input of its own has changed it. */
export function writeOrderRows(shard: Shard, orderNo: number, at: number): void {
  const { cells } = shard.orders;
  const facts = shard.factsOf(orderNo);
  const order = facts.announcement;
  NEWS.forEach((cell, i) => (facts.lastRow[i] = cells[at + cell]!));
  const sequence = cells[at + C.AS_OF_SEQUENCE]!;
  shard.outputs.row({
    kind: 'monitoring',
    sequence,
    timestampUs: cells[at + C.AS_OF_US]!,
    orderId: order.order_id,
    executionProgress: cells[at + C.EXECUTION_PROGRESS]!,
    expectedProgress: cells[at + C.EXPECTED_PROGRESS]!,
    fillRate: cells[at + C.FILL_RATE]!,
    averagePrice: cells[at + C.AVERAGE_PRICE]!,
    marketImpact: cells[at + C.MARKET_IMPACT_BPS]!,
    costEfficiency: cells[at + C.COST_EFFICIENCY]!,
    slippage: cells[at + C.SLIPPAGE_BPS]!,
    venueDistribution: venueDistribution(shard, orderNo, cells[at + C.FILLED_QUANTITY]!),
    alerts: firingAlerts(cells[at + C.ALERTS_FIRING]!),
  });
  if (facts.orderRowSequence === cells[at + C.SEQUENCE]) return;
  facts.orderRowSequence = cells[at + C.SEQUENCE]!;
  shard.outputs.row({
    kind: 'order',
    sequence,
    orderId: order.order_id,
    symbol: order.symbol,
    side: order.side,
    algorithm: order.algorithm ?? 'NONE',
    currency: currencyOf(shard, orderNo, shard.market(cells[at + C.SYMBOL_NO]!)),
    account: order.account ?? null,
    desk: order.desk ?? null,
    trader: order.trader ?? null,
    strategy: order.strategy ?? null,
    state: wordOf(ORD_STATUSES, cells[at + C.STATE]!),
    quantity: cells[at + C.QUANTITY]!,
    filledQuantity: cells[at + C.FILLED_QUANTITY]!,
    averagePrice: cells[at + C.AVERAGE_PRICE]!,
    limitPrice: cells[at + C.LIMIT_PRICE]!,
    arrivalPrice: cells[at + C.ARRIVAL_PRICE]!,
    decisionPrice: cells[at + C.DECISION_PRICE]!,
    announcedUs: cells[at + C.ANNOUNCED_US]!,
    startUs: cells[at + C.START_US]!,
    plannedEndUs: cells[at + C.PLANNED_END_US]!,
    endedUs: cells[at + C.ENDED_US]!,
  });
}

/** Share of the filled quantity by venue, in the order of first fill. */
export function venueDistribution(shard: Shard, orderNo: number, filledQuantity: number): Record<string, number> {
  return Object.fromEntries(
    shard.venueShares.of(orderNo).map((share) => [shard.venueName(share.venueNo), venueShare(share.quantity, filledQuantity)]),
  );
}

/** The order's own currency, else its instrument's, else null. */
export function currencyOf(shard: Shard, orderNo: number, market: Market): string | null {
  return shard.factsOf(orderNo).announcement.currency ?? market.instrument?.currency ?? null;
}

export function firingAlerts(mask: number): string[] {
  return ALERT_TYPES.filter((_, code) => (mask & (1 << code)) !== 0);
}
