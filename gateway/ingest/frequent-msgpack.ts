/**
 * A MessagePack array of events read byte by byte into columns, as frequent-json.ts does with JSON; and the frame of the
 * WebSocket intake around it. What is not usual in an event makes it an `other`, read by msgpackr; what is not usual outside
 * of events ends this way.
 */

import type { FrequentEvents } from '../../engine/sequencer/frequent-events.ts';
import { frequentFieldAt } from '../../engine/sequencer/frequent-fields.ts';

/** First bytes of the MessagePack format, https://github.com/msgpack/msgpack/blob/master/spec.md */
const [FIXMAP, FIXARRAY, FIXSTR, NIL, FALSE, TRUE, BIN8, BIN16, BIN32, FLOAT32, FLOAT64] =
  [0x80, 0x90, 0xa0, 0xc0, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xca, 0xcb] as const;
const [UINT8, UINT16, UINT32, UINT64, INT8, INT16, INT32, INT64, STR8, STR16, STR32, ARRAY16, ARRAY32, MAP16, MAP32, NEGATIVE] =
  [0xcc, 0xcd, 0xce, 0xcf, 0xd0, 0xd1, 0xd2, 0xd3, 0xd9, 0xda, 0xdb, 0xdc, 0xdd, 0xde, 0xdf, 0xe0] as const;
const [SPACE, ASCII_MAX] = [0x20, 0x7e] as const;
const UNUSUAL = -1;

const [BATCH, EVENTS, KEY, AFTER] = ['batch', 'events', 'idempotency_key', 'after'].map((name) => Buffer.from(name)) as [Buffer, Buffer, Buffer, Buffer];

export class FrequentMsgpack {
  private readonly events: FrequentEvents;
  private readonly unpack: (bytes: Uint8Array) => unknown;
  private bytes: Buffer = Buffer.alloc(0);
  private view: DataView = new DataView(new ArrayBuffer(0));
  private at = 0;
  /** Number of the batch of the frame that was read last. */
  batch = 0;

  constructor(events: FrequentEvents, unpack: (bytes: Uint8Array) => unknown) {
    this.events = events;
    this.unpack = unpack;
  }

  /** True when all of the body is in the columns and among the others. */
  read(body: Uint8Array): boolean {
    this.begin(body);
    return this.readEvents() && this.at === body.length;
  }

  /** The same for a frame with a batch and its events, and nothing else that has a meaning. */
  readFrame(frame: Uint8Array): boolean {
    this.begin(frame);
    let [hasBatch, hasEvents] = [false, false];
    for (let left = this.readCount(FIXMAP, MAP16, MAP32); left > 0; left--) {
      const length = this.readTextLength();
      if (length === UNUSUAL) return false;
      const nameAt = this.at;
      this.at += length;
      const isNamed = (name: Buffer): boolean => this.isNamed(name, nameAt, length);
      if (isNamed(EVENTS) && !hasEvents) {
        hasEvents = true;
        if (!this.readEvents()) return false;
      } else if (isNamed(BATCH) && !hasBatch) {
        hasBatch = true;
        this.batch = this.readNumber();
        if (!Number.isSafeInteger(this.batch) || this.batch < 1) return false;
      } else if (isNamed(EVENTS) || isNamed(BATCH) || isNamed(KEY) || isNamed(AFTER) || !this.passText()) return false;
    }
    return hasBatch && hasEvents && this.at === frame.length;
  }

  /**
   * The number of a frame that begins with it, ends with its events, and has nothing else that has a meaning; undefined for any other
   * frame. Nothing of the events is read: of a batch that is refused anyway no more is wanted.
   */
  readNumberAlone(frame: Uint8Array): number | undefined {
    this.begin(frame);
    let batch = Number.NaN;
    for (let left = this.readCount(FIXMAP, MAP16, MAP32); left > 0; left--) {
      const length = this.readTextLength();
      if (length === UNUSUAL) return undefined;
      const nameAt = this.at;
      this.at += length;
      if (this.isNamed(EVENTS, nameAt, length)) return left === 1 && Number.isSafeInteger(batch) && batch >= 1 ? batch : undefined;
      if (this.isNamed(BATCH, nameAt, length) && Number.isNaN(batch)) batch = this.readNumber();
      else if ([BATCH, KEY, AFTER].some((name) => this.isNamed(name, nameAt, length)) || !this.passText()) return undefined;
    }
    return undefined;
  }

  private isNamed(name: Buffer, nameAt: number, length: number): boolean {
    return length === name.length && this.bytes.compare(name, 0, length, nameAt, nameAt + length) === 0;
  }

  private begin(bytes: Uint8Array): void {
    this.events.begin(bytes);
    this.bytes = this.events.bytes;
    this.view = this.events.view;
    this.at = 0;
  }

  private readEvents(): boolean {
    let left = this.readCount(FIXARRAY, ARRAY16, ARRAY32);
    if (left === UNUSUAL) return false;
    for (; left > 0; left--) {
      if (!this.events.beginEvent()) return false;
      const start = this.at;
      if (!this.readEvent() && !this.readOther(start)) return false;
    }
    return true;
  }

  private readEvent(): boolean {
    let left = this.readCount(FIXMAP, MAP16, MAP32);
    if (left === UNUSUAL) return false;
    for (; left > 0; left--) if (!this.readField()) return false;
    return this.events.endEvent();
  }

  private readField(): boolean {
    const { events, bytes, view } = this;
    const nameLength = this.readTextLength();
    if (nameLength === UNUSUAL) return false;
    const field = frequentFieldAt(bytes, view, this.at, nameLength);
    if (field < 0) return false;
    this.at += nameLength;
    const first = bytes[this.at]!;
    if (isText(first)) {
      const length = this.readTextLength();
      const at = this.at;
      return length !== UNUSUAL && this.passAscii(length) && events.text(field, at, length);
    }
    if (first === NIL || first === TRUE || first === FALSE) {
      this.at++;
      return first === NIL ? events.nothing(field) : events.truth(field, first === TRUE);
    }
    return events.number(field, this.readNumber());
  }

  /** NaN where it is not one of the usual forms. */
  private readNumber(): number {
    const { bytes, view } = this;
    const at = this.at;
    const first = bytes[at]!;
    if (first < FIXMAP) return this.passed(1, first);
    if (first === FLOAT64 && at + 9 <= bytes.length) return this.passed(9, view.getFloat64(at + 1));
    if (first === UINT8 && at + 2 <= bytes.length) return this.passed(2, bytes[at + 1]!);
    if (first === UINT16 && at + 3 <= bytes.length) return this.passed(3, view.getUint16(at + 1));
    if (first === UINT32 && at + 5 <= bytes.length) return this.passed(5, view.getUint32(at + 1));
    return Number.NaN;
  }

  private passed(length: number, value: number): number {
    this.at += length;
    return value;
  }

  /** Of a map or an array, by the first bytes of its three forms; UNUSUAL where it is something else. */
  private readCount(fixed: number, of16: number, of32: number): number {
    const { bytes, view } = this;
    const at = this.at;
    const first = bytes[at]!;
    if (first >= fixed && first < fixed + 16) return this.passed(1, first - fixed);
    if (first === of16 && at + 3 <= bytes.length) return this.passed(3, view.getUint16(at + 1));
    return first === of32 && at + 5 <= bytes.length ? this.passed(5, view.getUint32(at + 1)) : UNUSUAL;
  }

  /** Passes over the head of a text that is all there and returns its length in bytes. */
  private readTextLength(): number {
    const { bytes, view } = this;
    const at = this.at;
    const first = bytes[at]!;
    let length = UNUSUAL;
    if (first >= FIXSTR && first < NIL) length = this.passed(1, first - FIXSTR);
    else if (first === STR8 && at + 2 <= bytes.length) length = this.passed(2, bytes[at + 1]!);
    else if (first === STR16 && at + 3 <= bytes.length) length = this.passed(3, view.getUint16(at + 1));
    return this.at + length <= bytes.length ? length : UNUSUAL;
  }

  private passAscii(length: number): boolean {
    const { bytes, view } = this;
    const end = this.at + length;
    let at = this.at;
    for (; at + 4 <= end; at += 4) if (!areAscii(view.getInt32(at))) return false;
    for (; at < end; at++) if (bytes[at]! < SPACE || bytes[at]! > ASCII_MAX) return false;
    this.at = end;
    return true;
  }

  /** A field of the frame that has no meaning here: only a text is passed over. */
  private passText(): boolean {
    const length = this.readTextLength();
    if (length === UNUSUAL) return false;
    this.at += length;
    return true;
  }

  /** A value that is no usual event, from its first byte on. */
  private readOther(start: number): boolean {
    const end = this.endOfValue(start);
    if (end === UNUSUAL) return false;
    try {
      this.events.other(this.unpack(this.bytes.subarray(start, end)));
    } catch {
      return false;
    }
    this.at = end;
    return true;
  }

  private endOfValue(start: number): number {
    const { bytes, view } = this;
    let at = start;
    for (let left = 1; left > 0; left--) {
      const first = bytes[at]!;
      const there = bytes.length - at - 1;
      at++;
      if (first < FIXMAP || first >= NEGATIVE || first === NIL || first === FALSE || first === TRUE) continue;
      if (first < FIXARRAY) left += 2 * (first - FIXMAP);
      else if (first < FIXSTR) left += first - FIXARRAY;
      else if (first < NIL) at += first - FIXSTR;
      else if (first === UINT8 || first === INT8) at += 1;
      else if (first === UINT16 || first === INT16) at += 2;
      else if (first === UINT32 || first === INT32 || first === FLOAT32) at += 4;
      else if (first === UINT64 || first === INT64 || first === FLOAT64) at += 8;
      else if ((first === STR8 || first === BIN8) && there >= 1) at += 1 + bytes[at]!;
      else if ((first === STR16 || first === BIN16) && there >= 2) at += 2 + view.getUint16(at);
      else if ((first === STR32 || first === BIN32) && there >= 4) at += 4 + view.getUint32(at);
      else if (first === ARRAY16 && there >= 2) (left += view.getUint16(at)), (at += 2);
      else if (first === MAP16 && there >= 2) (left += 2 * view.getUint16(at)), (at += 2);
      else return UNUSUAL;
      if (at > bytes.length) return UNUSUAL;
    }
    return at > bytes.length ? UNUSUAL : at;
  }
}

/** Whether each of four bytes is from SPACE to ASCII_MAX: their top bits, and what would set these in the others. */
function areAscii(four: number): boolean {
  return (((four - 0x20202020) | (four + 0x01010101) | four) & 0x80808080) === 0;
}

function isText(first: number): boolean {
  return (first >= FIXSTR && first < NIL) || first === STR8 || first === STR16;
}
