/**
 * Rows for the database, made from an order's row in shared memory: exactly the numbers that are shown.
 *
 * The rows of orders are made by the thousand each second, so that one object of each kind is filled in again and again: it is
 * valid while it is handed over.
 */

import { ALERT_TYPES, ORD_STATUSES, wordOf } from '../domain/enums.ts';
import type { MonitoringRow, OrderRow, VenueDistribution } from '../domain/rows.ts';
import type { Market } from '../market/market.ts';
import { venueShare } from '../metrics/venue-share.ts';
import { NONE } from '../journal/record.ts';
import { OrderCell as C } from '../orders/order-row.ts';
import { placeOf, ShareCell } from '../orders/venue-shares.ts';
import type { Shard } from './shard.ts';

/** To be filled in: the same fields, not readonly. */
export type InHand<R> = { -readonly [F in keyof R]: R[F] };

const venues = { count: 0, names: [] as string[], shares: [] as number[] } satisfies VenueDistribution;

const monitoring: InHand<MonitoringRow> = {
  kind: 'monitoring',
  sequence: Number.NaN,
  timestampUs: Number.NaN,
  orderId: '',
  executionProgress: Number.NaN,
  expectedProgress: Number.NaN,
  fillRate: Number.NaN,
  averagePrice: Number.NaN,
  marketImpact: Number.NaN,
  costEfficiency: Number.NaN,
  slippage: Number.NaN,
  venueDistribution: venues,
  alerts: [],
};

const order: InHand<OrderRow> = {
  kind: 'order',
  sequence: Number.NaN,
  orderId: '',
  symbol: '',
  side: 'BUY',
  algorithm: '',
  currency: null,
  account: null,
  desk: null,
  trader: null,
  strategy: null,
  state: '',
  quantity: Number.NaN,
  filledQuantity: Number.NaN,
  averagePrice: Number.NaN,
  limitPrice: Number.NaN,
  arrivalPrice: Number.NaN,
  decisionPrice: Number.NaN,
  announcedUs: Number.NaN,
  startUs: Number.NaN,
  plannedEndUs: Number.NaN,
  endedUs: Number.NaN,
};

/** Alert types by the mask of those that are firing. */
const ALERTS_OF_MASK = Array.from({ length: 1 << ALERT_TYPES.length }, (_, mask) => ALERT_TYPES.filter((_type, code) => (mask & (1 << code)) !== 0));

/** True when the order had an input of its own since its last row, or something that a row shows differs from it. */
export function hasNews(shard: Shard, orderNo: number, at: number): boolean {
  const { cells } = shard.orders;
  return shard.written.isOrderBehind(orderNo, cells, at) || shard.written.differs(orderNo, cells, at);
}

/** Writes the order's monitoring row, and its row in the table of orders when an input of its own has changed it. */
export function writeOrderRows(shard: Shard, orderNo: number, at: number): void {
  const isBehind = shard.written.isOrderBehind(orderNo, shard.orders.cells, at);
  shard.written.note(orderNo, shard.orders.cells, at);
  writeMonitoring(shard, orderNo, at);
  if (isBehind) writeOrder(shard, orderNo, at);
}

function writeMonitoring(shard: Shard, orderNo: number, at: number): void {
  const { cells } = shard.orders;
  monitoring.sequence = cells[at + C.AS_OF_SEQUENCE]!;
  monitoring.timestampUs = cells[at + C.AS_OF_US]!;
  monitoring.orderId = shard.factsOf(orderNo).announcement.order_id;
  monitoring.executionProgress = cells[at + C.EXECUTION_PROGRESS]!;
  monitoring.expectedProgress = cells[at + C.EXPECTED_PROGRESS]!;
  monitoring.fillRate = cells[at + C.FILL_RATE]!;
  monitoring.averagePrice = cells[at + C.AVERAGE_PRICE]!;
  monitoring.marketImpact = cells[at + C.MARKET_IMPACT_BPS]!;
  monitoring.costEfficiency = cells[at + C.COST_EFFICIENCY]!;
  monitoring.slippage = cells[at + C.SLIPPAGE_BPS]!;
  monitoring.alerts = firingAlerts(cells[at + C.ALERTS_FIRING]!);
  fillInVenues(shard, orderNo, cells[at + C.FILLED_QUANTITY]!);
  shard.outputs.row(monitoring);
}

function writeOrder(shard: Shard, orderNo: number, at: number): void {
  const { cells } = shard.orders;
  const { announcement } = shard.factsOf(orderNo);
  order.sequence = cells[at + C.AS_OF_SEQUENCE]!;
  order.orderId = announcement.order_id;
  order.symbol = announcement.symbol;
  order.side = announcement.side;
  order.algorithm = announcement.algorithm ?? 'NONE';
  order.currency = currencyOf(shard, orderNo, shard.market(cells[at + C.SYMBOL_NO]!));
  order.account = announcement.account ?? null;
  order.desk = announcement.desk ?? null;
  order.trader = announcement.trader ?? null;
  order.strategy = announcement.strategy ?? null;
  order.state = wordOf(ORD_STATUSES, cells[at + C.STATE]!);
  order.quantity = cells[at + C.QUANTITY]!;
  order.filledQuantity = cells[at + C.FILLED_QUANTITY]!;
  order.averagePrice = cells[at + C.AVERAGE_PRICE]!;
  order.limitPrice = cells[at + C.LIMIT_PRICE]!;
  order.arrivalPrice = cells[at + C.ARRIVAL_PRICE]!;
  order.decisionPrice = cells[at + C.DECISION_PRICE]!;
  order.announcedUs = cells[at + C.ANNOUNCED_US]!;
  order.startUs = cells[at + C.START_US]!;
  order.plannedEndUs = cells[at + C.PLANNED_END_US]!;
  order.endedUs = cells[at + C.ENDED_US]!;
  shard.outputs.row(order);
}

function fillInVenues(shard: Shard, orderNo: number, filledQuantity: number): void {
  const { venueShares } = shard;
  let count = 0;
  for (let share = venueShares.first(orderNo); share !== NONE; share = venueShares.next(share)) {
    const quantity = venueShares.cellsOf(share)[placeOf(share) + ShareCell.QUANTITY]!;
    venues.names[count] = shard.venueName(venueShares.venueNo(share));
    venues.shares[count] = venueShare(quantity, filledQuantity);
    count++;
  }
  venues.count = count;
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

function firingAlerts(mask: number): readonly string[] {
  return ALERTS_OF_MASK[mask]!;
}
