/**
 * A JSON array of events read byte by byte into columns, without making objects. What is not usual in an event (an escape, a
 * letter beyond ASCII, a field that is not known, a value out of range) makes it an `other`, read by JSON.parse. What is
 * not usual in the array ends this way: false, and the whole body is read the general way, which says what is wrong with it.
 */

import type { FrequentEvents } from '../../engine/sequencer/frequent-events.ts';
import { FREQUENT_FIELDS, frequentFieldAt, FrequentField, isQuotedNameAt, QUOTED_NAME_BYTES } from '../../engine/sequencer/frequent-fields.ts';
import { parseJson } from '../json-body.ts';

const [QUOTE, BACKSLASH, COMMA, COLON, MINUS, POINT, ZERO, NINE] = [0x22, 0x5c, 0x2c, 0x3a, 0x2d, 0x2e, 0x30, 0x39] as const;
const [ARRAY_BEGIN, ARRAY_END, OBJECT_BEGIN, OBJECT_END] = [0x5b, 0x5d, 0x7b, 0x7d] as const;
const [SPACE, TAB, NEWLINE, RETURN] = [0x20, 0x09, 0x0a, 0x0d] as const;
const ASCII_MAX = 0x7e;

const UNUSUAL = -1;
const [TRUE, FALSE, NULL] = ['true', 'false', 'null'].map((word) => Buffer.from(word)) as [Buffer, Buffer, Buffer];

const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
/** So many digits make a whole number below 2^53, and 10 to that power is exact: their quotient is rounded once, as it must be. */
const EXACT_DIGITS_MAX = 15;
const POWERS_OF_TEN = Array.from({ length: EXACT_DIGITS_MAX + 1 }, (_, power) => 10 ** power);

/** What stands for the field before the first of an event, and for the type before that is read. */
const NONE_YET = FREQUENT_FIELDS.length;
const PLACES = FREQUENT_FIELDS.length + 1;
/** Types are told apart by the length of their names, here. */
const TYPE_BYTES_MASK = 15;
/** `2012-06-21T13:30:00.004241Z` */
const TIMESTAMP_BYTES = 27;

export class FrequentJson {
  private readonly events: FrequentEvents;
  /** By type, and by the field before: which field came there last. A client writes its events with the same fields in the same order. */
  private readonly followers = new Int8Array((TYPE_BYTES_MASK + 1) * PLACES);
  private typeBytes = 0;
  private fieldBefore: number = NONE_YET;
  private timestampBytes = TIMESTAMP_BYTES;
  private bytes: Buffer = Buffer.alloc(0);
  private end = 0;
  private at = 0;

  constructor(events: FrequentEvents) {
    this.events = events;
  }

  /** True when all of the body is in the columns and among the others. */
  read(body: Uint8Array): boolean {
    const { events } = this;
    events.begin(body);
    this.bytes = events.bytes;
    this.end = body.length;
    this.at = 0;
    if (this.next() !== ARRAY_BEGIN) return false;
    for (let separator: number = COMMA; separator === COMMA; separator = this.next()) {
      if (this.peek() !== OBJECT_BEGIN || !events.beginEvent()) return false;
      const start = this.at;
      if (!this.readEvent() && !this.readOther(start)) return false;
    }
    return this.bytes[this.at - 1] === ARRAY_END && this.peek() === UNUSUAL;
  }

  private readEvent(): boolean {
    const { events } = this;
    this.at++;
    this.typeBytes = 0;
    this.fieldBefore = NONE_YET;
    for (let separator: number = COMMA; separator === COMMA; separator = this.next()) {
      if (!this.readField()) return false;
    }
    return this.bytes[this.at - 1] === OBJECT_END && events.endEvent();
  }

  private readField(): boolean {
    const { events } = this;
    const field = this.readName();
    if (field === UNUSUAL) return false;
    this.fieldBefore = field;
    const first = this.peek();
    if (first === QUOTE) {
      const at = ++this.at;
      const length = field === FrequentField.TIMESTAMP ? this.readTimestamp() : this.readText();
      if (field === FrequentField.TYPE) this.typeBytes = length & TYPE_BYTES_MASK;
      return length !== UNUSUAL && events.text(field, at, length);
    }
    if (first === MINUS || (first >= ZERO && first <= NINE)) return events.number(field, this.readNumber());
    if (this.passWord(NULL)) return events.nothing(field);
    if (this.passWord(TRUE)) return events.truth(field, true);
    return this.passWord(FALSE) && events.truth(field, false);
  }

  /** Passes over a name and its colon; returns the field. Most often it is the one that came there last, written closely. */
  private readName(): number {
    const { events } = this;
    const place = this.typeBytes * PLACES + this.fieldBefore;
    const likely = this.followers[place]!;
    if (isQuotedNameAt(events.view, this.at, likely)) {
      this.at += QUOTED_NAME_BYTES[likely]!;
      return likely;
    }
    if (this.next() !== QUOTE) return UNUSUAL;
    const nameAt = this.at;
    const length = this.readText();
    if (length === UNUSUAL) return UNUSUAL;
    const field = frequentFieldAt(this.bytes, events.view, nameAt, length);
    if (field < 0 || this.next() !== COLON) return UNUSUAL;
    this.followers[place] = field;
    return field;
  }

  /** As `readText`. Of one as long as the last its bytes are not looked at here: whoever makes a number of it looks at each. */
  private readTimestamp(): number {
    const { timestampBytes } = this;
    if (this.bytes[this.at + timestampBytes] === QUOTE) {
      this.at += timestampBytes + 1;
      return timestampBytes;
    }
    const length = this.readText();
    if (length > 0) this.timestampBytes = length;
    return length;
  }

  /** Passes over the rest of a text and its closing quote; returns its length. */
  private readText(): number {
    const { bytes, end } = this;
    for (let at = this.at; at < end; at++) {
      const byte = bytes[at]!;
      if (byte === QUOTE) {
        const length = at - this.at;
        this.at = at + 1;
        return length;
      }
      if (byte === BACKSLASH || byte < SPACE || byte > ASCII_MAX) return UNUSUAL;
    }
    return UNUSUAL;
  }

  /** The double next to the number, as JSON.parse has it; NaN where it is none. */
  private readNumber(): number {
    const { bytes } = this;
    const start = this.at;
    let at = start;
    let whole = 0;
    let digit = bytes[at]! - ZERO;
    for (; digit >= 0 && digit <= 9; digit = bytes[++at]! - ZERO) whole = whole * 10 + digit;
    const wholeDigits = at - start;
    let decimals = 0;
    if (bytes[at] === POINT) {
      const pointAt = at++;
      for (digit = bytes[at]! - ZERO; digit >= 0 && digit <= 9; digit = bytes[++at]! - ZERO) whole = whole * 10 + digit;
      decimals = at - pointAt - 1;
      if (decimals === 0) return this.readAnyNumber();
    }
    const isExact = wholeDigits > 0 && wholeDigits + decimals <= EXACT_DIGITS_MAX && (wholeDigits === 1 || bytes[start] !== ZERO);
    const follows = bytes[at]! | SPACE;
    if (!isExact || follows === EXPONENT) return this.readAnyNumber();
    this.at = at;
    return decimals === 0 ? whole : whole / POWERS_OF_TEN[decimals]!;
  }

  private readAnyNumber(): number {
    const start = this.at;
    while (isOfNumber(this.bytes[this.at]!)) this.at++;
    const text = this.bytes.toString('latin1', start, this.at);
    return JSON_NUMBER.test(text) ? Number(text) : Number.NaN;
  }

  private passWord(word: Buffer): boolean {
    for (let i = 0; i < word.length; i++) if (this.bytes[this.at + i] !== word[i]) return false;
    this.at += word.length;
    return true;
  }

  /** An object that is no usual event, from its first byte on. */
  private readOther(start: number): boolean {
    const end = this.endOfObject(start);
    if (end === UNUSUAL) return false;
    try {
      this.events.other(parseJson(this.bytes.subarray(start, end)));
    } catch {
      return false;
    }
    this.at = end;
    return true;
  }

  /** Behind the bracket that closes an object. Whether all within is JSON is not looked at. */
  private endOfObject(start: number): number {
    const { bytes, end } = this;
    let depth = 0;
    for (let at = start; at < end; at++) {
      const byte = bytes[at]!;
      if (byte === QUOTE) {
        for (at++; at < end && bytes[at] !== QUOTE; at++) if (bytes[at] === BACKSLASH) at++;
      } else if (byte === OBJECT_BEGIN || byte === ARRAY_BEGIN) depth++;
      else if ((byte === OBJECT_END || byte === ARRAY_END) && --depth === 0) return at + 1;
    }
    return UNUSUAL;
  }

  /** The next byte that is no white space, passed over; UNUSUAL at the end. */
  private next(): number {
    const byte = this.peek();
    this.at++;
    return byte;
  }

  private peek(): number {
    const { bytes, end } = this;
    for (; this.at < end; this.at++) {
      const byte = bytes[this.at]!;
      if (byte > SPACE || (byte !== SPACE && byte !== NEWLINE && byte !== RETURN && byte !== TAB)) return byte;
    }
    return UNUSUAL;
  }
}

/** `e`, and what `E` becomes with the bit of lower case. */
const EXPONENT = 0x65;
const PLUS = 0x2b;

function isOfNumber(byte: number): boolean {
  return (byte >= ZERO && byte <= NINE) || byte === MINUS || byte === PLUS || byte === POINT || (byte | SPACE) === EXPONENT;
}
