/** The life of an order outside its fills: announcement, replaces, pending requests, ends, child orders, its session. */

import { NO_THRESHOLDS } from '../alerts/thresholds.ts';
import { ALGORITHMS, codeOf, ORD_STATUSES, SIDES, wordOf } from '../domain/enums.ts';
import type { EventOf, OrderEvent } from '../domain/events.ts';
import { parseTimestampUs } from '../domain/timestamp.ts';
import type { RecordReader } from '../journal/record.ts';
import type { ChildEnd } from '../orders/child-table.ts';
import { isOnLaterDay, NO_STATUS } from '../orders/ord-status.ts';
import type { PlanTerms, Replace } from '../orders/replaces.ts';
import { OrderCell as C } from '../orders/order-row.ts';
import { changeOrder } from './change-order.ts';
import { countChildren, foldAgain } from './fold-fills.ts';
import { deriveArrival } from './order-view.ts';
import type { Announcement, Shard } from './shard.ts';

const PENDING_REPLACE = codeOf(ORD_STATUSES, 'PENDING_REPLACE');
const DONE_FOR_DAY = codeOf(ORD_STATUSES, 'DONE_FOR_DAY');
const NO_REPLACES: readonly Replace[] = [];
const OPTIONAL = ['currency', 'account', 'desk', 'trader', 'strategy', 'decision_price', 'decision_time', 'risk_aversion'] as const satisfies readonly (keyof Announcement)[];

/** `applyEarly` applies what came before the announcement; it is shown together with it. */
export function applyOrder(shard: Shard, record: RecordReader, applyEarly: (shard: Shard, orderNo: number) => void): void {
  const { orderNo, sequence, timestampUs, symbolNo } = record;
  const order = JSON.parse(record.text()) as OrderEvent;
  const market = shard.market(symbolNo);
  const knots = order.schedule === undefined ? undefined : knotsOf(order.schedule);
  const terms: PlanTerms = {
    algorithm: order.algorithm ?? 'NONE',
    plannedEndUs: order.end_time === undefined ? (knots?.at(-2) ?? Number.NaN) : parseTimestampUs(order.end_time),
    participationRate: order.participation_rate ?? Number.NaN,
    knots,
  };
  shard.keepFacts(orderNo, {
    announcement: announcementOf(order),
    knots,
    firstTerms: undefined,
    replaces: NO_REPLACES,
    thresholds: NO_THRESHOLDS,
    alerts: undefined,
    firing: undefined,
    keptEnd: undefined,
    keptSequence: sequence,
    trail: undefined,
  });
  market.announce(orderNo, timestampUs);
  shard.orders.clear(orderNo);
  changeOrder(shard, orderNo, sequence, (at) => {
    const { cells } = shard.orders;
    const startUs = order.start_time === undefined ? timestampUs : parseTimestampUs(order.start_time);
    cells[at + C.SYMBOL_NO] = symbolNo;
    cells[at + C.SIDE] = codeOf(SIDES, order.side);
    setTerms(cells, at, terms);
    cells[at + C.ANNOUNCED_US] = timestampUs;
    cells[at + C.ANNOUNCED_SEQUENCE] = sequence;
    cells[at + C.START_US] = startUs;
    cells[at + C.FIRST_QUANTITY] = order.quantity;
    cells[at + C.LIMIT_PRICE] = order.limit_price ?? Number.NaN;
    cells[at + C.GIVEN_ARRIVAL_PRICE] = order.arrival_price ?? Number.NaN;
    cells[at + C.WORKED_US] = Number.NaN;
    cells[at + C.TERMINAL_STATUS] = NO_STATUS;
    cells[at + C.TERMINAL_US] = Number.NaN;
    cells[at + C.PENDING_STATUS] = NO_STATUS;
    cells[at + C.MISFIT_COUNT] = 0;
    cells[at + C.ENDED_US] = Number.NaN;
    foldAgain(shard, orderNo, at);
    deriveArrival(shard, orderNo, at);
    applyEarly(shard, orderNo);
  });
}

/** An order is in memory for long: what its row has, too, is left out. */
function announcementOf(order: OrderEvent): Announcement {
  const announcement: Announcement = { order_id: order.order_id, symbol: order.symbol, side: order.side, algorithm: order.algorithm ?? 'NONE' };
  for (const field of OPTIONAL) if (order[field] !== undefined) Object.assign(announcement, { [field]: order[field] });
  return announcement;
}

/** A replace keeps the expected quantity where it is and plans the rest anew, see order-plan.ts. */
export function applyReplace(shard: Shard, record: RecordReader): void {
  const { orderNo, sequence, timestampUs } = record;
  const replace = JSON.parse(record.text()) as EventOf<'order_replaced'>;
  changeOrder(shard, orderNo, sequence, (at) => {
    const { cells } = shard.orders;
    const terminal = cells[at + C.TERMINAL_STATUS]!;
    const isNextDay = terminal === DONE_FOR_DAY && isOnLaterDay(timestampUs, cells[at + C.TERMINAL_US]!);
    if (terminal !== NO_STATUS && !isNextDay) {
      cells[at + C.MISFIT_COUNT]! += 1;
      return;
    }
    noteWork(cells, at, timestampUs);
    const facts = shard.factsOf(orderNo);
    facts.firstTerms ??= {
      algorithm: wordOf(ALGORITHMS, cells[at + C.ALGORITHM]!),
      plannedEndUs: cells[at + C.PLANNED_END_US]!,
      participationRate: cells[at + C.PARTICIPATION_RATE]!,
      knots: facts.knots,
    };
    const terms = replacedTerms(facts.replaces.at(-1)?.terms ?? facts.firstTerms, replace);
    facts.replaces = [...facts.replaces, { us: timestampUs, quantity: replace.quantity ?? Number.NaN, terms, filledAt: 0 }];
    foldAgain(shard, orderNo, at);
    setTerms(cells, at, terms);
    if (replace.limit_price !== undefined) cells[at + C.LIMIT_PRICE] = replace.limit_price;
    if (cells[at + C.PENDING_STATUS] === PENDING_REPLACE) cells[at + C.PENDING_STATUS] = NO_STATUS;
  });
}

function replacedTerms(before: PlanTerms, replace: EventOf<'order_replaced'>): PlanTerms {
  const knots = replace.schedule === undefined ? before.knots : knotsOf(replace.schedule);
  const endOfSchedule = replace.schedule === undefined ? before.plannedEndUs : knots!.at(-2)!;
  return {
    algorithm: replace.algorithm ?? before.algorithm,
    plannedEndUs: replace.end_time === undefined ? endOfSchedule : parseTimestampUs(replace.end_time),
    participationRate: replace.participation_rate ?? before.participationRate,
    knots,
  };
}

function noteWork(cells: Float64Array, at: number, us: number): void {
  const before = cells[at + C.WORKED_US]!;
  if (!(before >= us)) cells[at + C.WORKED_US] = us;
}

function setTerms(cells: Float64Array, at: number, terms: PlanTerms): void {
  cells[at + C.ALGORITHM] = codeOf(ALGORITHMS, terms.algorithm);
  cells[at + C.PLANNED_END_US] = terms.plannedEndUs;
  cells[at + C.PARTICIPATION_RATE] = terms.participationRate;
}

export function applyPending(shard: Shard, record: RecordReader, status: number): void {
  changeOrder(shard, record.orderNo, record.sequence, (at) => {
    if (shard.orders.cells[at + C.TERMINAL_STATUS] === NO_STATUS) shard.orders.cells[at + C.PENDING_STATUS] = status;
    else shard.orders.cells[at + C.MISFIT_COUNT]! += 1;
  });
}

/** The first end counts; DONE_FOR_DAY gives way to what ends the order for good. */
export function applyTerminal(shard: Shard, record: RecordReader, status: number): void {
  const { timestampUs } = record;
  changeOrder(shard, record.orderNo, record.sequence, (at) => {
    const { cells } = shard.orders;
    const before = cells[at + C.TERMINAL_STATUS]!;
    if (!Number.isNaN(cells[at + C.ENDED_US]!)) cells[at + C.MISFIT_COUNT]! += 1;
    if (before !== NO_STATUS && before !== DONE_FOR_DAY) return;
    cells[at + C.TERMINAL_STATUS] = status;
    cells[at + C.TERMINAL_US] = timestampUs;
    cells[at + C.PENDING_STATUS] = NO_STATUS;
  });
}

export function applyRoute(shard: Shard, record: RecordReader): void {
  const { orderNo } = record;
  const quantity = record.double();
  record.double();
  const childNo = record.word();
  record.word();
  record.text();
  const orderType = record.text();
  const { timestampUs } = record;
  changeOrder(shard, orderNo, record.sequence, (at) => {
    noteWork(shard.orders.cells, at, timestampUs);
    shard.children.route(orderNo, childNo, quantity, orderType);
    countChildren(shard, orderNo, at);
  });
}

/** OPEN for an acknowledgement, which changes nothing but is part of the order's history. */
export function applyChildEnd(shard: Shard, record: RecordReader, end: ChildEnd): void {
  const { orderNo } = record;
  const childNo = record.word();
  changeOrder(shard, orderNo, record.sequence, (at) => {
    shard.children.end(orderNo, childNo, end);
    countChildren(shard, orderNo, at);
  });
}

export function applySession(shard: Shard, record: RecordReader): void {
  const { thresholds } = JSON.parse(record.text()) as { thresholds: Record<string, number> };
  changeOrder(shard, record.orderNo, record.sequence, () => {
    shard.factsOf(record.orderNo).thresholds = thresholds;
  });
}

function knotsOf(schedule: readonly { readonly time: string; readonly fraction: number }[]): Float64Array {
  return Float64Array.from(schedule.flatMap((knot) => [parseTimestampUs(knot.time), knot.fraction]));
}
