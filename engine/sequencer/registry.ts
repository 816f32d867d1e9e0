/**
 * What the main thread knows without asking a shard: names, identities, which order is of which symbol, sessions,
 * answered batches, records that wait. All of it is a fold over the journal: `absorb` is the only way in, for records
 * just written and for records read back.
 */

import { Float64Column, Int32Column } from '../domain/column.ts';
import type { EventOf, OrderEvent } from '../domain/events.ts';
import { IDENTITY_RETENTION_US } from '../domain/limits.ts';
import { DEFAULT_SETTINGS, type Settings } from '../domain/settings.ts';
import type { StateReader } from '../domain/state-reader.ts';
import type { StateWriter } from '../domain/state-writer.ts';
import { NameKind, NONE, type RecordReader, RecordType } from '../journal/record.ts';
import { contentHash } from './content-hash.ts';
import { Identities } from './identities.ts';
import { NameTable } from './name-table.ts';
import { Remembered } from './remembered.ts';
import { executionContent, routeContent } from './event-content.ts';

/** A monitoring session as it was journaled. */
export interface Session {
  readonly sessionId: string;
  readonly orderNo: number;
  readonly startedUs: number;
  readonly metrics: readonly string[];
  readonly thresholds: Readonly<Record<string, number>>;
  readonly realTimeUpdates: boolean;
}

/** What a MONITORING_STARTED record carries as JSON. */
export interface SessionJson {
  session_id: string;
  started_us: number;
  metrics: string[];
  thresholds: Record<string, number>;
  real_time_updates: boolean;
}

export interface AnsweredBatch {
  readonly bodyHash: number;
  readonly answerJson: string;
}

export interface KnownEventId {
  readonly hash: number;
  readonly sequence: number;
}

export class Registry {
  readonly symbols = new NameTable();
  readonly venues = new NameTable();
  readonly orders = new NameTable();
  readonly children = new NameTable();
  readonly identities = new Identities();
  readonly eventIds = new Remembered<KnownEventId>(IDENTITY_RETENTION_US);
  readonly answeredBatches = new Remembered<AnsweredBatch>(IDENTITY_RETENTION_US);
  readonly sessions = new Map<number, Session>();
  /** As journaled last. */
  settings: Settings = DEFAULT_SETTINGS;
  /** Symbols that some instrument names as its index: their market data goes to every shard. */
  readonly indexSymbols = new Set<number>();
  private readonly orderSymbols = new Int32Column(NONE);
  /** By symbol; of what has come since the start, so not in a snapshot. */
  private readonly marketSequences = new Float64Column(0);

  /** The symbol of an announced order, else NONE. */
  symbolOfOrder(orderNo: number): number {
    return this.orderSymbols.get(orderNo);
  }

  isAnnounced(orderNo: number): boolean {
    return this.orderSymbols.get(orderNo) !== NONE;
  }

  /** Sequence of the newest input about a symbol, and no order of it, since the service was started, 0 before the first. */
  marketSequence(symbolNo: number): number {
    return this.marketSequences.get(symbolNo);
  }

  /** Takes in one record. The reader is left somewhere inside it. */
  absorb(record: RecordReader): void {
    switch (record.type) {
      case RecordType.QUOTE:
      case RecordType.TRADE:
      case RecordType.MARKET_STATUS:
        this.marketSequences.set(record.symbolNo, record.sequence);
        return;
      case RecordType.DEFINE:
        this.define(record.word() as NameKind, record.word(), record.text());
        return;
      case RecordType.EXECUTION:
      case RecordType.EXECUTION_CORRECTED:
      case RecordType.EXECUTION_CANCELED: {
        const { executionNo, refExecutionNo, childNo, hash } = executionContent(record);
        this.mentionExecution(record, executionNo);
        if (childNo !== NONE) this.identities.mentionChild(childNo, record.orderNo);
        if (refExecutionNo !== NONE) this.mentionExecution(record, refExecutionNo);
        this.identities.executions.remember(executionNo, hash, record.sequence);
        return;
      }
      case RecordType.ROUTE: {
        const content = routeContent(record);
        this.identities.mentionChild(content.childNo, record.orderNo);
        this.identities.children.remember(content.childNo, content.hash, record.sequence);
        return;
      }
      case RecordType.ROUTE_ACCEPTED:
      case RecordType.ROUTE_REJECTED:
      case RecordType.ROUTE_CANCELED:
      case RecordType.ROUTE_EXPIRED:
        this.identities.mentionChild(record.word(), record.orderNo);
        return;
      case RecordType.ORDER: {
        const json = record.text();
        const order = JSON.parse(json) as OrderEvent;
        this.orderSymbols.set(record.orderNo, this.symbols.find(order.symbol)!);
        this.identities.orders.remember(record.orderNo, contentHash(json), record.sequence);
        return;
      }
      case RecordType.INSTRUMENT: {
        this.marketSequences.set(record.symbolNo, record.sequence);
        const { index_symbol: symbol } = JSON.parse(record.text()) as EventOf<'instrument'>;
        if (symbol !== undefined) this.indexSymbols.add(this.symbols.find(symbol)!);
        return;
      }
      case RecordType.MONITORING_STARTED: {
        const json = JSON.parse(record.text()) as SessionJson;
        this.sessions.set(record.orderNo, {
          sessionId: json.session_id,
          orderNo: record.orderNo,
          startedUs: json.started_us,
          metrics: json.metrics,
          thresholds: json.thresholds,
          realTimeUpdates: json.real_time_updates,
        });
        return;
      }
      case RecordType.SETTINGS:
        this.settings = JSON.parse(record.text()) as Settings;
        return;
      case RecordType.EVENT_ID: {
        const hash = record.double();
        const sequence = record.double();
        this.eventIds.set(record.text(), { hash, sequence }, record.receivedUs);
        return;
      }
      case RecordType.BATCH_ANSWERED: {
        const bodyHash = record.double();
        const key = record.text();
        this.answeredBatches.set(key, { bodyHash, answerJson: record.text() }, record.receivedUs);
        return;
      }
      default:
    }
  }

  save(out: StateWriter): void {
    for (const names of [this.symbols, this.venues, this.orders, this.children]) names.save(out);
    this.orderSymbols.save(out, this.orders.size);
    this.identities.save(out, this.orders.size, this.children.size);
    this.eventIds.save(out, ({ hash, sequence }) => {
      out.double(hash);
      out.double(sequence);
    });
    this.answeredBatches.save(out, ({ bodyHash, answerJson }) => {
      out.double(bodyHash);
      out.text(answerJson);
    });
    out.text(JSON.stringify([...this.sessions.values()]));
    out.text(JSON.stringify(this.settings));
    out.text(JSON.stringify([...this.indexSymbols]));
  }

  /** Into a registry that has absorbed nothing. */
  load(from: StateReader): void {
    for (const names of [this.symbols, this.venues, this.orders, this.children]) names.load(from);
    this.orderSymbols.load(from, this.orders.size);
    this.identities.load(from, this.orders.size, this.children.size);
    this.eventIds.load(from, () => ({ hash: from.double(), sequence: from.double() }));
    this.answeredBatches.load(from, () => ({ bodyHash: from.double(), answerJson: from.text() }));
    for (const session of JSON.parse(from.text()) as Session[]) this.sessions.set(session.orderNo, session);
    this.settings = JSON.parse(from.text()) as Settings;
    for (const symbolNo of JSON.parse(from.text()) as number[]) this.indexSymbols.add(symbolNo);
  }

  tableOf(kind: NameKind): NameTable {
    switch (kind) {
      case NameKind.SYMBOL:
        return this.symbols;
      case NameKind.VENUE:
        return this.venues;
      case NameKind.ORDER:
        return this.orders;
      case NameKind.CHILD:
        return this.children;
    }
  }

  /** The id is the next text of the record. */
  private mentionExecution(record: RecordReader, executionNo: number): void {
    record.passText();
    this.identities.mentionExecution(record.memory.bytes, record.textFrom, record.textBytes, executionNo, record.orderNo);
  }

  private define(kind: NameKind, no: number, name: string): void {
    this.tableOf(kind).define(no, name);
  }
}
