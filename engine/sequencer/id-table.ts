/**
 * Ids and their numbers, dense from 0 in the order in which they came: for the many, where a Map of strings would cost several
 * times the memory and a pause of its own at every growth.
 *
 * The texts stand as UTF-8 one behind the other in blocks, the numbers in a hash table with open addressing. Nothing is
 * ever taken out.
 *
 * A full table is not moved into a larger one at once, which with millions of ids would hold up its thread for a second: each
 * new id takes two of the old ones with it, and until all have moved both tables are asked.
 */

import { Float64Column, Int32Column } from '../domain/column.ts';
import type { StateReader } from '../domain/state-reader.ts';
import type { StateWriter } from '../domain/state-writer.ts';

/** Slots hold a number and 1, so that memory which was never touched is an empty table. */
const EMPTY = 0;
/** How many move with each new id: all have long before the table is full again. */
const MOVED_AT_ONCE = 2;
/** What `findBytes` says of an id that is not there. */
export const NOT_FOUND = -1;
const SLOTS_MIN = 1 << 12;
/** A table that is fuller is doubled. */
const LOAD_MAX = 0.5;
const BLOCK_BYTES = 1 << 20;
/** Before each text, its length. */
const LENGTH_BYTES = 2;

export class IdTable {
  private count = 0;
  private slots = new Int32Array(SLOTS_MIN);
  /** The table before this one, while ids are left in it; those below `moved` are in both. */
  private oldSlots: Int32Array | undefined;
  private moved = 0;
  /** How many the old table has. */
  private oldCount = 0;
  private readonly hashes = new Int32Column(0);
  /** Where each text stands: block number times BLOCK_BYTES and its place in the block. */
  private readonly places = new Float64Column(0);
  private readonly blocks: Buffer[] = [Buffer.alloc(BLOCK_BYTES)];
  private used = 0;
  /** The id in hand, as UTF-8. */
  private text: Uint8Array = new Uint8Array(256);
  private textBytes = 0;

  get size(): number {
    return this.count;
  }

  /** The number of an id, or undefined. */
  find(id: string): number | undefined {
    this.take(id);
    const no = this.findBytes(this.text, 0, this.textBytes);
    return no === NOT_FOUND ? undefined : no;
  }

  /** The number of an id that stands as UTF-8 in `bytes`, or NOT_FOUND. */
  findBytes(bytes: Uint8Array, at: number, length: number): number {
    return this.numberOf(hashOf(bytes, at, length), bytes, at, length);
  }

  /** Takes an id in under the next number, unless it is there. Returns its number. */
  define(id: string): number {
    this.take(id);
    return this.defineBytes(this.text, 0, this.textBytes);
  }

  /** The same for an id that stands as UTF-8 in `bytes`, which is copied. */
  defineBytes(bytes: Uint8Array, at: number, length: number): number {
    const hash = hashOf(bytes, at, length);
    const known = this.numberOf(hash, bytes, at, length);
    if (known !== NOT_FOUND) return known;
    const no = this.count++;
    this.hashes.set(no, hash);
    this.places.set(no, this.store(bytes, at, length));
    this.put(no);
    this.move(MOVED_AT_ONCE);
    if (this.count > this.slots.length * LOAD_MAX) this.grow();
    return no;
  }

  save(out: StateWriter): void {
    out.word(this.count);
    out.word(this.used);
    out.word(this.blocks.length);
    for (const block of this.blocks) out.block(block);
    this.hashes.save(out, this.count);
    this.places.save(out, this.count);
  }

  /** Passes over a table that was saved; returns how many ids it has. */
  static pass(from: StateReader): number {
    const count = from.word();
    from.passWords(1);
    for (let blocks = from.word(); blocks > 0; blocks--) from.passBlock();
    from.passWords(count);
    from.passDoubles(count);
    return count;
  }

  /** Into a table without ids. */
  load(from: StateReader): void {
    this.count = from.word();
    this.used = from.word();
    const blocks = from.word();
    this.blocks.length = 0;
    for (let i = 0; i < blocks; i++) this.blocks.push(Buffer.from(from.block()));
    this.hashes.load(from, this.count);
    this.places.load(from, this.count);
    let slots = SLOTS_MIN;
    while (this.count > slots * LOAD_MAX) slots *= 2;
    this.slots = new Int32Array(slots);
    for (let no = 0; no < this.count; no++) this.put(no);
  }

  /** Writes an id into `text`. */
  private take(id: string): void {
    if (id.length * 3 > this.text.length) this.text = new Uint8Array(id.length * 6);
    const { text } = this;
    for (let i = 0; i < id.length; i++) {
      const unit = id.charCodeAt(i);
      if (unit > 0x7f) {
        this.textBytes = Buffer.from(text.buffer).write(id);
        return;
      }
      text[i] = unit;
    }
    this.textBytes = id.length;
  }

  private numberOf(hash: number, bytes: Uint8Array, at: number, length: number): number {
    const no = this.numberIn(this.slots, hash, bytes, at, length);
    return no !== NOT_FOUND || this.oldSlots === undefined ? no : this.numberIn(this.oldSlots, hash, bytes, at, length);
  }

  private numberIn(slots: Int32Array, hash: number, bytes: Uint8Array, at: number, length: number): number {
    const mask = slots.length - 1;
    for (let slot = hash & mask; slots[slot] !== EMPTY; slot = (slot + 1) & mask) {
      const no = slots[slot]! - 1;
      if (this.hashes.get(no) === hash && this.isText(no, bytes, at, length)) return no;
    }
    return NOT_FOUND;
  }

  private isText(no: number, bytes: Uint8Array, from: number, length: number): boolean {
    const place = this.places.get(no);
    const block = this.blocks[Math.floor(place / BLOCK_BYTES)]!;
    const at = place % BLOCK_BYTES;
    if (block[at]! + 256 * block[at + 1]! !== length) return false;
    for (let i = 0; i < length; i++) if (block[at + LENGTH_BYTES + i] !== bytes[from + i]) return false;
    return true;
  }

  private store(bytes: Uint8Array, from: number, textBytes: number): number {
    if (this.used + LENGTH_BYTES + textBytes > BLOCK_BYTES) {
      this.blocks.push(Buffer.alloc(BLOCK_BYTES));
      this.used = 0;
    }
    const at = this.used;
    const block = this.blocks.at(-1)!;
    block[at] = textBytes & 0xff;
    block[at + 1] = textBytes >> 8;
    for (let i = 0; i < textBytes; i++) block[at + LENGTH_BYTES + i] = bytes[from + i]!;
    this.used += LENGTH_BYTES + textBytes;
    return (this.blocks.length - 1) * BLOCK_BYTES + at;
  }

  /** Puts a number into the table, which has not got it. */
  private put(no: number): void {
    const { slots } = this;
    const mask = slots.length - 1;
    let slot = this.hashes.get(no) & mask;
    while (slots[slot] !== EMPTY) slot = (slot + 1) & mask;
    slots[slot] = no + 1;
  }

  private grow(): void {
    this.move(Number.POSITIVE_INFINITY);
    this.oldSlots = this.slots;
    this.oldCount = this.count;
    this.moved = 0;
    this.slots = new Int32Array(this.slots.length * 2);
  }

  /** Brings so many more from the old table into this one. */
  private move(count: number): void {
    if (this.oldSlots === undefined) return;
    const until = Math.min(this.oldCount, this.moved + count);
    while (this.moved < until) this.put(this.moved++);
    if (this.moved === this.oldCount) this.oldSlots = undefined;
  }
}

/** FNV-1a (Fowler, Noll, Vo 1991). The low bits alone choose the slot: at the end all bits get a say in them. */
function hashOf(bytes: Uint8Array, at: number, length: number): number {
  let hash = 0x811c9dc5;
  for (let i = at; i < at + length; i++) hash = Math.imul(hash ^ bytes[i]!, 0x01000193);
  let bits = hash ^ (hash >>> 16);
  bits = Math.imul(bits, 0x85ebca6b);
  bits ^= bits >>> 13;
  bits = Math.imul(bits, 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
