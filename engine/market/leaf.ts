/** Some hundred entries of a tape in the order of their time (tape-leaves.ts), each so many doubles wide; the first of them is its time. */

/** A power of two. */
export const LEAF_ENTRIES = 512;

/** The first leaf of a tape begins so small, for symbols of which little is heard, and doubles while it stays below LEAF_ENTRIES. */
const FIRST_LEAF_ENTRIES = 64;

let tapes = 0;

/**
 * Of the first leaf of a new tape: up to twice FIRST_LEAF_ENTRIES, without a pattern but the same in each run. Tapes of symbols
 * that are quoted as often would else need all their leaves in the same moment, for good.
 */
export function firstCapacity(): number {
  let bits = Math.imul(++tapes, 0x9e3779b1);
  bits = Math.imul(bits ^ (bits >>> 15), 0x85ebca6b);
  const share = ((bits ^ (bits >>> 13)) >>> 0) / 2 ** 32;
  return Math.floor(FIRST_LEAF_ENTRIES * (1 + share));
}

export class Leaf {
  /** Entries that there is room for. */
  readonly capacity: number;
  readonly width: number;
  readonly cells: Float64Array;
  count = 0;
  /** What was found out about its entries (price-ranks.ts), gone when they change. */
  sorted: object | undefined;

  constructor(width: number, capacity = LEAF_ENTRIES) {
    this.capacity = capacity;
    this.width = width;
    this.cells = new Float64Array(width * capacity);
  }

  get isFull(): boolean {
    return this.count === this.capacity;
  }

  /** One cell of all its entries; a copy. */
  column(cell: number): Float64Array {
    const column = new Float64Array(this.count);
    for (let entry = 0; entry < this.count; entry++) column[entry] = this.cells[entry * this.width + cell]!;
    return column;
  }

  setColumn(cell: number, column: Float64Array): void {
    for (let entry = 0; entry < this.count; entry++) this.cells[entry * this.width + cell] = column[entry]!;
  }

  /** How many of its entries are at or before a time, or, when `isStrict`, before it. */
  countUpTo(us: number, isStrict: boolean): number {
    const { cells, width } = this;
    let low = 0;
    let high = this.count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const middleUs = cells[middle * width]!;
      if (isStrict ? middleUs < us : middleUs <= us) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Makes room for one more entry, before the one at `at`. */
  open(at: number): void {
    if (at < this.count) this.cells.copyWithin((at + 1) * this.width, at * this.width, this.count * this.width);
    this.count++;
    this.sorted = undefined;
  }

  /** Takes in the entries [from, to) of another leaf, behind its own. */
  append(other: Leaf, from: number, to: number): void {
    this.cells.set(other.cells.subarray(from * this.width, to * this.width), this.count * this.width);
    this.count += to - from;
    this.sorted = undefined;
  }

  /** Keeps the entries [from, to) alone. */
  keep(from: number, to: number): void {
    if (from > 0) this.cells.copyWithin(0, from * this.width, to * this.width);
    this.count = to - from;
    this.sorted = undefined;
  }
}
