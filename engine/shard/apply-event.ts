/**
 * The one switch: what each journal record does to a shard's state. Live intake, start-up and tests all come through
 * here, so that state is always the fold of the same function over the same records.
 */

import type { EventOf } from '../domain/events.ts';
import type { Settings } from '../domain/settings.ts';
import { NameKind, NONE, RecordReader, RecordType } from '../journal/record.ts';
import { IndexLevels } from '../market/index-levels.ts';
import { Memory } from '../ring/memory.ts';
import { NO_STATUS } from '../orders/ord-status.ts';
import { ChildEnd } from '../orders/child-table.ts';
import { codeOf, ORD_STATUSES } from '../domain/enums.ts';
import { applyBust, applyCorrection, applyFill } from './apply-execution.ts';
import { applyQuote, applyTick, applyTrade } from './apply-market.ts';
import { applyChildEnd, applyOrder, applyPending, applyReplace, applyRoute, applySession, applyTerminal } from './apply-order.ts';
import type { Shard } from './shard.ts';

export function applyRecord(shard: Shard, record: RecordReader): void {
  shard.sequence = record.sequence;
  apply(shard, record);
}

function apply(shard: Shard, record: RecordReader): void {
  if (record.orderNo !== NONE && record.type !== RecordType.ORDER && !shard.isKnown(record.orderNo)) {
    keepForAnnouncement(shard, record);
    return;
  }
  switch (record.type) {
    case RecordType.QUOTE:
      return applyQuote(shard, record);
    case RecordType.TRADE:
      return applyTrade(shard, record);
    case RecordType.EXECUTION:
      return applyFill(shard, record);
    case RecordType.TICK:
      return applyTick(shard, record);
    case RecordType.EXECUTION_CORRECTED:
      return applyCorrection(shard, record);
    case RecordType.EXECUTION_CANCELED:
      return applyBust(shard, record);
    case RecordType.ROUTE:
      return applyRoute(shard, record);
    case RecordType.ROUTE_ACCEPTED:
      return applyChildEnd(shard, record, ChildEnd.OPEN);
    case RecordType.ROUTE_REJECTED:
      return applyChildEnd(shard, record, ChildEnd.REJECTED);
    case RecordType.ROUTE_CANCELED:
      return applyChildEnd(shard, record, ChildEnd.CANCELED);
    case RecordType.ROUTE_EXPIRED:
      return applyChildEnd(shard, record, ChildEnd.EXPIRED);
    case RecordType.ORDER:
      return applyOrder(shard, record, applyEarly);
    case RecordType.ORDER_REPLACED:
      return applyReplace(shard, record);
    case RecordType.ORDER_PENDING_REPLACE:
      return applyPending(shard, record, codeOf(ORD_STATUSES, 'PENDING_REPLACE'));
    case RecordType.ORDER_PENDING_CANCEL:
      return applyPending(shard, record, codeOf(ORD_STATUSES, 'PENDING_CANCEL'));
    case RecordType.ORDER_CANCEL_REJECTED:
      return applyPending(shard, record, NO_STATUS);
    case RecordType.ORDER_CANCELED:
      return applyTerminal(shard, record, codeOf(ORD_STATUSES, 'CANCELED'));
    case RecordType.ORDER_EXPIRED:
      return applyTerminal(shard, record, codeOf(ORD_STATUSES, 'EXPIRED'));
    case RecordType.ORDER_REJECTED:
      return applyTerminal(shard, record, codeOf(ORD_STATUSES, 'REJECTED'));
    case RecordType.ORDER_DONE_FOR_DAY:
      return applyTerminal(shard, record, codeOf(ORD_STATUSES, 'DONE_FOR_DAY'));
    case RecordType.MONITORING_STARTED:
      return applySession(shard, record);
    case RecordType.MARKET_STATUS: {
      const market = shard.market(record.symbolNo);
      market.clock.change(record.timestampUs, record.word());
      market.sequence = record.sequence;
      shard.noteMoved(market);
      return;
    }
    case RecordType.INSTRUMENT:
      return applyInstrument(shard, record);
    case RecordType.SETTINGS:
      return applySettings(shard, record);
    case RecordType.DEFINE:
      return define(shard, record);
    case RecordType.BATCH_ANSWERED:
    case RecordType.EVENT_ID:
    case RecordType.QUERY:
    case RecordType.HASH:
    case RecordType.MARK:
    case RecordType.STOP:
      return;
  }
}

/** Comes to every shard: an instrument may name an index whose levels all of them need from here on. */
function applyInstrument(shard: Shard, record: RecordReader): void {
  const market = shard.market(record.symbolNo);
  const { type: _type, timestamp: _timestamp, ...fields } = JSON.parse(record.text()) as EventOf<'instrument'>;
  market.instrument = { ...market.instrument, ...fields } as EventOf<'instrument'>;
  market.sequence = record.sequence;
  shard.noteMoved(market);
  if (fields.index_symbol === undefined) return;
  const indexNo = shard.symbolNames.indexOf(fields.index_symbol);
  market.indexNo = indexNo;
  if (!shard.indices.has(indexNo)) shard.indices.set(indexNo, new IndexLevels());
}

/** Comes to every shard; what is shown of active orders is recomputed. */
function applySettings(shard: Shard, record: RecordReader): void {
  shard.settings = JSON.parse(record.text()) as Settings;
  shard.settingsSequence = record.sequence;
  for (const market of shard.markets.values()) shard.noteMoved(market);
}

/** What waited for an order comes to the shard just before its announcement and is applied inside it. */
function keepForAnnouncement(shard: Shard, record: RecordReader): void {
  const copy = new Memory(new ArrayBuffer(record.byteLength));
  copy.bytes.set(record.memory.bytes.subarray(record.offset, record.offset + record.byteLength));
  const early = shard.early.get(record.orderNo);
  if (early === undefined) shard.early.set(record.orderNo, [copy]);
  else early.push(copy);
}

function applyEarly(shard: Shard, orderNo: number): void {
  const early = shard.early.get(orderNo) ?? [];
  shard.early.delete(orderNo);
  for (const record of early) apply(shard, new RecordReader().open(record, 0));
}

function define(shard: Shard, record: RecordReader): void {
  const kind = record.word();
  const no = record.word();
  if (kind === NameKind.SYMBOL) shard.symbolNames[no] = record.text();
  else if (kind === NameKind.VENUE) shard.venueNames[no] = record.text();
  else if (kind === NameKind.CHILD) shard.childNames[no] = record.text();
}
