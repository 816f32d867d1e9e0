/**
 * A journal record as people read it: names in place of numbers, and an event with the fields of the input. What an event said
 * and the journal does not keep (the venue of a quote, other conditions of a trade) is not there.
 */

import { LIQUIDITIES, MARKET_STATUSES, wordOf } from '../domain/enums.ts';
import { formatTimestamp } from '../domain/timestamp.ts';
import { NameKind, NONE, type RecordReader, RecordType, TradeFlag } from '../journal/record.ts';
import { RECORD_TYPE_OF_EVENT } from '../sequencer/encode-event.ts';
import type { Registry } from '../sequencer/registry.ts';

type Fields = Record<string, unknown>;

const EVENT_TYPE_OF_RECORD = new Map<number, string>(Object.entries(RECORD_TYPE_OF_EVENT).map(([event, record]) => [record, event]));
const KIND_WORDS = new Map<number, string>(Object.entries(NameKind).map(([word, kind]) => [kind, word.toLowerCase()]));

/** The record, opened, which `registry` has absorbed. */
export function readableRecord(record: RecordReader, registry: Registry): Fields {
  const head = { sequence: record.sequence, received_at: formatTimestamp(record.receivedUs) };
  const type = EVENT_TYPE_OF_RECORD.get(record.type);
  if (type !== undefined) return { ...head, event: given(eventOf(type, record, registry)) };
  return { ...head, ...given(ownOf(record, registry)) };
}

/** What is no event but was journaled too. */
function ownOf(record: RecordReader, registry: Registry): Fields {
  switch (record.type) {
    case RecordType.TICK:
      return { record: 'tick', now: formatTimestamp(record.timestampUs) };
    case RecordType.DEFINE:
      return { record: 'define', kind: KIND_WORDS.get(record.word()), no: record.word(), name: record.text() };
    case RecordType.MONITORING_STARTED:
      return { record: 'monitoring_started', order_id: registry.orders.nameOf(record.orderNo), session: JSON.parse(record.text()) };
    case RecordType.SETTINGS:
      return { record: 'settings', settings: JSON.parse(record.text()) };
    case RecordType.EVENT_ID: {
      record.double();
      return { record: 'event_id', of_sequence: record.double(), event_id: record.text() };
    }
    case RecordType.BATCH_ANSWERED:
      record.double();
      return { record: 'batch_answered', idempotency_key: record.text(), answer: JSON.parse(record.text()) };
    default:
      return { record: `type ${record.type}` };
  }
}

function eventOf(type: string, record: RecordReader, registry: Registry): Fields {
  const head = { type, timestamp: formatTimestamp(record.timestampUs) };
  const symbol = record.symbolNo === NONE ? undefined : registry.symbols.nameOf(record.symbolNo);
  const ofOrder = { ...head, order_id: record.orderNo === NONE ? undefined : registry.orders.nameOf(record.orderNo), symbol };
  const venue = (no: number): string | undefined => (no === NONE ? undefined : registry.venues.nameOf(no));
  const child = (no: number): string | undefined => (no === NONE ? undefined : registry.children.nameOf(no));
  switch (record.type) {
    case RecordType.QUOTE:
      return { ...head, symbol, bid: record.double() || null, ask: record.double() || null, bid_size: record.double(), ask_size: record.double() };
    case RecordType.TRADE: {
      const [price, quantity, flags] = [record.double(), record.double(), record.word()];
      return { ...head, symbol, price, quantity, venue: venue(record.word()), ...tradeFlags(flags) };
    }
    case RecordType.EXECUTION: {
      const [quantity, price, fee] = [record.double(), record.double(), record.double()];
      record.word();
      const [venueNo, childNo, liquidity] = [record.word(), record.word(), record.word()];
      const exec_id = record.text();
      return { ...ofOrder, exec_id, venue: venue(venueNo), quantity, price, child_order_id: child(childNo), liquidity: liquidity === NONE ? undefined : wordOf(LIQUIDITIES, liquidity), fee };
    }
    case RecordType.EXECUTION_CORRECTED: {
      const [quantity, price, fee] = [record.double(), record.double(), record.double()];
      record.word();
      record.word();
      const venueNo = record.word();
      return { ...ofOrder, exec_id: record.text(), ref_exec_id: record.text(), quantity, price, venue: venue(venueNo), fee };
    }
    case RecordType.EXECUTION_CANCELED:
      record.word();
      record.word();
      return { ...ofOrder, exec_id: record.text(), ref_exec_id: record.text() };
    case RecordType.ROUTE: {
      const [quantity, price] = [record.double(), record.double()];
      record.word();
      const venueNo = record.word();
      return { ...ofOrder, child_order_id: record.text(), venue: venue(venueNo), quantity, price, order_type: record.text(), time_in_force: record.text() };
    }
    case RecordType.ROUTE_ACCEPTED:
    case RecordType.ROUTE_REJECTED:
    case RecordType.ROUTE_CANCELED:
    case RecordType.ROUTE_EXPIRED:
      return { ...ofOrder, child_order_id: child(record.word()), reason: record.text() };
    case RecordType.MARKET_STATUS:
      return { ...head, symbol, status: wordOf(MARKET_STATUSES, record.word()) };
    default:
      return JSON.parse(record.text()) as Fields;
  }
}

function tradeFlags(flags: number): Fields {
  const conditions = [
    ...((flags & TradeFlag.OPENING_AUCTION) === 0 ? [] : ['OPENING_AUCTION']),
    ...((flags & TradeFlag.CLOSING_AUCTION) === 0 ? [] : ['CLOSING_AUCTION']),
  ];
  return {
    conditions: conditions.length === 0 ? undefined : conditions,
    vwap_eligible: (flags & TradeFlag.ELIGIBLE) === 0 ? false : undefined,
  };
}

/** Without what was not given. */
function given(fields: Fields): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== '' && !Number.isNaN(value)));
}
