/**
 * Typed columns: one field of a table whose rows are numbered from 0. They grow by chunks, so that no growth copies what is there:
 * a column of millions that doubles would hold up its thread for as long as a wave of inputs.
 */

import type { StateReader } from './state-reader.ts';
import type { StateWriter } from './state-writer.ts';

const CHUNK_SHIFT = 12;
const CHUNK_ROWS = 1 << CHUNK_SHIFT;
const CHUNK_MASK = CHUNK_ROWS - 1;

export class Float64Column {
  private readonly chunks: Float64Array[] = [];
  private readonly fill: number;

  constructor(fill: number) {
    this.fill = fill;
  }

  get(row: number): number {
    return row >> CHUNK_SHIFT < this.chunks.length ? this.chunks[row >> CHUNK_SHIFT]![row & CHUNK_MASK]! : this.fill;
  }

  set(row: number, value: number): void {
    while (row >> CHUNK_SHIFT >= this.chunks.length) this.chunks.push(new Float64Array(CHUNK_ROWS).fill(this.fill));
    this.chunks[row >> CHUNK_SHIFT]![row & CHUNK_MASK] = value;
  }

  /** The first `count` rows. */
  save(out: StateWriter, count: number): void {
    if (count > 0) this.set(count - 1, this.get(count - 1));
    for (let row = 0; row < count; row += CHUNK_ROWS) out.doubles(this.chunks[row >> CHUNK_SHIFT]!, Math.min(CHUNK_ROWS, count - row));
  }

  /** The first `count` rows, into a column that was not written to. */
  load(from: StateReader, count: number): void {
    if (count > 0) this.set(count - 1, this.fill);
    for (let row = 0; row < count; row += CHUNK_ROWS) from.doubles(this.chunks[row >> CHUNK_SHIFT]!, Math.min(CHUNK_ROWS, count - row));
  }
}

export class Int32Column {
  private readonly chunks: Int32Array[] = [];
  private readonly fill: number;

  constructor(fill: number) {
    this.fill = fill;
  }

  /** No row from here on was ever set. */
  get end(): number {
    return this.chunks.length << CHUNK_SHIFT;
  }

  get(row: number): number {
    return row >> CHUNK_SHIFT < this.chunks.length ? this.chunks[row >> CHUNK_SHIFT]![row & CHUNK_MASK]! : this.fill;
  }

  set(row: number, value: number): void {
    while (row >> CHUNK_SHIFT >= this.chunks.length) this.chunks.push(new Int32Array(CHUNK_ROWS).fill(this.fill));
    this.chunks[row >> CHUNK_SHIFT]![row & CHUNK_MASK] = value;
  }

  /** The first `count` rows. */
  save(out: StateWriter, count: number): void {
    if (count > 0) this.set(count - 1, this.get(count - 1));
    for (let row = 0; row < count; row += CHUNK_ROWS) out.words(this.chunks[row >> CHUNK_SHIFT]!, Math.min(CHUNK_ROWS, count - row));
  }

  /** The first `count` rows, into a column that was not written to. */
  load(from: StateReader, count: number): void {
    if (count > 0) this.set(count - 1, this.fill);
    for (let row = 0; row < count; row += CHUNK_ROWS) from.words(this.chunks[row >> CHUNK_SHIFT]!, Math.min(CHUNK_ROWS, count - row));
  }
}
