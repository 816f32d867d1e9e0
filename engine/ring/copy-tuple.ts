/**
 * One row in PostgreSQL's binary COPY format: a count of fields, then each field behind its length, big-endian, NULL as
 * length -1.
 *
 * It owns the memory, which is used again for the next row, and the encoding of single fields; it makes no object per field.
 * In front of the row it leaves room for whoever sends it. It knows no table; see row-tuples.ts.
 */

import type { TextInPlace } from '../domain/text.ts';
import { Memory } from './memory.ts';

/** 2000-01-01, where the server's timestamps count from, in microseconds since 1970. */
const SERVER_EPOCH_US = 946_684_800_000_000;
const JSONB_VERSION = 1;
const NULL_LENGTH = -1;
const TWO_POW_32 = 2 ** 32;
const INITIAL_BYTES = 1 << 12;
/** A JavaScript character is at most three bytes of UTF-8. */
const UTF8_BYTES_PER_CHAR_MAX = 3;
const SHORT_CHARS_MAX = 40;
/** A number or a NULL has at most 12 bytes with its length, and a row fewer fields than 64. */
const NUMBERS_BYTES = 64 * 12;

const CHARACTER_MAX_ASCII = 0x7e;
const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
/** What jsonb and text refuse: NUL and half surrogate pairs. */
const REFUSED_CHARACTER = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
const REPLACEMENT = '\ufffd';

export class CopyTuple {
  /** Valid until the row grows; ask again. */
  memory = new Memory(new ArrayBuffer(INITIAL_BYTES));
  private view = viewOf(this.memory);
  private end = 0;
  private jsonStart = 0;
  /** The number in hand. As an argument a double costs an object wherever the compiler does not inline the call. */
  private readonly number = new Float64Array(1);

  /** What is in `memory`: the room in front and the row. */
  get byteLength(): number {
    return this.end;
  }

  /** Begins a row at `offset`, over the one before. */
  begin(offset: number, fieldCount: number): void {
    this.end = offset;
    this.reserve(2);
    this.view.setInt16(offset, fieldCount);
    this.end = offset + 2;
  }

  nullField(): void {
    this.view.setInt32(this.end, NULL_LENGTH);
    this.end += 4;
  }

  /** double precision; NaN is NULL, and -0 is 0, as JSON shows it. */
  float8(value: number): void {
    this.number[0] = value;
    this.putFloat8();
  }

  /** integer. */
  int4(value: number): void {
    this.view.setInt32(this.end, 4);
    this.view.setInt32(this.end + 4, value);
    this.end += 8;
  }

  /** bigint, from an integer that a double holds exactly. */
  int8(value: number): void {
    this.number[0] = value;
    this.putInt8();
  }

  /** timestamptz, from microseconds since 1970; NaN is NULL. */
  timestamp(timestampUs: number): void {
    this.number[0] = timestampUs;
    this.putTimestamp();
  }

  /** text or varchar. The server's text holds no NUL character: it becomes U+FFFD, as half a surrogate pair does. */
  text(value: string | null): void {
    if (value === null) return this.nullField();
    const start = this.end;
    this.end += 4;
    this.characters(value);
    this.view.setInt32(start, this.end - start - 4);
  }

  /** As `text`, from storable UTF-8. */
  textInPlace({ words, firstWord, byteCount }: TextInPlace): void {
    this.reserve(4 + byteCount);
    const { view, end } = this;
    view.setInt32(end, byteCount);
    // As in memory, whose words are little-endian.
    for (let byte = 0; byte < byteCount; byte += 4) view.setInt32(end + 4 + byte, words[firstWord + (byte >> 2)]!, true);
    this.end = end + 4 + byteCount;
  }

  /** uuid, from its text with hyphens. */
  uuid(text: string): void {
    this.reserve(20);
    const hex = text.replaceAll('-', '');
    if (hex.length !== 32 || this.memory.bytes.write(hex, this.end + 4, 'hex') !== 16) throw new RangeError(`no uuid: ${text}`);
    this.view.setInt32(this.end, 16);
    this.end += 20;
  }

  /** jsonb: between `beginJson` and `endJson` come pieces of JSON text. */
  beginJson(): void {
    this.jsonStart = this.end;
    this.reserve(5);
    this.memory.bytes[this.end + 4] = JSONB_VERSION;
    this.end += 5;
  }

  endJson(): void {
    this.view.setInt32(this.jsonStart, this.end - this.jsonStart - 4);
  }

  /** Structure: braces, commas and the like. */
  json(text: string): void {
    this.characters(text);
  }

  /** A string value or a key. What jsonb refuses in one, NUL and half surrogate pairs, becomes U+FFFD. */
  jsonString(value: string): void {
    const start = this.end;
    this.reserve(value.length + 2);
    const { bytes } = this.memory;
    bytes[start] = QUOTE;
    for (let index = 0; index < value.length; index++) {
      const code = value.charCodeAt(index);
      if (code < SPACE || code > CHARACTER_MAX_ASCII || code === QUOTE || code === BACKSLASH) {
        return this.characters(JSON.stringify(value.replace(REFUSED_CHARACTER, REPLACEMENT)));
      }
      bytes[start + 1 + index] = code;
    }
    bytes[start + 1 + value.length] = QUOTE;
    this.end = start + value.length + 2;
  }

  /** A number in the fewest digits that are read back as the same double; null where JSON has none for it. */
  jsonNumber(value: number): void {
    this.characters(Number.isFinite(value) ? String(value) : 'null');
  }

  private putFloat8(): void {
    const value = this.number[0]!;
    if (Number.isNaN(value)) return this.nullField();
    this.view.setInt32(this.end, 8);
    this.view.setFloat64(this.end + 4, value + 0);
    this.end += 12;
  }

  private putInt8(): void {
    const value = this.number[0]!;
    const high = Math.floor(value / TWO_POW_32);
    this.view.setInt32(this.end, 8);
    this.view.setInt32(this.end + 4, high);
    this.view.setUint32(this.end + 8, value - high * TWO_POW_32);
    this.end += 12;
  }

  private putTimestamp(): void {
    if (Number.isNaN(this.number[0]!)) return this.nullField();
    this.number[0] = Math.round(this.number[0]!) - SERVER_EPOCH_US;
    this.putInt8();
  }

  /** Short ASCII is written here: a call into the runtime costs more. */
  private characters(value: string): void {
    this.reserve(value.length * UTF8_BYTES_PER_CHAR_MAX);
    const { bytes } = this.memory;
    const { end } = this;
    if (value.length > SHORT_CHARS_MAX) {
      this.end = end + bytes.write(withoutNul(value), end, 'utf8');
      return;
    }
    for (let index = 0; index < value.length; index++) {
      const code = value.charCodeAt(index);
      if (code === 0 || code > CHARACTER_MAX_ASCII) {
        this.end = end + bytes.write(withoutNul(value), end, 'utf8');
        return;
      }
      bytes[end + index] = code;
    }
    this.end = end + value.length;
  }

  /** Makes room for so many bytes, and behind them for all numbers that the row may still have: they need not ask. */
  private reserve(byteCount: number): void {
    const needed = this.end + byteCount + NUMBERS_BYTES;
    if (needed > this.memory.bytes.length) this.grow(needed);
  }

  private grow(needed: number): void {
    let capacity = this.memory.bytes.length * 2;
    while (capacity < needed) capacity *= 2;
    const grown = new Memory(new ArrayBuffer(capacity));
    grown.bytes.set(this.memory.bytes);
    this.memory = grown;
    this.view = viewOf(grown);
  }
}

function withoutNul(value: string): string {
  return value.includes('\0') ? value.replaceAll('\0', REPLACEMENT) : value;
}

function viewOf({ bytes }: Memory): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
