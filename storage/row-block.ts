/**
 * Rows one behind the other in one stretch of memory, each as it came through its ring, with its length in front: what is put on
 * a disk and read back as a whole.
 */

import { align8, Memory } from '../engine/ring/memory.ts';
import type { RowReader } from '../engine/ring/row-codec.ts';

const INITIAL_BYTES = 1 << 14;
const LENGTH_BYTES = 8;

export class RowBlock {
  private memory = new Memory(new ArrayBuffer(INITIAL_BYTES));
  /** What was taken ends where the rest begins. */
  private start = 0;
  private end = 0;

  get isEmpty(): boolean {
    return this.start === this.end;
  }

  get byteCount(): number {
    return this.end - this.start;
  }

  /** What is in it: a view, valid until it changes. */
  get bytes(): Uint8Array {
    return this.memory.bytes.subarray(this.start, this.end);
  }

  append({ memory, messageOffset, messageLength }: RowReader): void {
    const needed = LENGTH_BYTES + align8(messageLength);
    if (this.end + needed > this.memory.bytes.length) this.grow(needed);
    const { words } = this.memory;
    const from = memory.words;
    words[this.end >> 2] = messageLength;
    const shift = (this.end + LENGTH_BYTES - messageOffset) >> 2;
    for (let word = messageOffset >> 2; word < (messageOffset + messageLength + 3) >> 2; word++) words[word + shift] = from[word]!;
    this.end += needed;
  }

  /** Opens the oldest row and takes it out; it is valid until the block changes. It must not be empty. */
  shift(row: RowReader): RowReader {
    const messageLength = this.memory.words[this.start >> 2]!;
    row.open(this.memory, this.start + LENGTH_BYTES, messageLength);
    this.start += LENGTH_BYTES + align8(messageLength);
    return row;
  }

  clear(): void {
    this.start = 0;
    this.end = 0;
  }

  /** Holds what a block held that was put away. */
  restore(bytes: Uint8Array): void {
    this.clear();
    if (bytes.length > this.memory.bytes.length) this.grow(bytes.length);
    this.memory.bytes.set(bytes);
    this.end = bytes.length;
  }

  private grow(byteCount: number): void {
    const old = this.memory.bytes;
    let capacity = old.length;
    while (capacity < this.end + byteCount) capacity *= 2;
    this.memory = new Memory(new ArrayBuffer(capacity));
    this.memory.bytes.set(old.subarray(0, this.end));
  }
}
