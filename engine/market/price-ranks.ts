/**
 * How much of a stretch of trades was above, and how much at, a price: leaves of trades kept sorted by price with the
 * volume above each, so that a long stretch costs one search a leaf. A leaf is sorted when it is first asked for.
 */

import { ExactSum } from '../domain/exact-sum.ts';
import type { Leaf } from './leaf.ts';
import type { TapeLeaves } from './tape-leaves.ts';

/** An average price is a quotient: within this share of it a trade's price counts as equal. Far below any tick. */
const TIE = 1e-10;

/** What is kept with a leaf. */
class SortedLeaf {
  readonly prices: Float64Array;
  /** Volume of the trades from each place on, in rising order of price, as high and low halves; one longer than `prices`. */
  readonly volumeHigh: Float64Array;
  readonly volumeLow: Float64Array;

  constructor(prices: Float64Array, quantities: Float64Array) {
    const order = Array.from(prices.keys()).sort((a, b) => prices[a]! - prices[b]! || a - b);
    this.prices = Float64Array.from(order, (i) => prices[i]!);
    this.volumeHigh = new Float64Array(order.length + 1);
    this.volumeLow = new Float64Array(order.length + 1);
    const volume = new ExactSum();
    for (let i = order.length - 1; i >= 0; i--) {
      volume.add(quantities[order[i]!]!);
      this.volumeHigh[i] = volume.high;
      this.volumeLow[i] = volume.low;
    }
  }
}

export class PriceRanks {
  private readonly trades: TapeLeaves;
  private readonly priceCell: number;
  private readonly quantityCell: number;
  /** In so many bits that it does not matter which trades share a leaf: late ones change that, and a restart does. */
  private readonly above = new ExactSum();
  private readonly at = new ExactSum();

  constructor(trades: TapeLeaves, priceCell: number, quantityCell: number) {
    this.trades = trades;
    this.priceCell = priceCell;
    this.quantityCell = quantityCell;
  }

  /** Volume above and at `price` among the trades behind `before` up to `last`. */
  volumeAround(price: number, before: number, last: number): { readonly above: number; readonly at: number } {
    this.above.set(0, 0);
    this.at.set(0, 0);
    const low = price * (1 - TIE);
    const high = price * (1 + TIE);
    for (let place = this.trades.after(before); place <= last; ) {
      const leaf = this.trades.leafAt(place);
      const lastOfLeaf = this.trades.lastOfLeaf(place);
      const from = leaf.count - 1 - (lastOfLeaf - place);
      const isWhole = from === 0 && lastOfLeaf <= last;
      // The newest leaf changes with every trade until it is full.
      if (isWhole && (leaf.isFull || lastOfLeaf < this.trades.last)) this.addLeaf(leaf, low, high);
      else this.addEach(leaf, from, leaf.count - Math.max(0, lastOfLeaf - last), low, high);
      place = this.trades.after(lastOfLeaf);
    }
    return { above: this.above.high, at: this.at.high };
  }

  private addEach(leaf: Leaf, from: number, to: number, low: number, high: number): void {
    const { cells, width } = leaf;
    for (let at = from * width; at < to * width; at += width) {
      const price = cells[at + this.priceCell]!;
      if (price > high) this.above.add(cells[at + this.quantityCell]!);
      else if (price >= low) this.at.add(cells[at + this.quantityCell]!);
    }
  }

  private addLeaf(leaf: Leaf, low: number, high: number): void {
    leaf.sorted ??= new SortedLeaf(leaf.column(this.priceCell), leaf.column(this.quantityCell));
    const { prices, volumeHigh, volumeLow } = leaf.sorted as SortedLeaf;
    const firstAt = lowerBound(prices, low, false);
    const firstAbove = lowerBound(prices, high, true);
    this.above.add(volumeLow[firstAbove]!);
    this.above.add(volumeHigh[firstAbove]!);
    if (firstAbove === firstAt) return;
    this.at.add(volumeLow[firstAt]! - volumeLow[firstAbove]!);
    this.at.add(volumeHigh[firstAt]!);
    this.at.add(-volumeHigh[firstAbove]!);
  }
}

/** The first place whose price is at or above `price`, or above it when `strictly`. */
function lowerBound(sorted: Float64Array, price: number, strictly: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const isBelow = strictly ? sorted[middle]! <= price : sorted[middle]! < price;
    if (isBelow) low = middle + 1;
    else high = middle;
  }
  return low;
}
