/**
 * What the sums of one order were before each of its last fills, in fold order, so that a fill that belongs before some of
 * them is folded in its place without folding the order from nothing.
 *
 * A ring of entries of seven doubles. Made for an order whose fills do not come in fold order, see fold-fills.ts.
 */

import { FOLD_TRAIL_FILLS_MAX } from '../domain/limits.ts';

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

export class FoldTrail {
  /** An entry stands from the place that `push` and `pop` tell on. */
  cells = new Float64Array(ENTRIES_MIN * ENTRY_DOUBLES);
  private count = 0;
  /** Number of the entry behind the newest, modulo the entries that there is room for. */
  private end = 0;

  /** How many of the last fills it knows. */
  get length(): number {
    return this.count;
  }

  clear(): void {
    this.count = 0;
    this.end = 0;
  }

  /** Room for the fill that is folded next; the oldest entry goes when there are too many. Returns its place. */
  push(): number {
    if (this.end * ENTRY_DOUBLES === this.cells.length) this.makeRoom();
    const place = this.end * ENTRY_DOUBLES;
    this.end++;
    if (this.count < FOLD_TRAIL_FILLS_MAX) this.count++;
    return place;
  }

  /** Takes the entry of the last fill off. Returns its place, which holds until the next `push`. */
  pop(): number {
    if (this.end === 0) this.end = this.cells.length / ENTRY_DOUBLES;
    this.end--;
    this.count--;
    return this.end * ENTRY_DOUBLES;
  }

  private makeRoom(): void {
    if (this.end >= FOLD_TRAIL_FILLS_MAX) {
      this.end = 0;
      return;
    }
    const grown = new Float64Array(this.cells.length * 2);
    grown.set(this.cells);
    this.cells = grown;
  }
}
