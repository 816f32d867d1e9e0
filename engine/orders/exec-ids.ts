/**
 * The exec_ids of a shard's live fills as UTF-8, each under its place: one stands alone in about half of what a string of its
 * own costs, and nothing is made of it until it is asked for.
 *
 * Blocks of 32-bit words; at each place two bytes with the length, then the text, up to a whole word. A place is the number
 * of its first word among all. Places that were freed are used again for ids of as many words; while one is free its first
 * word is the next free place of its size.
 */

const NONE = -1;
const BLOCK_SHIFT = 14;
const BLOCK_WORDS = 1 << BLOCK_SHIFT;
const BLOCK_MASK = BLOCK_WORDS - 1;
const LENGTH_BYTES = 2;

export class ExecIds {
  private readonly blocks: Uint8Array[] = [];
  private readonly words: Int32Array[] = [];
  private usedWords = BLOCK_WORDS;
  /** By words: the first free place of that size. */
  private readonly free: number[] = [];
  private readonly encoder = new TextEncoder();
  private readonly decoder = new TextDecoder();

  /** Keeps `length` bytes of UTF-8 from `from` on; returns their place. */
  keep(bytes: Uint8Array, from: number, length: number): number {
    const place = this.take((LENGTH_BYTES + length + 3) >> 2);
    const block = this.blocks[place >> BLOCK_SHIFT]!;
    const at = (place & BLOCK_MASK) * 4;
    block[at] = length & 0xff;
    block[at + 1] = length >> 8;
    for (let i = 0; i < length; i++) block[at + LENGTH_BYTES + i] = bytes[from + i]!;
    return place;
  }

  keepText(id: string): number {
    const bytes = this.encoded(id);
    return this.keep(bytes, 0, bytes.length);
  }

  /** An id as it would stand here. */
  encoded(id: string): Uint8Array {
    return this.encoder.encode(id);
  }

  /** The id at a place; valid until it is released. */
  bytes(place: number): Uint8Array {
    const at = (place & BLOCK_MASK) * 4 + LENGTH_BYTES;
    return this.blocks[place >> BLOCK_SHIFT]!.subarray(at, at + this.lengthAt(place));
  }

  text(place: number): string {
    return this.decoder.decode(this.bytes(place));
  }

  /** Forgets the id at a place. */
  release(place: number): void {
    const words = (LENGTH_BYTES + this.lengthAt(place) + 3) >> 2;
    this.words[place >> BLOCK_SHIFT]![place & BLOCK_MASK] = this.free[words] ?? NONE;
    this.free[words] = place;
  }

  /** True when the id at `a` is below the one at `b`, as strings compare: by UTF-16 units. */
  isBelow(a: number, b: number): boolean {
    const blockA = this.blocks[a >> BLOCK_SHIFT]!;
    const blockB = this.blocks[b >> BLOCK_SHIFT]!;
    const atA = (a & BLOCK_MASK) * 4 + LENGTH_BYTES;
    const atB = (b & BLOCK_MASK) * 4 + LENGTH_BYTES;
    const lengthA = this.lengthAt(a);
    const lengthB = this.lengthAt(b);
    const length = Math.min(lengthA, lengthB);
    for (let i = 0; i < length; i++) {
      const byteA = blockA[atA + i]!;
      const byteB = blockB[atB + i]!;
      if (byteA === byteB) continue;
      // Only beyond ASCII do UTF-8 and UTF-16 disagree on what is lower.
      return byteA < 0x80 || byteB < 0x80 ? byteA < byteB : this.text(a) < this.text(b);
    }
    return lengthA < lengthB;
  }

  private lengthAt(place: number): number {
    const block = this.blocks[place >> BLOCK_SHIFT]!;
    const at = (place & BLOCK_MASK) * 4;
    return block[at]! | (block[at + 1]! << 8);
  }

  private take(words: number): number {
    const free = this.free[words] ?? NONE;
    if (free !== NONE) {
      this.free[words] = this.words[free >> BLOCK_SHIFT]![free & BLOCK_MASK]!;
      return free;
    }
    if (this.usedWords + words > BLOCK_WORDS) {
      const memory = new ArrayBuffer(BLOCK_WORDS * 4);
      this.blocks.push(new Uint8Array(memory));
      this.words.push(new Int32Array(memory));
      this.usedWords = 0;
    }
    const place = (this.blocks.length - 1) * BLOCK_WORDS + this.usedWords;
    this.usedWords += words;
    return place;
  }
}
