/**
 * What was filled at each venue, per order: a short list in the order of first fill, folded with the order's fills.
 *
 * A share is one record of 32 bytes (record-chunks.ts): quantity, notional and fees as doubles, then two words, its venue and
 * the next share of the order.
 */

import { Int32Column } from '../domain/column.ts';
import { CHUNK_MASK, CHUNK_SHIFT, RecordChunks } from '../domain/record-chunks.ts';

const NONE = -1;

const DOUBLES = 4;
const WORDS = 2 * DOUBLES;
/** Places of a share's sums, from `placeOf` on in `cellsOf`. */
export const ShareCell = { QUANTITY: 0, NOTIONAL: 1, FEES: 2 } as const;
const VENUE = 6;
const NEXT = 7;

export interface VenueShare {
  readonly venueNo: number;
  readonly quantity: number;
  readonly notional: number;
  readonly fees: number;
}

export class VenueShares {
  private readonly records = new RecordChunks(DOUBLES);
  private readonly firstOfOrder = new Int32Column(NONE);

  /** The share of a venue, -1 when the order has none there. */
  find(orderNo: number, venueNo: number): number {
    let share = this.firstOfOrder.get(orderNo);
    while (share !== NONE && this.word(share, VENUE) !== venueNo) share = this.word(share, NEXT);
    return share;
  }

  /** Makes the share of a venue where there is none, with nothing in it, as the last of the order. */
  append(orderNo: number, venueNo: number): number {
    const share = this.records.take();
    this.cellsOf(share).fill(0, placeOf(share), placeOf(share) + DOUBLES);
    this.setWord(share, VENUE, venueNo);
    this.setWord(share, NEXT, NONE);
    const last = this.last(orderNo);
    if (last === NONE) this.firstOfOrder.set(orderNo, share);
    else this.setWord(last, NEXT, share);
    return share;
  }

  /** Takes the order's last share off again. */
  removeLast(orderNo: number): void {
    const last = this.last(orderNo);
    const first = this.firstOfOrder.get(orderNo);
    if (first === last) this.firstOfOrder.set(orderNo, NONE);
    else {
      let before = first;
      while (this.word(before, NEXT) !== last) before = this.word(before, NEXT);
      this.setWord(before, NEXT, NONE);
    }
    this.records.free(last);
  }

  clear(orderNo: number): void {
    let share = this.firstOfOrder.get(orderNo);
    while (share !== NONE) {
      const next = this.word(share, NEXT);
      this.records.free(share);
      share = next;
    }
    this.firstOfOrder.set(orderNo, NONE);
  }

  /** The memory that a share stands in, see `placeOf`. */
  cellsOf(share: number): Float64Array {
    return this.records.doubles[share >> CHUNK_SHIFT]!;
  }

  of(orderNo: number): VenueShare[] {
    const shares: VenueShare[] = [];
    for (let share = this.firstOfOrder.get(orderNo); share !== NONE; share = this.word(share, NEXT)) {
      const cells = this.cellsOf(share);
      const at = placeOf(share);
      shares.push({
        venueNo: this.word(share, VENUE),
        quantity: cells[at + ShareCell.QUANTITY]!,
        notional: cells[at + ShareCell.NOTIONAL]!,
        fees: cells[at + ShareCell.FEES]!,
      });
    }
    return shares;
  }

  /** The order's first share, -1 when it has none. */
  first(orderNo: number): number {
    return this.firstOfOrder.get(orderNo);
  }

  /** The share of the same order behind another one, -1 behind the last. */
  next(share: number): number {
    return this.word(share, NEXT);
  }

  venueNo(share: number): number {
    return this.word(share, VENUE);
  }

  private last(orderNo: number): number {
    let last = NONE;
    for (let share = this.firstOfOrder.get(orderNo); share !== NONE; share = this.word(share, NEXT)) last = share;
    return last;
  }

  private word(share: number, word: number): number {
    return this.records.words[share >> CHUNK_SHIFT]![(share & CHUNK_MASK) * WORDS + word]!;
  }

  private setWord(share: number, word: number, value: number): void {
    this.records.words[share >> CHUNK_SHIFT]![(share & CHUNK_MASK) * WORDS + word] = value;
  }
}

/** Where a share begins in its memory. */
export function placeOf(share: number): number {
  return (share & CHUNK_MASK) * DOUBLES;
}
