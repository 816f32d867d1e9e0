/**
 * Ids and their numbers, dense from 0 in the order in which they came: for the many, where a Map of strings would cost several
 * times the memory and a pause of its own at every growth.
 *
 * The texts stand as UTF-8 one behind the other in blocks, the numbers in a hash table with open addressing. Nothing is
 * ever taken out.
 */

import { Float64Column, Int32Column } from '../domain/column.ts';

const EMPTY = -1;
const SLOTS_MIN = 1 << 12;
/** A table that is fuller is doubled. */
const LOAD_MAX = 0.5;
const BLOCK_BYTES = 1 << 20;
/** Before each text, its length. */
const LENGTH_BYTES = 2;

export class IdTable {
  private count = 0;
  private slots = new Int32Array(SLOTS_MIN).fill(EMPTY);
  private readonly hashes = new Int32Column(0);
  /** Where each text stands: block number times BLOCK_BYTES and its place in the block. */
  private readonly places = new Float64Column(0);
  private readonly blocks: Buffer[] = [Buffer.allocUnsafeSlow(BLOCK_BYTES)];
  private used = 0;
  /** The id in hand, as UTF-8. */
  private text: Uint8Array = new Uint8Array(256);
  private textBytes = 0;

  get size(): number {
    return this.count;
  }

  /** The number of an id, or undefined. */
  find(id: string): number | undefined {
    const hash = this.take(id);
    const slot = this.slotOf(hash);
    const no = this.slots[slot]!;
    return no === EMPTY ? undefined : no;
  }

  /** Takes an id in under the next number, unless it is there. Returns its number. */
  define(id: string): number {
    const hash = this.take(id);
    const slot = this.slotOf(hash);
    const known = this.slots[slot]!;
    if (known !== EMPTY) return known;
    const no = this.count++;
    this.slots[slot] = no;
    this.hashes.set(no, hash);
    this.places.set(no, this.store());
    if (this.count > this.slots.length * LOAD_MAX) this.grow();
    return no;
  }

  /** Writes an id into `text` and returns its hash: FNV-1a over its bytes (Fowler, Noll, Vo 1991), mixed at the end. */
  private take(id: string): number {
    if (id.length * 3 > this.text.length) this.text = new Uint8Array(id.length * 6);
    const { text } = this;
    let hash = 0x811c9dc5;
    for (let i = 0; i < id.length; i++) {
      const unit = id.charCodeAt(i);
      if (unit > 0x7f) return this.takeEncoded(id);
      text[i] = unit;
      hash = Math.imul(hash ^ unit, 0x01000193);
    }
    this.textBytes = id.length;
    return mixed(hash);
  }

  private takeEncoded(id: string): number {
    this.textBytes = Buffer.from(this.text.buffer).write(id);
    let hash = 0x811c9dc5;
    for (let i = 0; i < this.textBytes; i++) hash = Math.imul(hash ^ this.text[i]!, 0x01000193);
    return mixed(hash);
  }

  /** Where the id in hand stands in the table, or where it would. */
  private slotOf(hash: number): number {
    const mask = this.slots.length - 1;
    let slot = hash & mask;
    for (;;) {
      const no = this.slots[slot]!;
      if (no === EMPTY || (this.hashes.get(no) === hash && this.isText(no))) return slot;
      slot = (slot + 1) & mask;
    }
  }

  private isText(no: number): boolean {
    const place = this.places.get(no);
    const block = this.blocks[Math.floor(place / BLOCK_BYTES)]!;
    const at = place % BLOCK_BYTES;
    const { text, textBytes } = this;
    if (block[at]! + 256 * block[at + 1]! !== textBytes) return false;
    for (let i = 0; i < textBytes; i++) if (block[at + LENGTH_BYTES + i] !== text[i]) return false;
    return true;
  }

  private store(): number {
    const { textBytes } = this;
    if (this.used + LENGTH_BYTES + textBytes > BLOCK_BYTES) {
      this.blocks.push(Buffer.allocUnsafeSlow(BLOCK_BYTES));
      this.used = 0;
    }
    const at = this.used;
    const block = this.blocks.at(-1)!;
    block[at] = textBytes & 0xff;
    block[at + 1] = textBytes >> 8;
    block.set(this.text.subarray(0, textBytes), at + LENGTH_BYTES);
    this.used += LENGTH_BYTES + textBytes;
    return (this.blocks.length - 1) * BLOCK_BYTES + at;
  }

  private grow(): void {
    this.slots = new Int32Array(this.slots.length * 2).fill(EMPTY);
    const mask = this.slots.length - 1;
    for (let no = 0; no < this.count; no++) {
      let slot = this.hashes.get(no) & mask;
      while (this.slots[slot] !== EMPTY) slot = (slot + 1) & mask;
      this.slots[slot] = no;
    }
  }
}

/** The low bits alone choose the slot: let all bits have a say in them. */
function mixed(hash: number): number {
  let bits = hash ^ (hash >>> 16);
  bits = Math.imul(bits, 0x85ebca6b);
  bits ^= bits >>> 13;
  bits = Math.imul(bits, 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
