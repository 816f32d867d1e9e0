/**
 * A queue of encoded rows of one table from one source, oldest first.
 *
 * It owns their bytes and, for each row, its sequence and where its bytes end. Sequences never fall, so that "every row
 * up to a sequence" is a prefix: it is written without copying, and what is left is moved only when that is less.
 */

import assert from 'node:assert/strict';
import type { RowReader } from '../engine/ring/row-codec.ts';
import { RowBytes } from './row-bytes.ts';

const INITIAL_ROWS = 1_024;
const RETAINED_ROWS_MAX = 1 << 18;

export class EncodedRows {
  private readonly bytes = new RowBytes();
  private sequences = new Float64Array(INITIAL_ROWS);
  /** Positions in `bytes`. */
  private ends = new Float64Array(INITIAL_ROWS);
  /** The rows held are those from `first` up to `end` of both lists. */
  private first = 0;
  private end = 0;

  get rowCount(): number {
    return this.end - this.first;
  }

  get byteCount(): number {
    return this.bytes.length;
  }

  /** Infinity when it is empty. */
  get firstSequence(): number {
    return this.first === this.end ? Number.POSITIVE_INFINITY : this.sequences[this.first]!;
  }

  /** -Infinity when it is empty. */
  get lastSequence(): number {
    return this.first === this.end ? Number.NEGATIVE_INFINITY : this.sequences[this.end - 1]!;
  }

  append(row: RowReader): void {
    assert(row.sequence >= this.lastSequence, 'the rows of a source come in sequence');
    if (this.end === this.sequences.length) this.resize(Math.max(INITIAL_ROWS, this.rowCount * 2));
    this.bytes.append(row.memory, row.tupleOffset, row.tupleLength);
    this.sequences[this.end] = row.sequence;
    this.ends[this.end] = this.bytes.endPosition;
    this.end++;
  }

  /** How many rows have a sequence of at most `sequence`. O(log n). */
  countThrough(sequence: number): number {
    let low = this.first;
    let high = this.end;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.sequences[middle]! <= sequence) low = middle + 1;
      else high = middle;
    }
    return low - this.first;
  }

  /** The bytes of the first `rowCount` rows: a view, valid until rows are dropped. */
  bytesOf(rowCount: number): Uint8Array {
    return this.bytes.upTo(this.positionAfter(rowCount));
  }

  dropFirst(rowCount: number): void {
    if (rowCount === 0) return;
    this.bytes.dropUpTo(this.positionAfter(rowCount));
    this.first += rowCount;
    if (this.rowCount === 0 && this.sequences.length > RETAINED_ROWS_MAX) this.resize(INITIAL_ROWS);
    else if (this.rowCount <= this.first) this.moveToStart();
  }

  /** Keeps the first `rowCount` rows only. */
  truncate(rowCount: number): void {
    this.bytes.truncate(this.positionAfter(rowCount));
    this.end = this.first + rowCount;
  }

  /** Where the bytes of the first `rowCount` rows end. */
  private positionAfter(rowCount: number): number {
    return rowCount === 0 ? this.bytes.firstPosition : this.ends[this.first + rowCount - 1]!;
  }

  private moveToStart(): void {
    this.sequences.copyWithin(0, this.first, this.end);
    this.ends.copyWithin(0, this.first, this.end);
    this.end -= this.first;
    this.first = 0;
  }

  private resize(rowCapacity: number): void {
    const sequences = new Float64Array(rowCapacity);
    const ends = new Float64Array(rowCapacity);
    sequences.set(this.sequences.subarray(this.first, this.end));
    ends.set(this.ends.subarray(this.first, this.end));
    this.sequences = sequences;
    this.ends = ends;
    this.end -= this.first;
    this.first = 0;
  }
}
