/**
 * Journal records: what an accepted input looks like in the journal and, byte for byte, in a shard's mailbox.
 *
 * A record is 8-byte aligned: a fixed head (see the offsets), then a body whose fields are written and read in order,
 * doubles first, then 32-bit words, then texts. Frequent events have numeric bodies; rare ones carry their JSON.
 * Names (order ids, symbols, venues) are given once in a DEFINE record and are numbers from then on.
 */

import { align8, Memory } from '../ring/memory.ts';

/** Codes are in every journal: never renumber, only add. */
export const RecordType = {
  TICK: 1,
  DEFINE: 2,
  QUOTE: 3,
  TRADE: 4,
  EXECUTION: 5,
  EXECUTION_CORRECTED: 6,
  EXECUTION_CANCELED: 7,
  ROUTE: 8,
  ROUTE_ACCEPTED: 9,
  ROUTE_REJECTED: 10,
  ROUTE_CANCELED: 11,
  ROUTE_EXPIRED: 12,
  ORDER: 13,
  ORDER_REPLACED: 14,
  ORDER_PENDING_REPLACE: 15,
  ORDER_PENDING_CANCEL: 16,
  ORDER_CANCELED: 17,
  ORDER_EXPIRED: 18,
  ORDER_REJECTED: 19,
  ORDER_DONE_FOR_DAY: 20,
  MARKET_STATUS: 21,
  INSTRUMENT: 22,
  MONITORING_STARTED: 23,
  BATCH_ANSWERED: 24,
  EVENT_ID: 25,
  ORDER_CANCEL_REJECTED: 26,
  SETTINGS: 27,
  /** In mailboxes only, never journaled: a question to a shard, answered out of band. */
  QUERY: 100,
  /** In mailboxes only, never journaled: the last message of a shard. */
  STOP: 101,
  /** In mailboxes only, never journaled: everything up to this sequence that concerns the shard has come. */
  MARK: 102,
  /** In mailboxes only, never journaled: what is the hash of the shard's state; answered out of band. */
  HASH: 103,
} as const;
export type RecordType = (typeof RecordType)[keyof typeof RecordType];

/** What a DEFINE record names. */
export const NameKind = { SYMBOL: 0, VENUE: 1, ORDER: 2, CHILD: 3 } as const;
export type NameKind = (typeof NameKind)[keyof typeof NameKind];

/** Bits of a TRADE record's flags. */
export const TradeFlag = { ELIGIBLE: 1, OPENING_AUCTION: 2, CLOSING_AUCTION: 4 } as const;

/** "No order", "no symbol" and the like. */
export const NONE = -1;

const LENGTH_WORD = 0;
const TYPE_WORD = 1;
const SEQUENCE_DOUBLE = 1;
const RECEIVED_DOUBLE = 2;
const TIMESTAMP_DOUBLE = 3;
const ORDER_WORD = 8;
const SYMBOL_WORD = 9;
export const RECORD_HEAD_BYTES = 40;

export interface RecordHead {
  readonly type: RecordType;
  readonly sequence: number;
  readonly receivedUs: number;
  readonly timestampUs: number;
  readonly orderNo: number;
  readonly symbolNo: number;
}

/** Writes records one behind the other into memory that it owns and reuses. */
export class RecordWriter {
  private memory: Memory;
  private at = 0;
  private recordStart = 0;
  private count = 0;

  constructor(capacityBytes = 1 << 16) {
    this.memory = new Memory(new ArrayBuffer(capacityBytes));
  }

  get recordCount(): number {
    return this.count;
  }

  get byteLength(): number {
    return this.at;
  }

  /** The records so far; valid until the next write. */
  get written(): Memory {
    return this.memory;
  }

  clear(): void {
    this.at = 0;
    this.count = 0;
  }

  begin(head: RecordHead): void {
    this.reserve(RECORD_HEAD_BYTES);
    this.recordStart = this.at;
    const word = this.at >> 2;
    const double = this.at >> 3;
    this.memory.words[word + TYPE_WORD] = head.type;
    this.memory.doubles[double + SEQUENCE_DOUBLE] = head.sequence;
    this.memory.doubles[double + RECEIVED_DOUBLE] = head.receivedUs;
    this.memory.doubles[double + TIMESTAMP_DOUBLE] = head.timestampUs;
    this.memory.words[word + ORDER_WORD] = head.orderNo;
    this.memory.words[word + SYMBOL_WORD] = head.symbolNo;
    this.at += RECORD_HEAD_BYTES;
  }

  /** Must come before the words and texts of a body. */
  double(value: number): void {
    this.reserve(8);
    this.memory.doubles[this.at >> 3] = value;
    this.at += 8;
  }

  word(value: number): void {
    this.reserve(4);
    this.memory.words[this.at >> 2] = value;
    this.at += 4;
  }

  text(value: string): void {
    this.reserve(8 + value.length * 3);
    this.endText(this.memory.bytes.write(value, this.at + 4, 'utf8'));
  }

  /** A text that stands as UTF-8 in `bytes`. */
  textBytes(bytes: Uint8Array, from: number, length: number): void {
    this.reserve(8 + length);
    const into = this.memory.bytes;
    const at = this.at + 4;
    for (let i = 0; i < length; i++) into[at + i] = bytes[from + i]!;
    this.endText(length);
  }

  /** Zeros behind the text up to the next word: the same record is the same bytes. */
  private endText(length: number): void {
    this.memory.words[this.at >> 2] = length;
    const end = this.at + 4 + length;
    this.at += 4 + ((length + 3) & ~3);
    for (let i = end; i < this.at; i++) this.memory.bytes[i] = 0;
  }

  /** Closes the record and tells where it begins. */
  end(): number {
    const start = this.recordStart;
    const end = align8(this.at);
    if (end > this.at) this.memory.words[this.at >> 2] = 0;
    this.memory.words[(start >> 2) + LENGTH_WORD] = end - start;
    this.at = end;
    this.count++;
    return start;
  }

  private reserve(bytes: number): void {
    const needed = this.at + bytes + 8;
    if (needed <= this.memory.bytes.length) return;
    let capacity = this.memory.bytes.length * 2;
    while (capacity < needed) capacity *= 2;
    const grown = new Memory(new ArrayBuffer(capacity));
    grown.bytes.set(this.memory.bytes.subarray(0, this.at));
    this.memory = grown;
  }
}

/** Reads a record where it lies, without copying. Body fields are read in the order in which they were written. */
export class RecordReader implements RecordHead {
  type: RecordType = RecordType.TICK;
  sequence = 0;
  receivedUs = 0;
  timestampUs = 0;
  orderNo = NONE;
  symbolNo = NONE;
  byteLength = 0;
  offset = 0;
  memory: Memory = EMPTY;
  textFrom = 0;
  textBytes = 0;
  private at = 0;

  open(memory: Memory, offset: number): this {
    const word = offset >> 2;
    const double = offset >> 3;
    this.memory = memory;
    this.offset = offset;
    this.byteLength = memory.words[word + LENGTH_WORD]!;
    this.type = memory.words[word + TYPE_WORD] as RecordType;
    this.sequence = memory.doubles[double + SEQUENCE_DOUBLE]!;
    this.receivedUs = memory.doubles[double + RECEIVED_DOUBLE]!;
    this.timestampUs = memory.doubles[double + TIMESTAMP_DOUBLE]!;
    this.orderNo = memory.words[word + ORDER_WORD]!;
    this.symbolNo = memory.words[word + SYMBOL_WORD]!;
    this.at = offset + RECORD_HEAD_BYTES;
    return this;
  }

  double(): number {
    const value = this.memory.doubles[this.at >> 3]!;
    this.at += 8;
    return value;
  }

  word(): number {
    const value = this.memory.words[this.at >> 2]!;
    this.at += 4;
    return value;
  }

  text(): string {
    this.passText();
    return this.passedText();
  }

  /** Reads over a text; `textFrom` and `textBytes` then say where it stands in `memory.bytes`, as UTF-8. */
  passText(): void {
    this.textFrom = this.at + 4;
    this.textBytes = this.memory.words[this.at >> 2]!;
    this.at += 4 + ((this.textBytes + 3) & ~3);
  }

  /** The text that was passed last. */
  passedText(): string {
    return this.memory.bytes.toString('utf8', this.textFrom, this.textFrom + this.textBytes);
  }
}

/** Fills in the symbol of a record that was written before its order was known. */
export function setRecordSymbol(memory: Memory, offset: number, symbolNo: number): void {
  memory.words[(offset >> 2) + SYMBOL_WORD] = symbolNo;
}

const EMPTY = new Memory(new ArrayBuffer(0));
