/** Typed columns that grow by doubling: one field of a table whose rows are numbered from 0. */

import type { StateReader } from './state-reader.ts';
import type { StateWriter } from './state-writer.ts';

export class Float64Column {
  private cells: Float64Array;
  private readonly fill: number;

  constructor(fill: number, capacity = 1024) {
    this.fill = fill;
    this.cells = new Float64Array(capacity).fill(fill);
  }

  get(row: number): number {
    return row < this.cells.length ? this.cells[row]! : this.fill;
  }

  set(row: number, value: number): void {
    if (row >= this.cells.length) {
      const grown = new Float64Array(grownLength(this.cells.length, row)).fill(this.fill, this.cells.length);
      grown.set(this.cells);
      this.cells = grown;
    }
    this.cells[row] = value;
  }

  /** The first `count` rows. */
  save(out: StateWriter, count: number): void {
    if (count > 0) this.set(count - 1, this.get(count - 1));
    out.doubles(this.cells, count);
  }

  /** The first `count` rows, into a column that was not written to. */
  load(from: StateReader, count: number): void {
    if (count > 0) this.set(count - 1, this.fill);
    from.doubles(this.cells, count);
  }
}

export class Int32Column {
  private cells: Int32Array;
  private readonly fill: number;

  constructor(fill: number, capacity = 1024) {
    this.fill = fill;
    this.cells = new Int32Array(capacity).fill(fill);
  }

  /** No row from here on was ever set. */
  get end(): number {
    return this.cells.length;
  }

  get(row: number): number {
    return row < this.cells.length ? this.cells[row]! : this.fill;
  }

  set(row: number, value: number): void {
    if (row >= this.cells.length) {
      const grown = new Int32Array(grownLength(this.cells.length, row)).fill(this.fill, this.cells.length);
      grown.set(this.cells);
      this.cells = grown;
    }
    this.cells[row] = value;
  }

  /** The first `count` rows. */
  save(out: StateWriter, count: number): void {
    if (count > 0) this.set(count - 1, this.get(count - 1));
    out.words(this.cells, count);
  }

  /** The first `count` rows, into a column that was not written to. */
  load(from: StateReader, count: number): void {
    if (count > 0) this.set(count - 1, this.fill);
    from.words(this.cells, count);
  }
}

function grownLength(length: number, row: number): number {
  let grown = length * 2;
  while (grown <= row) grown *= 2;
  return grown;
}
