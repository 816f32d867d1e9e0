import type { StateReader } from '../domain/state-reader.ts';
import type { StateWriter } from '../domain/state-writer.ts';
import { IdTable } from './id-table.ts';

/** Names of one kind (order ids, symbols, ...) and their numbers, dense from 0 in the order of their definition. */
export class NameTable {
  private readonly numbers = new IdTable();
  private readonly names: string[] = [];

  get size(): number {
    return this.names.length;
  }

  /** The number of a name, or undefined. */
  find(name: string): number | undefined {
    return this.numbers.find(name);
  }

  /** The number of a name that stands as UTF-8 in `bytes`, or NONE. */
  findBytes(bytes: Uint8Array, at: number, length: number): number {
    return this.numbers.findBytes(bytes, at, length);
  }

  nameOf(no: number): string {
    const name = this.names[no];
    if (name === undefined) throw new RangeError(`no name has the number ${no}`);
    return name;
  }

  /** Takes in a definition as it was journaled. */
  define(no: number, name: string): void {
    if (no !== this.names.length) throw new RangeError(`${JSON.stringify(name)} is defined as ${no}, expected ${this.names.length}`);
    this.names.push(name);
    this.numbers.define(name);
  }

  save(out: StateWriter): void {
    out.word(this.names.length);
    for (const name of this.names) out.text(name);
  }

  /** Passes over a table that was saved; returns how many names it has. */
  static pass(from: StateReader): number {
    const count = from.word();
    for (let left = count; left > 0; left--) from.passBlock();
    return count;
  }

  load(from: StateReader): void {
    const count = from.word();
    for (let no = 0; no < count; no++) this.define(no, from.text());
  }
}
