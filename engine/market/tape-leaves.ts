/**
 * The entries of a tape in the order of their time, those of one time in the order in which they came; in leaves of some
 * hundred: one that comes late moves those behind it in its leaf alone, and the oldest leave without being copied.
 *
 * An entry is so many cells, the first two its time and its sequence. A place says where one stands; places rise with the
 * time and hold until the next `add` or `letGo`.
 */

import type { StateReader } from '../domain/state-reader.ts';
import type { StateWriter } from '../domain/state-writer.ts';
import { firstCapacity, Leaf, LEAF_ENTRIES } from './leaf.ts';

/** Cells that every entry has. */
export const TIME_US = 0;
export const SEQUENCE = 1;
/** No place. It is below all places. */
export const NOWHERE = -1;
/** Place of the oldest entry where there is one. */
export const FIRST = 0;

/**
 * Entries that get their running sum with each entry that comes, from the first one without. A late entry takes the sums of all behind it away, and
 * entries come late all the time when several feeds are read side by side: to make all of them again for each would cost as much as how late it is.
 */
export const SUMS_PER_ENTRY = 4;

const LEAF_SHIFT = Math.log2(LEAF_ENTRIES);
const LEAF_MASK = LEAF_ENTRIES - 1;

export class TapeLeaves {
  private readonly width: number;
  private readonly leaves: Leaf[];
  private newest: Leaf;
  private total = 0;
  /** Time of the newest entry; -Infinity without one. A field, because every entry that comes is held against it. */
  lastUs = Number.NEGATIVE_INFINITY;
  /** Leaves of full size that were let go of, to be used again. */
  private readonly spare: Leaf[] = [];

  /** Entries of `width` doubles; `leaves` has at least one. */
  constructor(width: number, leaves = [new Leaf(width, firstCapacity())]) {
    this.width = width;
    this.leaves = leaves;
    this.newest = leaves.at(-1)!;
    for (const { count } of leaves) this.total += count;
    this.lookAtNewest();
  }

  get count(): number {
    return this.total;
  }

  /** Place of the newest entry, NOWHERE without one. */
  get last(): number {
    return this.total === 0 ? NOWHERE : placeIn(this.leaves.length - 1, this.newest.count - 1);
  }

  /** Time of the oldest entry; +Infinity without one. */
  get firstUs(): number {
    return this.total === 0 ? Number.POSITIVE_INFINITY : this.leaves[0]!.cells[0]!;
  }

  get(place: number, cell: number): number {
    return this.cellsOf(place)[this.cellOf(place) + cell]!;
  }

  set(place: number, cell: number, value: number): void {
    this.cellsOf(place)[this.cellOf(place) + cell] = value;
  }

  /** The memory that an entry stands in, from `cellOf` on. */
  cellsOf(place: number): Float64Array {
    return this.leafAt(place).cells;
  }

  cellOf(place: number): number {
    return entryOf(place) * this.width;
  }

  /** The leaf in which a place is. */
  leafAt(place: number): Leaf {
    return this.leaves[leafNoOf(place)]!;
  }

  /** Place of the newest entry in the leaf in which a place is. */
  lastOfLeaf(place: number): number {
    return placeIn(leafNoOf(place), this.leafAt(place).count - 1);
  }

  /** Place of an entry by its number in the order of time, from 0; costs as much as there are leaves. */
  placeOf(entryNo: number): number {
    let [leafNo, left] = [0, entryNo];
    while (left >= this.leaves[leafNo]!.count) left -= this.leaves[leafNo++]!.count;
    return placeIn(leafNo, left);
  }

  /** The place before another; NOWHERE before the first. */
  before(place: number): number {
    if (entryOf(place) > 0) return place - 1;
    const leafNo = leafNoOf(place) - 1;
    return leafNo < 0 ? NOWHERE : placeIn(leafNo, this.leaves[leafNo]!.count - 1);
  }

  /** The place behind another, or behind NOWHERE. Behind the newest entry it is above `last`. */
  after(place: number): number {
    return this.settled(place + 1);
  }

  /** A place behind the entries of its leaf, told in the leaf in which it is: leaves that were full are two after `add`. */
  settled(place: number): number {
    let leafNo = leafNoOf(place);
    let entry = entryOf(place);
    while (leafNo + 1 < this.leaves.length && entry >= this.leaves[leafNo]!.count) entry -= this.leaves[leafNo++]!.count;
    return placeIn(leafNo, entry);
  }

  /** Place of the last entry at or before a time; NOWHERE without one. */
  upTo(us: number): number {
    return this.lastUs <= us ? this.last : this.lastWithin(us, false);
  }

  /** Place of the last entry before a time; NOWHERE without one. */
  upToBefore(us: number): number {
    return this.lastUs < us ? this.last : this.lastWithin(us, true);
  }

  /** Place of the last entry whose (time, sequence) is below the given ones; NOWHERE without one. */
  upToBelow(us: number, sequence: number): number {
    let place = this.upTo(us);
    while (place !== NOWHERE && this.get(place, TIME_US) === us && this.get(place, SEQUENCE) >= sequence) place = this.before(place);
    return place;
  }

  /** The first place in [from, through] for which something holds that holds for all behind it too; `through` where it holds for none before. */
  firstWhere(from: number, through: number, holds: (place: number) => boolean): number {
    let low = leafNoOf(from);
    let high = leafNoOf(through);
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (holds(placeIn(middle, this.leaves[middle]!.count - 1))) high = middle;
      else low = middle + 1;
    }
    let first = Math.max(from, placeIn(low, 0));
    let last = Math.min(through, placeIn(low, this.leaves[low]!.count - 1));
    while (first < last) {
      const middle = first + ((last - first) >>> 1);
      if (holds(middle)) last = middle;
      else first = middle + 1;
    }
    return first;
  }

  /** Makes room for an entry behind those of its time, and returns its place; its other cells are to be set. */
  add(us: number, sequence: number): number {
    const place = this.lastUs <= us ? this.appended(us) : this.opened(us);
    this.total++;
    const cells = this.cellsOf(place);
    const at = this.cellOf(place);
    cells[at + TIME_US] = us;
    cells[at + SEQUENCE] = sequence;
    return place;
  }

  /** Takes so many of the oldest entries off, neither none nor all, as leaves of their own. */
  letGo(count: number): TapeLeaves {
    const staysFrom = this.placeOf(count);
    const gone = this.leaves.splice(0, leafNoOf(staysFrom));
    const left = entryOf(staysFrom);
    if (left > 0) {
      const first = this.leaves[0]!;
      const part = new Leaf(this.width, left);
      part.append(first, 0, left);
      first.keep(left, first.count);
      gone.push(part);
    }
    this.total -= count;
    return new TapeLeaves(this.width, gone);
  }

  /** Nobody needs what was let go of any more. */
  takeBack(gone: TapeLeaves): void {
    for (const leaf of gone.leaves.splice(0)) {
      leaf.keep(0, 0);
      if (leaf.capacity === LEAF_ENTRIES) this.spare.push(leaf);
    }
  }

  /** The first `cells` of all entries, one column behind the other. */
  save(out: StateWriter, cells: number): void {
    for (let cell = 0; cell < cells; cell++) for (const leaf of this.leaves) out.doubles(leaf.column(cell), leaf.count);
  }

  /** So many entries, into leaves that nothing was added to. */
  load(from: StateReader, cells: number, count: number): void {
    if (count <= this.newest.capacity) this.newest.count = count;
    else {
      this.leaves.length = 0;
      for (let left = count; left > 0; left -= LEAF_ENTRIES) this.newLeaf().count = Math.min(left, LEAF_ENTRIES);
    }
    this.total = count;
    const column = new Float64Array(LEAF_ENTRIES);
    for (let cell = 0; cell < cells; cell++) {
      for (const leaf of this.leaves) {
        from.doubles(column, leaf.count);
        leaf.setColumn(cell, column);
      }
    }
    this.lookAtNewest();
  }

  private newLeaf(): Leaf {
    this.newest = this.spareLeaf();
    this.leaves.push(this.newest);
    return this.newest;
  }

  private spareLeaf(): Leaf {
    return this.spare.pop() ?? new Leaf(this.width);
  }

  private lookAtNewest(): void {
    this.newest = this.leaves[this.leaves.length - 1]!;
    if (this.total > 0) this.lastUs = this.newest.cells[(this.newest.count - 1) * this.width]!;
  }

  /** Place of the last entry at or before a time, or, when `isStrict`, before it. */
  private lastWithin(us: number, isStrict: boolean): number {
    const leafNo = this.leafNoUpTo(us, isStrict);
    return leafNo < 0 ? NOWHERE : placeIn(leafNo, this.leaves[leafNo]!.countUpTo(us, isStrict) - 1);
  }

  /** Number of the last leaf whose oldest entry is at or before a time, or, when `isStrict`, before it; -1 without one. */
  private leafNoUpTo(us: number, isStrict: boolean): number {
    if (this.total === 0) return -1;
    let low = 0;
    let high = this.leaves.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const firstUs = this.leaves[middle]!.cells[0]!;
      const isBelow = isStrict ? firstUs < us : firstUs <= us;
      if (isBelow) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  /** Place of an entry that is made behind all others. */
  private appended(us: number): number {
    if (this.newest.isFull && !this.growFirst()) this.newLeaf();
    this.newest.open(this.newest.count);
    this.lastUs = us;
    return placeIn(this.leaves.length - 1, this.newest.count - 1);
  }

  /** Place of an entry that is made behind those up to its time, before others. */
  private opened(us: number): number {
    let leafNo = Math.max(0, this.leafNoUpTo(us, false));
    if (this.leaves[leafNo]!.isFull && !this.growFirst()) {
      this.split(leafNo);
      if (this.leaves[leafNo + 1]!.cells[0]! <= us) leafNo++;
    }
    const leaf = this.leaves[leafNo]!;
    const at = leaf.countUpTo(us, false);
    leaf.open(at);
    return placeIn(leafNo, at);
  }

  /** Doubles the first leaf while it is the only one and small. */
  private growFirst(): boolean {
    const first = this.leaves[0]!;
    if (this.leaves.length > 1 || first.capacity * 2 > LEAF_ENTRIES) return false;
    const larger = new Leaf(this.width, first.capacity * 2);
    larger.append(first, 0, first.count);
    this.leaves[0] = larger;
    this.newest = larger;
    return true;
  }

  /** The later half of a leaf becomes one of its own. */
  private split(leafNo: number): void {
    const leaf = this.leaves[leafNo]!;
    const half = leaf.count >> 1;
    const later = this.spareLeaf();
    later.append(leaf, half, leaf.count);
    leaf.keep(0, half);
    this.leaves.splice(leafNo + 1, 0, later);
    this.lookAtNewest();
  }
}

function placeIn(leafNo: number, entry: number): number {
  return (leafNo << LEAF_SHIFT) + entry;
}

function leafNoOf(place: number): number {
  return place >> LEAF_SHIFT;
}

function entryOf(place: number): number {
  return place & LEAF_MASK;
}
