/**
 * The signs of the trades that come by themselves: several large orders are worked at the same time, each in many trades of its own
 * sign, and their sizes have a Pareto tail. The signs then remember for very long: their autocorrelation falls like lag^(1 - alpha).
 *
 * Source: Lillo, Mike and Farmer (2005), Theory for long memory in supply and demand, Physical Review E 71, 066122.
 */

import type { RandomStream } from '../random/random-stream.ts';

/** Large orders at work at any time. */
const METAORDERS = 5;
/** Tail exponent of their number of trades. */
const ALPHA = 1.5;
const TRADES_MIN = 1;
const TRADES_MAX = 2_000;

export class OrderFlow {
  private readonly stream: RandomStream;
  private readonly signs = new Int8Array(METAORDERS);
  private readonly tradesLeft = new Float64Array(METAORDERS);
  private buyers = 0;

  constructor(stream: RandomStream) {
    this.stream = stream;
    for (let i = 0; i < METAORDERS; i++) this.renew(i);
  }

  /** Probability that the next sign is +1. */
  get buyShare(): number {
    return this.buyers / METAORDERS;
  }

  next(): 1 | -1 {
    const i = this.stream.integer(0, METAORDERS - 1);
    const sign = this.signs[i] === 1 ? 1 : -1;
    this.tradesLeft[i]!--;
    if (this.tradesLeft[i]! < 1) this.renew(i);
    return sign;
  }

  private renew(i: number): void {
    if (this.signs[i] === 1) this.buyers--;
    this.signs[i] = this.stream.chance(0.5) ? 1 : -1;
    if (this.signs[i] === 1) this.buyers++;
    this.tradesLeft[i] = Math.min(TRADES_MAX, Math.floor(this.stream.pareto(TRADES_MIN, ALPHA)));
  }
}
