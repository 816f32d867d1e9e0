/**
 * The quotes that have left a full tape, as they were at that moment, for as long as orders have not taken what they need of
 * them (shard/market-met.ts): so that all of them need not take it in one go.
 */

import { countUpTo, placeBefore } from './time-index.ts';


export interface QuoteColumns {
  readonly timesUs: Float64Array;
  readonly sequences: Float64Array;
  readonly bids: Float64Array;
  readonly asks: Float64Array;
}

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
  private readonly quotes: QuoteColumns;

  constructor(quotes: QuoteColumns, orders: Int32Array, sequence: number, stayedFromUs: number, finalUs: number) {
    this.quotes = quotes;
    this.orders = orders;
    this.sequence = sequence;
    this.firstUs = quotes.timesUs[0]!;
    this.stayedFromUs = stayedFromUs;
    this.finalUs = finalUs;
  }

  /** True while there is an order that has not taken what it needs. */
  get isNeeded(): boolean {
    return this.nextOrder < this.orders.length;
  }

  /** Place of the last of them whose (time, sequence) is below the given ones, -1 without one. */
  placeBefore(us: number, sequence: number): number {
    return placeBefore(this.quotes.timesUs, this.quotes.sequences, this.quotes.timesUs.length, us, sequence);
  }

  bidAt(place: number): number {
    return this.quotes.bids[place]!;
  }

  askAt(place: number): number {
    return this.quotes.asks[place]!;
  }

  /** Mid of the last of them at or before `us`, which must not be before the first. */
  midUpTo(us: number): number {
    const place = countUpTo(this.quotes.timesUs, this.quotes.timesUs.length, us) - 1;
    return (this.bidAt(place) + this.askAt(place)) / 2;
  }
}
