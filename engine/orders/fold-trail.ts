/**
 * What the sums of one order were before each of its last fills, in fold order, so that a fill that belongs before some of
 * them is folded in its place without folding the order from nothing.
 *
 * A ring of entries of seven doubles. Made for an order whose fills do not come in fold order, see fold-fills.ts; it knows as
 * many fills as come before one.
 */

import { FOLD_TRAIL_FILLS_MAX, FOLD_TRAIL_FILLS_MIN, FOLD_TRAILS_BYTES_MAX } from '../domain/limits.ts';

export const TrailCell = {
  FILLED_QUANTITY: 0,
  NOTIONAL: 1,
  FEES: 2,
  // of the fill's venue; NaN when it was the first fill there
  VENUE_QUANTITY: 3,
  VENUE_NOTIONAL: 4,
  VENUE_FEES: 5,
  // of its child order
  CHILD_QUANTITY: 6,
} as const;

const ENTRY_DOUBLES = 7;
const ENTRIES_MIN = 8;

/** Memory for the long trails of a shard. */
export class TrailRoom {
  private leftBytes = FOLD_TRAILS_BYTES_MAX;

  /** Takes so many entries, where there is room for them. */
  take(entries: number): boolean {
    const bytes = entries * ENTRY_DOUBLES * Float64Array.BYTES_PER_ELEMENT;
    if (bytes > this.leftBytes) return false;
    this.leftBytes -= bytes;
    return true;
  }

  giveBack(entries: number): void {
    this.leftBytes += entries * ENTRY_DOUBLES * Float64Array.BYTES_PER_ELEMENT;
  }
}

export class FoldTrail {
  /** An entry stands from the place that `push` tells on. */
  cells = new Float64Array(ENTRIES_MIN * ENTRY_DOUBLES);
  private readonly room: TrailRoom;
  private count = 0;
  /** Number of the entry behind the newest, modulo the entries that there is room for. */
  private endNo = 0;
  /** A power of two. */
  private entriesMax = FOLD_TRAIL_FILLS_MIN;

  constructor(room: TrailRoom) {
    this.room = room;
  }

  /** How many of the last fills it knows. */
  get length(): number {
    return this.count;
  }

  clear(): void {
    this.count = 0;
    this.endNo = 0;
  }

  /** Forgets all, and knows from here on twice as many fills as came before one, as far as there is room. */
  widen(behind: number): void {
    this.clear();
    let entriesMax = this.entriesMax;
    while (entriesMax < 2 * behind && entriesMax < FOLD_TRAIL_FILLS_MAX) entriesMax *= 2;
    if (this.room.take(entriesMax - this.entriesMax)) this.entriesMax = entriesMax;
  }

  /** It is not needed any more. */
  release(): void {
    this.room.giveBack(this.entriesMax - FOLD_TRAIL_FILLS_MIN);
  }

  /** Room for the fill that is folded next; the oldest entry goes when there are too many. Returns its place. */
  push(): number {
    if (this.endNo * ENTRY_DOUBLES === this.cells.length) this.makeRoom();
    const place = this.endNo * ENTRY_DOUBLES;
    this.endNo++;
    if (this.count < this.entriesMax) this.count++;
    return place;
  }

  /** Where the entry of the next fill may stand: `before` it is the newest one. */
  get end(): number {
    return this.endNo * ENTRY_DOUBLES;
  }

  /** Place of the entry before another, and behind it, in the ring. They hold while nothing is pushed that makes the ring larger. */
  before(place: number): number {
    return (place === 0 ? this.cells.length : place) - ENTRY_DOUBLES;
  }

  after(place: number): number {
    return place + ENTRY_DOUBLES === this.cells.length ? 0 : place + ENTRY_DOUBLES;
  }

  private makeRoom(): void {
    if (this.endNo >= this.entriesMax) {
      this.endNo = 0;
      return;
    }
    const grown = new Float64Array(this.cells.length * 2);
    grown.set(this.cells);
    this.cells = grown;
  }
}
