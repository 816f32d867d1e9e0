/**
 * The quotes that have left a full tape, as they were at that moment, for as long as orders have not taken what they need of
 * them (shard/market-met.ts): so that all of them need not take it in one go.
 */

import { ASK, BID } from './quote-tape.ts';
import type { TapeLeaves } from './tape-leaves.ts';

export class DepartedQuotes {
  /** Of the input with which they left. */
  readonly sequence: number;
  /** Time of the oldest of them, and of the oldest quote that stayed. */
  readonly firstUs: number;
  readonly stayedFromUs: number;
  /** Mids up to here were final then. */
  readonly finalUs: number;
  /** The orders that may need something of them; those from `nextOrder` on have still to take it. */
  readonly orders: Int32Array;
  nextOrder = 0;
  readonly quotes: TapeLeaves;

  constructor(quotes: TapeLeaves, orders: Int32Array, sequence: number, stayedFromUs: number, finalUs: number) {
    this.quotes = quotes;
    this.orders = orders;
    this.sequence = sequence;
    this.firstUs = quotes.firstUs;
    this.stayedFromUs = stayedFromUs;
    this.finalUs = finalUs;
  }

  /** True while there is an order that has not taken what it needs. */
  get isNeeded(): boolean {
    return this.nextOrder < this.orders.length;
  }

  /** Place of the last of them whose (time, sequence) is below the given ones, NOWHERE without one. */
  placeBefore(us: number, sequence: number): number {
    return this.quotes.upToBelow(us, sequence);
  }

  bidAt(place: number): number {
    return this.quotes.get(place, BID);
  }

  askAt(place: number): number {
    return this.quotes.get(place, ASK);
  }

  /** Mid of the last of them at or before `us`, which must not be before the first. */
  midUpTo(us: number): number {
    const place = this.quotes.upTo(us);
    return (this.bidAt(place) + this.askAt(place)) / 2;
  }
}
