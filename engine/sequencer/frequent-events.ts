/**
 * A batch of which the frequent events (executions, quotes, trades) stand as columns: numbers, and texts as places in the
 * bytes they came in. No object and no string is made of them. A decoder fills it field by field; `endEvent` says whether
 * the event is as usual: whole, valid by its schema, in plain ASCII. All that is not usual is left to the general way
 * (validate.ts, admission.ts), which alone decides what is wrong with it; so this may be narrower than the schemas, and never
 * wider. One is used for all batches, one after the other.
 */

import { LIQUIDITIES } from '../domain/enums.ts';
import type { EventOf, InputEvent } from '../domain/events.ts';
import { BATCH_EVENTS_MAX, ID_CHARS_MAX, LABEL_CHARS_MAX, NUMBER_MAX, NUMBER_MIN, ORDER_ID_CHARS_MAX, SYMBOL_CHARS_MAX } from '../domain/limits.ts';
import { NONE, RecordType } from '../journal/record.ts';
import { FREQUENT_FIELDS, FrequentField as F } from './frequent-fields.ts';
import { TimestampBytes } from './timestamp-bytes.ts';

/** The kind of a row that is no frequent event: one of `others`. */
const OTHER = 0;

const FIELD_COUNT = FREQUENT_FIELDS.length;
const bit = (...fields: number[]): number => fields.reduce((bits, field) => bits | (1 << field), 0);

interface Kind {
  readonly recordType: RecordType;
  readonly name: Uint8Array;
  readonly needed: number;
  readonly allowed: number;
}

const COMMON = bit(F.TYPE, F.TIMESTAMP);
const kindOf = (name: string, recordType: RecordType, needed: number, optional: number): Kind => ({
  recordType,
  name: Buffer.from(name),
  needed: COMMON | needed,
  allowed: COMMON | needed | optional,
});
const KINDS: readonly Kind[] = [
  kindOf('quote', RecordType.QUOTE, bit(F.SYMBOL), bit(F.BID, F.ASK, F.BID_SIZE, F.ASK_SIZE, F.VENUE)),
  kindOf('execution', RecordType.EXECUTION, bit(F.ORDER_ID, F.EXEC_ID, F.VENUE, F.QUANTITY, F.PRICE), bit(F.SYMBOL, F.CHILD_ORDER_ID, F.LIQUIDITY, F.FEE)),
  kindOf('trade', RecordType.TRADE, bit(F.SYMBOL, F.PRICE, F.QUANTITY), bit(F.VENUE, F.VWAP_ELIGIBLE)),
];

const TEXTS = bit(F.TYPE, F.TIMESTAMP, F.ORDER_ID, F.SYMBOL, F.EXEC_ID, F.CHILD_ORDER_ID, F.VENUE, F.LIQUIDITY);
const NUMBERS = bit(F.QUANTITY, F.PRICE, F.FEE, F.BID, F.ASK, F.BID_SIZE, F.ASK_SIZE);
/** Null is as good as not there. */
const NULLABLE = bit(F.BID, F.ASK, F.BID_SIZE, F.ASK_SIZE);

const textMax = new Int32Array(FIELD_COUNT);
textMax[F.TYPE] = textMax[F.TIMESTAMP] = textMax[F.LIQUIDITY] = LABEL_CHARS_MAX;
textMax[F.ORDER_ID] = ORDER_ID_CHARS_MAX;
textMax[F.SYMBOL] = SYMBOL_CHARS_MAX;
textMax[F.EXEC_ID] = textMax[F.CHILD_ORDER_ID] = ID_CHARS_MAX;
textMax[F.VENUE] = LABEL_CHARS_MAX;
const numberMin = new Float64Array(FIELD_COUNT);
numberMin[F.QUANTITY] = numberMin[F.PRICE] = NUMBER_MIN;
numberMin[F.FEE] = -NUMBER_MAX;

const KIND_NAMES = KINDS.map(({ name }) => name);
const LIQUIDITY_NAMES = LIQUIDITIES.map((word) => Buffer.from(word));
const NO_BYTES = Buffer.alloc(0);

export class FrequentEvents {
  /** What the places of texts are in. */
  bytes: Buffer = NO_BYTES;
  /** The same bytes. */
  view: DataView = new DataView(NO_BYTES.buffer, NO_BYTES.byteOffset, 0);
  count = 0;
  /** What is no frequent event, in order; `otherPlaces` says which of the batch's events each is. */
  readonly others: { readonly value: unknown }[] = [];
  readonly otherPlaces: number[] = [];
  private rows = 256;
  private kinds = new Uint8Array(this.rows);
  private timestamps = new Float64Array(this.rows);
  private numbers = new Float64Array(this.rows * FIELD_COUNT);
  private places = new Int32Array(this.rows * FIELD_COUNT);
  private lengths = new Int32Array(this.rows * FIELD_COUNT);
  /** The fields of each row that are there. */
  private fields = new Int32Array(this.rows);
  private liquidities = new Int32Array(this.rows);
  private readonly timestampBytes = new TimestampBytes();
  private seen = 0;
  private first = 0;
  private isEligible = true;

  begin(bytes: Uint8Array): void {
    this.bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.count = 0;
    this.others.length = 0;
    this.otherPlaces.length = 0;
  }

  /** False where the batch is too large for any way. */
  beginEvent(): boolean {
    if (this.count === BATCH_EVENTS_MAX) return false;
    if (this.count === this.rows) this.grow();
    this.first = this.count * FIELD_COUNT;
    this.seen = 0;
    this.isEligible = true;
    return true;
  }

  /** A text of plain ASCII without control characters. False where this is not usual, as from all of these. */
  text(field: number, at: number, length: number): boolean {
    const isUsual = (TEXTS & (1 << field)) !== 0 && (this.seen & (1 << field)) === 0 && length > 0 && length <= textMax[field]!;
    if (!isUsual) return false;
    this.seen |= 1 << field;
    this.places[this.first + field] = at;
    this.lengths[this.first + field] = length;
    return true;
  }

  number(field: number, value: number): boolean {
    const isUsual = (NUMBERS & (1 << field)) !== 0 && (this.seen & (1 << field)) === 0 && value >= numberMin[field]! && value <= NUMBER_MAX;
    if (!isUsual) return false;
    this.seen |= 1 << field;
    this.numbers[this.first + field] = value;
    return true;
  }

  truth(field: number, value: boolean): boolean {
    if (field !== F.VWAP_ELIGIBLE || (this.seen & (1 << field)) !== 0) return false;
    this.seen |= 1 << field;
    this.isEligible = value;
    return true;
  }

  /** The field is there and null; it may not come again. */
  nothing(field: number): boolean {
    if ((NULLABLE & (1 << field)) === 0 || (this.seen & (1 << field)) !== 0) return false;
    this.seen |= 1 << field;
    this.numbers[this.first + field] = Number.NaN;
    return true;
  }

  /** Takes the event in; false, and nothing is taken in, where it is not usual. */
  endEvent(): boolean {
    const { seen, first, count } = this;
    if ((seen & COMMON) !== COMMON) return false;
    const kind = KINDS[this.wordOf(F.TYPE, KIND_NAMES)];
    if (kind === undefined || (seen & kind.needed) !== kind.needed || (seen & ~kind.allowed) !== 0) return false;
    const timestampUs = this.timestampBytes.parse(this.bytes, this.view, this.places[first + F.TIMESTAMP]!, this.lengths[first + F.TIMESTAMP]!);
    if (Number.isNaN(timestampUs)) return false;
    const namesLiquidity = (seen & (1 << F.LIQUIDITY)) !== 0;
    const liquidity = namesLiquidity ? this.wordOf(F.LIQUIDITY, LIQUIDITY_NAMES) : NONE;
    if (namesLiquidity && liquidity === NONE) return false;
    this.kinds[count] = kind.recordType;
    this.timestamps[count] = timestampUs;
    this.liquidities[count] = liquidity;
    this.fields[count] = this.isEligible ? seen & ~(1 << F.VWAP_ELIGIBLE) : seen;
    this.count++;
    return true;
  }

  /** Takes in a value for the general way. */
  other(value: unknown): void {
    this.otherPlaces.push(this.count);
    this.others.push({ value });
    this.kinds[this.count++] = OTHER;
  }

  isFrequent(row: number): boolean {
    return this.kinds[row] !== OTHER;
  }

  recordType(row: number): RecordType {
    return this.kinds[row] as RecordType;
  }

  timestampUs(row: number): number {
    return this.timestamps[row]!;
  }

  /** The code of a fill's liquidity, or NONE. */
  liquidity(row: number): number {
    return this.liquidities[row]!;
  }

  isVwapEligible(row: number): boolean {
    return !this.has(row, F.VWAP_ELIGIBLE);
  }

  has(row: number, field: number): boolean {
    return (this.fields[row]! & (1 << field)) !== 0;
  }

  /** NaN where it is not there. */
  numberOf(row: number, field: number): number {
    return this.has(row, field) ? this.numbers[row * FIELD_COUNT + field]! : Number.NaN;
  }

  placeOf(row: number, field: number): number {
    return this.places[row * FIELD_COUNT + field]!;
  }

  lengthOf(row: number, field: number): number {
    return this.lengths[row * FIELD_COUNT + field]!;
  }

  /** The event as the general way takes it. */
  eventOf(row: number): InputEvent {
    const text = (field: number): string => this.bytes.toString('latin1', this.placeOf(row, field), this.placeOf(row, field) + this.lengthOf(row, field));
    const event: Record<string, unknown> = {};
    for (let field = 0; field < FIELD_COUNT; field++) {
      if (!this.has(row, field)) continue;
      const number = this.numberOf(row, field);
      const name = FREQUENT_FIELDS[field]!;
      if (field === F.VWAP_ELIGIBLE) event[name] = false;
      else if ((TEXTS & (1 << field)) !== 0) event[name] = text(field);
      else event[name] = Number.isNaN(number) ? null : number;
    }
    return event as unknown as EventOf<'quote' | 'execution' | 'trade'>;
  }

  /** The place of a text of the event in hand in a list, or NONE. */
  private wordOf(field: number, words: readonly Uint8Array[]): number {
    const at = this.places[this.first + field]!;
    const length = this.lengths[this.first + field]!;
    for (let no = 0; no < words.length; no++) {
      const word = words[no]!;
      let same = 0;
      if (word.length === length) while (same < length && this.bytes[at + same] === word[same]) same++;
      if (same === length) return no;
    }
    return NONE;
  }

  private grow(): void {
    const grown = <C extends Uint8Array | Int32Array | Float64Array>(cells: C, larger: C): C => {
      larger.set(cells);
      return larger;
    };
    const rows = this.rows * 2;
    this.kinds = grown(this.kinds, new Uint8Array(rows));
    this.timestamps = grown(this.timestamps, new Float64Array(rows));
    this.numbers = grown(this.numbers, new Float64Array(rows * FIELD_COUNT));
    this.places = grown(this.places, new Int32Array(rows * FIELD_COUNT));
    this.lengths = grown(this.lengths, new Int32Array(rows * FIELD_COUNT));
    this.fields = grown(this.fields, new Int32Array(rows));
    this.liquidities = grown(this.liquidities, new Int32Array(rows));
    this.rows = rows;
  }
}
