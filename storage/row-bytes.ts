/**
 * Encoded rows one behind the other, oldest first: bytes that are added at the end and leave at the start.
 *
 * It owns the memory and knows no row. Positions count from the first byte that ever came, so that they hold while others
 * leave. What is handed out to be sent is never written to until it is dropped.
 */

import type { Memory } from '../engine/ring/memory.ts';

const INITIAL_BYTES = 1 << 16;
/** Emptied memory that grew beyond this (the database was away) is given back. */
const RETAINED_BYTES_MAX = 8 << 20;
/** Whole words are copied, so up to three bytes are written behind the last one. */
const SLACK_BYTES = 3;

export class RowBytes {
  private bytes = Buffer.allocUnsafeSlow(INITIAL_BYTES);
  private view = viewOf(this.bytes);
  /** The position of the byte that `bytes` begins with. */
  private base = 0;
  private first = 0;
  private end = 0;

  get length(): number {
    return this.end - this.first;
  }

  /** Of the oldest byte. */
  get firstPosition(): number {
    return this.first;
  }

  /** Where the next byte will be. */
  get endPosition(): number {
    return this.end;
  }

  /** Takes bytes that begin at a word of `memory`. */
  append({ words }: Memory, offset: number, byteCount: number): void {
    if (this.end - this.base + byteCount + SLACK_BYTES > this.bytes.length) this.grow(byteCount);
    const firstWord = offset >> 2;
    const at = this.end - this.base;
    const { view } = this;
    // Word by word: a view of the ring for each row would cost more than its bytes.
    for (let byte = 0; byte < byteCount; byte += 4) view.setInt32(at + byte, words[firstWord + (byte >> 2)]!, true);
    this.end += byteCount;
  }

  /** The bytes up to a position: a view, valid until they are dropped. */
  upTo(position: number): Uint8Array {
    return this.bytes.subarray(this.first - this.base, position - this.base);
  }

  /** Drops the bytes up to a position. What is left is moved once at least as much has gone, so that it costs O(1) a byte. */
  dropUpTo(position: number): void {
    this.first = position;
    if (this.length === 0 && this.bytes.length > RETAINED_BYTES_MAX) this.replace(INITIAL_BYTES);
    else if (this.length <= this.first - this.base) this.moveToStart();
  }

  /** Forgets the bytes behind a position. */
  truncate(position: number): void {
    this.end = position;
  }

  private moveToStart(): void {
    this.bytes.copyWithin(0, this.first - this.base, this.end - this.base);
    this.base = this.first;
  }

  private grow(byteCount: number): void {
    const needed = this.length + byteCount + SLACK_BYTES;
    let capacity = this.bytes.length;
    while (capacity < needed * 2) capacity *= 2;
    this.replace(capacity);
  }

  /** Other memory: views of the old one stay as they are. */
  private replace(capacity: number): void {
    const bytes = Buffer.allocUnsafeSlow(capacity);
    this.bytes.copy(bytes, 0, this.first - this.base, this.end - this.base);
    this.bytes = bytes;
    this.view = viewOf(bytes);
    this.base = this.first;
  }
}

function viewOf(bytes: Buffer): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
