/**
 * A queue of encoded rows of one table from one source, oldest first.
 *
 * It owns their bytes and, for each row, its sequence and where its bytes end. Sequences never fall, so that "every row
 * up to a sequence" is a prefix: it is written without copying and dropped by moving what is left.
 */

import assert from 'node:assert/strict';
import type { Row } from '../engine/domain/rows.ts';
import { CopyBuffer } from './copy-buffer.ts';
import { encodeTableRow } from './tables.ts';

const INITIAL_ROWS = 1_024;
const RETAINED_ROWS_MAX = 1 << 18;

export class EncodedRows {
  private readonly buffer = new CopyBuffer();
  private sequences = new Float64Array(INITIAL_ROWS);
  private ends = new Float64Array(INITIAL_ROWS);
  private count = 0;

  get rowCount(): number {
    return this.count;
  }

  get byteCount(): number {
    return this.buffer.length;
  }

  /** Infinity when it is empty. */
  get firstSequence(): number {
    return this.count === 0 ? Number.POSITIVE_INFINITY : this.sequences[0]!;
  }

  /** -Infinity when it is empty. */
  get lastSequence(): number {
    return this.count === 0 ? Number.NEGATIVE_INFINITY : this.sequences[this.count - 1]!;
  }

  append(row: Row): void {
    assert(row.sequence >= this.lastSequence, 'the rows of a source come in sequence');
    if (this.count === this.sequences.length) this.resize(this.count * 2);
    encodeTableRow(this.buffer, row);
    this.sequences[this.count] = row.sequence;
    this.ends[this.count] = this.buffer.length;
    this.count++;
  }

  /** How many rows have a sequence of at most `sequence`. O(log n). */
  countThrough(sequence: number): number {
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.sequences[middle]! <= sequence) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The bytes of the first `rowCount` rows: a view, valid until rows are dropped. */
  bytesOf(rowCount: number): Uint8Array {
    return this.buffer.first(rowCount === 0 ? 0 : this.ends[rowCount - 1]!);
  }

  dropFirst(rowCount: number): void {
    if (rowCount === 0) return;
    const byteCount = this.ends[rowCount - 1]!;
    this.buffer.dropFirst(byteCount);
    this.sequences.copyWithin(0, rowCount, this.count);
    for (let index = rowCount; index < this.count; index++) this.ends[index - rowCount] = this.ends[index]! - byteCount;
    this.count -= rowCount;
    if (this.count === 0 && this.sequences.length > RETAINED_ROWS_MAX) this.resize(INITIAL_ROWS);
  }

  /** Keeps the first `rowCount` rows only. */
  truncate(rowCount: number): void {
    this.buffer.truncate(rowCount === 0 ? 0 : this.ends[rowCount - 1]!);
    this.count = rowCount;
  }

  private resize(rowCapacity: number): void {
    const sequences = new Float64Array(rowCapacity);
    const ends = new Float64Array(rowCapacity);
    sequences.set(this.sequences.subarray(0, this.count));
    ends.set(this.ends.subarray(0, this.count));
    this.sequences = sequences;
    this.ends = ends;
  }
}
