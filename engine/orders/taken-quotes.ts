/**
 * How far each order has taken what its fills need of quotes that left the tape: of each need of a fill (the quote that it met,
 * each of its later mids) the last fill in fold order that has no such need any more.
 *
 * Fold order is by time, and quotes leave by time. So all fills before that one have none either, and one that is folded among
 * them later, late or corrected, has none that a quote still to leave could answer.
 */

import { Int32Column } from '../domain/column.ts';

const NONE = -1;

export class TakenQuotes {
  private readonly rows = new Int32Column(NONE);
  private readonly needs: number;

  /** `needs`: how many a fill has. */
  constructor(needs: number) {
    this.needs = needs;
  }

  /** Row of that fill; -1 before the first. */
  upTo(orderNo: number, need: number): number {
    return this.rows.get(orderNo * this.needs + need);
  }

  takeUpTo(orderNo: number, need: number, row: number): void {
    this.rows.set(orderNo * this.needs + need, row);
  }

  /** A fill leaves the order; `before` is the row before it, or -1. */
  passOver(orderNo: number, row: number, before: number): void {
    for (let need = 0; need < this.needs; need++) if (this.upTo(orderNo, need) === row) this.takeUpTo(orderNo, need, before);
  }

  /** The order leaves with all of its fills. */
  release(orderNo: number): void {
    for (let need = 0; need < this.needs; need++) if (this.upTo(orderNo, need) !== NONE) this.takeUpTo(orderNo, need, NONE);
  }
}
