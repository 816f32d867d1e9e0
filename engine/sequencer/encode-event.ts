/**
 * One validated input event as one journal record. The layout of each body is written here and read in
 * shard/apply-event.ts, field by field in the same order.
 */

import { codeOf, LIQUIDITIES, MARKET_STATUSES } from '../domain/enums.ts';
import type { EventOf, InputEvent } from '../domain/events.ts';
import { NONE, type RecordHead, RecordType, type RecordWriter, TradeFlag } from '../journal/record.ts';
import type { EventNumbers } from './event-numbers.ts';
import type { FrequentEvents } from './frequent-events.ts';
import { FrequentField as F } from './frequent-fields.ts';

export const RECORD_TYPE_OF_EVENT = {
  order: RecordType.ORDER,
  order_replaced: RecordType.ORDER_REPLACED,
  order_pending_replace: RecordType.ORDER_PENDING_REPLACE,
  order_pending_cancel: RecordType.ORDER_PENDING_CANCEL,
  order_cancel_rejected: RecordType.ORDER_CANCEL_REJECTED,
  order_canceled: RecordType.ORDER_CANCELED,
  order_expired: RecordType.ORDER_EXPIRED,
  order_rejected: RecordType.ORDER_REJECTED,
  order_done_for_day: RecordType.ORDER_DONE_FOR_DAY,
  route: RecordType.ROUTE,
  route_accepted: RecordType.ROUTE_ACCEPTED,
  route_rejected: RecordType.ROUTE_REJECTED,
  route_canceled: RecordType.ROUTE_CANCELED,
  route_expired: RecordType.ROUTE_EXPIRED,
  execution: RecordType.EXECUTION,
  execution_corrected: RecordType.EXECUTION_CORRECTED,
  execution_canceled: RecordType.EXECUTION_CANCELED,
  quote: RecordType.QUOTE,
  trade: RecordType.TRADE,
  market_status: RecordType.MARKET_STATUS,
  instrument: RecordType.INSTRUMENT,
} as const satisfies Record<InputEvent['type'], RecordType>;

export function encodeEvent(writer: RecordWriter, head: RecordHead, event: InputEvent, no: EventNumbers): number {
  writer.begin(head);
  switch (event.type) {
    case 'quote':
      quoteBody(writer, event.bid ?? 0, event.ask ?? 0, event.bid_size ?? Number.NaN, event.ask_size ?? Number.NaN);
      break;
    case 'trade':
      tradeBody(writer, event.price, event.quantity, tradeFlags(event), no);
      break;
    case 'execution':
      executionBody(writer, event.quantity, event.price, event.fee ?? Number.NaN, event.liquidity === undefined ? NONE : codeOf(LIQUIDITIES, event.liquidity), no);
      writer.text(event.exec_id);
      break;
    case 'execution_corrected':
      writer.double(event.quantity);
      writer.double(event.price);
      writer.double(event.fee ?? Number.NaN);
      writer.word(no.executionNo);
      writer.word(no.refExecutionNo);
      writer.word(no.venueNo);
      writer.text(event.exec_id);
      writer.text(event.ref_exec_id);
      break;
    case 'execution_canceled':
      writer.word(no.executionNo);
      writer.word(no.refExecutionNo);
      writer.text(event.exec_id);
      writer.text(event.ref_exec_id);
      break;
    case 'route':
      writer.double(event.quantity);
      writer.double(event.price ?? Number.NaN);
      writer.word(no.childNo);
      writer.word(no.venueNo);
      writer.text(event.child_order_id);
      writer.text(event.order_type ?? '');
      writer.text(event.time_in_force ?? '');
      break;
    case 'route_accepted':
    case 'route_rejected':
    case 'route_canceled':
    case 'route_expired':
      writer.word(no.childNo);
      writer.text(event.reason ?? '');
      break;
    case 'market_status':
      writer.word(codeOf(MARKET_STATUSES, event.status));
      break;
    default:
      writer.text(canonicalJson(event));
  }
  return writer.end();
}

/** The same record from a row of a batch that was read into columns. */
export function encodeFrequent(writer: RecordWriter, head: RecordHead, events: FrequentEvents, row: number, no: EventNumbers): number {
  writer.begin(head);
  switch (head.type) {
    case RecordType.QUOTE:
      quoteBody(writer, orZero(events.numberOf(row, F.BID)), orZero(events.numberOf(row, F.ASK)), events.numberOf(row, F.BID_SIZE), events.numberOf(row, F.ASK_SIZE));
      break;
    case RecordType.TRADE:
      tradeBody(writer, events.numberOf(row, F.PRICE), events.numberOf(row, F.QUANTITY), events.isVwapEligible(row) ? TradeFlag.ELIGIBLE : 0, no);
      break;
    default:
      executionBody(writer, events.numberOf(row, F.QUANTITY), events.numberOf(row, F.PRICE), events.numberOf(row, F.FEE), events.liquidity(row), no);
      writer.textBytes(events.bytes, events.placeOf(row, F.EXEC_ID), events.lengthOf(row, F.EXEC_ID));
  }
  return writer.end();
}

const orZero = (value: number): number => (Number.isNaN(value) ? 0 : value);

function quoteBody(writer: RecordWriter, bid: number, ask: number, bidSize: number, askSize: number): void {
  writer.double(bid);
  writer.double(ask);
  writer.double(bidSize);
  writer.double(askSize);
}

function tradeBody(writer: RecordWriter, price: number, quantity: number, flags: number, no: EventNumbers): void {
  writer.double(price);
  writer.double(quantity);
  writer.word(flags);
  writer.word(no.venueNo);
}

/** Without the exec_id, which ends it. */
function executionBody(writer: RecordWriter, quantity: number, price: number, fee: number, liquidity: number, no: EventNumbers): void {
  writer.double(quantity);
  writer.double(price);
  writer.double(fee);
  writer.word(no.executionNo);
  writer.word(no.venueNo);
  writer.word(no.childNo);
  writer.word(liquidity);
}

/** Conditions that mark an auction print: by name, and the sale conditions of the US consolidated tapes. */
const OPENING_CONDITIONS = ['OPENING_AUCTION', 'OPEN', 'O'];
const CLOSING_CONDITIONS = ['CLOSING_AUCTION', 'CLOSE', '6'];

function tradeFlags(trade: EventOf<'trade'>): number {
  const has = (words: readonly string[]): boolean => trade.conditions?.some((condition) => words.includes(condition)) ?? false;
  return (
    (trade.vwap_eligible === false ? 0 : TradeFlag.ELIGIBLE) |
    (has(OPENING_CONDITIONS) ? TradeFlag.OPENING_AUCTION : 0) |
    (has(CLOSING_CONDITIONS) ? TradeFlag.CLOSING_AUCTION : 0)
  );
}

/** A validated event without its identity: the same content, the same text. */
export function canonicalJson({ event_id: _identity, ...content }: InputEvent): string {
  return JSON.stringify(content);
}
