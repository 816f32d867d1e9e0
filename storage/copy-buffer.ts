/**
 * A growable buffer of rows in PostgreSQL's binary COPY format, without the header and the trailer around them.
 *
 * It owns the encoding of single fields: big-endian, each preceded by its length, NULL as length -1. It is reused for
 * the life of the writer and makes no object per field. It knows no table; see copy-encoder.ts.
 */

/** "PGCOPY\n\xff\r\n\0", no flags, no header extension. */
export const COPY_HEADER: Uint8Array = Buffer.from('5047434f50590aff0d0a000000000000000000', 'hex');
export const COPY_TRAILER: Uint8Array = Buffer.from('ffff', 'hex');

/** 2000-01-01, where the server's timestamps count from, in microseconds since 1970. */
const SERVER_EPOCH_US = 946_684_800_000_000;
const JSONB_VERSION = 1;
const NULL_LENGTH = -1;
const TWO_POW_32 = 2 ** 32;
const INITIAL_BYTES = 1 << 16;
/** An emptied buffer that grew beyond this (the database was away) gives its memory back. */
const RETAINED_BYTES_MAX = 8 << 20;
/** A JavaScript character is at most three bytes of UTF-8. */
const UTF8_BYTES_PER_CHAR_MAX = 3;
const SHORT_CHARS_MAX = 24;

export class CopyBuffer {
  private bytes = Buffer.allocUnsafe(INITIAL_BYTES);
  private view = viewOf(this.bytes);
  private end = 0;

  get length(): number {
    return this.end;
  }

  beginRow(fieldCount: number): void {
    this.reserve(2);
    this.view.setInt16(this.end, fieldCount);
    this.end += 2;
  }

  nullField(): void {
    this.reserve(4);
    this.view.setInt32(this.end, NULL_LENGTH);
    this.end += 4;
  }

  /** double precision; NaN is NULL. */
  float8(value: number): void {
    if (Number.isNaN(value)) return this.nullField();
    this.reserve(12);
    this.view.setInt32(this.end, 8);
    this.view.setFloat64(this.end + 4, value);
    this.end += 12;
  }

  /** integer. */
  int4(value: number): void {
    this.reserve(8);
    this.view.setInt32(this.end, 4);
    this.view.setInt32(this.end + 4, value);
    this.end += 8;
  }

  /** bigint, from an integer that a double holds exactly. */
  int8(value: number): void {
    this.reserve(12);
    const high = Math.floor(value / TWO_POW_32);
    this.view.setInt32(this.end, 8);
    this.view.setInt32(this.end + 4, high);
    this.view.setUint32(this.end + 8, value - high * TWO_POW_32);
    this.end += 12;
  }

  /** timestamptz, from microseconds since 1970; NaN is NULL. */
  timestamp(timestampUs: number): void {
    if (Number.isNaN(timestampUs)) return this.nullField();
    this.int8(Math.round(timestampUs) - SERVER_EPOCH_US);
  }

  /** text or varchar. The server's text holds no NUL character: it becomes U+FFFD, as half a surrogate pair does. */
  text(value: string | null): void {
    if (value === null) return this.nullField();
    const start = this.end;
    this.reserve(4 + value.length * UTF8_BYTES_PER_CHAR_MAX);
    this.end = this.putCharacters(value, start + 4);
    this.view.setInt32(start, this.end - start - 4);
  }

  /** jsonb, from JSON text. */
  jsonb(json: string): void {
    const start = this.end;
    this.reserve(5 + json.length * UTF8_BYTES_PER_CHAR_MAX);
    this.bytes[start + 4] = JSONB_VERSION;
    this.end = this.putCharacters(json, start + 5);
    this.view.setInt32(start, this.end - start - 4);
  }

  /** uuid, from its text with hyphens. */
  uuid(text: string): void {
    this.reserve(20);
    const hex = text.replaceAll('-', '');
    if (hex.length !== 32 || this.bytes.write(hex, this.end + 4, 'hex') !== 16) throw new RangeError(`no uuid: ${text}`);
    this.view.setInt32(this.end, 16);
    this.end += 20;
  }

  /** The bytes of whole rows from the start to `end`: a view, valid until `dropFirst`. */
  first(end: number): Uint8Array {
    return this.bytes.subarray(0, end);
  }

  /** Removes `byteCount` bytes from the start. */
  dropFirst(byteCount: number): void {
    this.bytes.copyWithin(0, byteCount, this.end);
    this.end -= byteCount;
    if (this.end === 0 && this.bytes.length > RETAINED_BYTES_MAX) this.reallocate(INITIAL_BYTES);
  }

  /** Forgets everything after the first `length` bytes. */
  truncate(length: number): void {
    this.end = length;
  }

  /** Writes UTF-8 and returns the offset after it. Short ASCII is written here: a call into the runtime costs more. */
  private putCharacters(value: string, offset: number): number {
    const bytes = this.bytes;
    if (value.length > SHORT_CHARS_MAX) return offset + bytes.write(withoutNul(value), offset, 'utf8');
    for (let index = 0; index < value.length; index++) {
      const code = value.charCodeAt(index);
      if (code === 0 || code > 0x7f) return offset + bytes.write(withoutNul(value), offset, 'utf8');
      bytes[offset + index] = code;
    }
    return offset + value.length;
  }

  private reserve(byteCount: number): void {
    if (this.end + byteCount > this.bytes.length) this.reallocate(Math.max(this.bytes.length * 2, this.end + byteCount));
  }

  private reallocate(byteCount: number): void {
    const bytes = Buffer.allocUnsafeSlow(byteCount);
    this.bytes.copy(bytes, 0, 0, this.end);
    this.bytes = bytes;
    this.view = viewOf(bytes);
  }
}

function withoutNul(value: string): string {
  return value.includes('\0') ? value.replaceAll('\0', '\ufffd') : value;
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
