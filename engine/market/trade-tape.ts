/**
 * The eligible trades of one symbol by event time, with prefix sums: volume and VWAP of any interval in O(log n).
 *
 * A trade that comes late is put where its time belongs and the sums behind it are made anew. When the tape is full its
 * older half leaves; intervals that begin before `windowFromUs` are then undefined, never guessed.
 */

import type { StateReader } from '../domain/state-reader.ts';
import type { StateWriter } from '../domain/state-writer.ts';
import { ExactSum, exactDifference } from '../domain/exact-sum.ts';
import { PriceRanks } from './price-ranks.ts';
import { type FirstVolume, priceOfFirst, shareAbove, vwap } from './tape-averages.ts';
import { CAPACITY_MIN, capacityFor, firstCapacity, grown, nextCapacity, SUMS_PER_ENTRY } from './tape-columns.ts';
import { countBefore, countUpTo } from './time-index.ts';


export class TradeTape {
  private readonly tradesMax: number;
  private count = 0;
  private timesUs = new Float64Array(CAPACITY_MIN);
  private sequences = new Float64Array(CAPACITY_MIN);
  private prices = new Float64Array(CAPACITY_MIN);
  private quantities = new Float64Array(CAPACITY_MIN);
  /** Prefix sums including the trade itself, as high and low halves. */
  private volumeHigh = new Float64Array(CAPACITY_MIN);
  private volumeLow = new Float64Array(CAPACITY_MIN);
  private notionalHigh = new Float64Array(CAPACITY_MIN);
  private notionalLow = new Float64Array(CAPACITY_MIN);
  private readonly volume = new ExactSum();
  private readonly notional = new ExactSum();
  /** So many trades have theirs; the others get them with the next ones, or when somebody wants them. */
  private summed = 0;
  private readonly ranks = new PriceRanks();
  /** Everything at or after this time is still here. */
  windowFromUs = Number.NEGATIVE_INFINITY;
  /** The prefix sums of what has left the window. */
  private readonly leftVolume = new ExactSum();
  private readonly leftNotional = new ExactSum();
  /** Price of the newest trade by event time, NaN before the first. */
  lastPrice = Number.NaN;

  constructor(tradesMax: number) {
    this.tradesMax = tradesMax;
    this.grow(Math.min(firstCapacity(), tradesMax));
  }

  /** Puts a trade in its place. Returns true when it came late: something later by event time was there before it. */
  add(timestampUs: number, sequence: number, price: number, quantity: number): boolean {
    if (this.count >= this.tradesMax || this.count === this.timesUs.length) this.makeRoom();
    if (timestampUs < this.windowFromUs) return true;
    const at = countUpTo(this.timesUs, this.count, timestampUs);
    const isLate = at < this.count;
    if (isLate) {
      for (const column of [this.timesUs, this.sequences, this.prices, this.quantities]) column.copyWithin(at + 1, at, this.count);
      this.ranks.forgetFrom(at);
    }
    this.timesUs[at] = timestampUs;
    this.sequences[at] = sequence;
    this.prices[at] = price;
    this.quantities[at] = quantity;
    this.count++;
    this.summed = Math.min(this.summed, at);
    this.sumUpTo(Math.min(this.count, this.summed + SUMS_PER_ENTRY));
    this.lastPrice = this.prices[this.count - 1]!;
    return isLate;
  }

  /** Time of the newest trade; -Infinity before the first. */
  get lastUs(): number {
    return this.count === 0 ? Number.NEGATIVE_INFINITY : this.timesUs[this.count - 1]!;
  }

  /** True when trades of that time have been let go of. */
  hasLeft(us: number): boolean {
    return us < this.windowFromUs;
  }

  /** Price of the last trade whose (time, sequence) is below the given ones; NaN when there is none. */
  priceBefore(us: number, sequence: number): number {
    let upTo = countUpTo(this.timesUs, this.count, us);
    while (upTo > 0 && this.timesUs[upTo - 1] === us && this.sequences[upTo - 1]! >= sequence) upTo--;
    return upTo === 0 ? Number.NaN : this.prices[upTo - 1]!;
  }

  /** Quantity traded in [fromUs, toUs], both ends included. NaN when the interval begins before the window. */
  volumeBetween(fromUs: number, toUs: number): number {
    if (fromUs < this.windowFromUs) return Number.NaN;
    const from = countBefore(this.timesUs, this.count, fromUs);
    const to = countUpTo(this.timesUs, this.count, toUs);
    return to > from ? this.difference(this.volumeHigh, this.volumeLow, this.leftVolume, from, to) : 0;
  }

  /** Volume-weighted average price of [fromUs, toUs]. NaN without a trade, or when it begins before the window. */
  vwapBetween(fromUs: number, toUs: number): number {
    return vwap(this.notionalBetween(fromUs, toUs), this.volumeBetween(fromUs, toUs));
  }

  /** Sum of price * quantity in [fromUs, toUs]. NaN when the interval begins before the window. */
  notionalBetween(fromUs: number, toUs: number): number {
    if (fromUs < this.windowFromUs) return Number.NaN;
    const from = countBefore(this.timesUs, this.count, fromUs);
    const to = countUpTo(this.timesUs, this.count, toUs);
    return to > from ? this.difference(this.notionalHigh, this.notionalLow, this.leftNotional, from, to) : 0;
  }

  /**
   * VWAP of the first `volume` traded in [fromUs, untilUs]; of the trade in which it is reached only the part that is
   * needed counts. `reached` is the share of the volume that there has been, at most 1; the price is NaN below 1, and both
   * when the interval begins before the window.
   */
  vwapOfFirst(volume: number, fromUs: number, untilUs: number): { readonly price: number; readonly reached: number } {
    return priceOfFirst(volume, this.firstVolume(volume, fromUs, untilUs));
  }

  /** The sums behind vwapOfFirst. */
  firstVolume(volume: number, fromUs: number, untilUs: number): FirstVolume {
    const traded = this.volumeBetween(fromUs, untilUs);
    if (!(volume > 0) || !(traded >= volume)) return { traded, volumeBefore: Number.NaN, turnoverBefore: Number.NaN, lastPrice: Number.NaN };
    const from = countBefore(this.timesUs, this.count, fromUs);
    let low = from;
    let high = this.count - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.difference(this.volumeHigh, this.volumeLow, this.leftVolume, from, middle + 1) < volume) low = middle + 1;
      else high = middle;
    }
    const volumeBefore = low === from ? 0 : this.difference(this.volumeHigh, this.volumeLow, this.leftVolume, from, low);
    const turnoverBefore = low === from ? 0 : this.difference(this.notionalHigh, this.notionalLow, this.leftNotional, from, low);
    return { traded, volumeBefore, turnoverBefore, lastPrice: this.prices[low]! };
  }

  /**
   * Share of the volume in [fromUs, toUs] at prices above `price`, those at it counted half.
   * NaN without a trade, or when the interval begins before the window.
   */
  shareAbove(price: number, fromUs: number, toUs: number): number {
    const volume = this.volumeBetween(fromUs, toUs);
    if (!(volume > 0)) return Number.NaN;
    const around = this.around(price, fromUs, toUs);
    return shareAbove(around.above, around.at, volume);
  }

  /** Volume above and at `price` in [fromUs, toUs], and all of it; NaN when the interval begins before the window. */
  volumeAround(price: number, fromUs: number, toUs: number): { readonly above: number; readonly at: number; readonly volume: number } {
    const volume = this.volumeBetween(fromUs, toUs);
    return volume > 0 ? { ...this.around(price, fromUs, toUs), volume } : { above: Number.NaN, at: Number.NaN, volume };
  }

  /** Valid until the next call. */
  private around(price: number, fromUs: number, toUs: number): { readonly above: number; readonly at: number } {
    const from = countBefore(this.timesUs, this.count, fromUs);
    const to = countUpTo(this.timesUs, this.count, toUs);
    return this.ranks.volumeAround(price, this.prices, this.quantities, from, to);
  }

  /** The prefix sums are made again where they are wanted. */
  save(out: StateWriter): void {
    out.double(this.windowFromUs);
    for (const left of [this.leftVolume, this.leftNotional]) {
      out.double(left.high);
      out.double(left.low);
    }
    out.word(this.count);
    for (const column of [this.timesUs, this.sequences, this.prices, this.quantities]) out.doubles(column, this.count);
  }

  /** Into a tape that nothing was added to. */
  load(from: StateReader): void {
    this.windowFromUs = from.double();
    for (const left of [this.leftVolume, this.leftNotional]) left.set(from.double(), from.double());
    const count = from.word();
    this.grow(capacityFor(count));
    for (const column of [this.timesUs, this.sequences, this.prices, this.quantities]) from.doubles(column, count);
    this.count = count;
    if (count > 0) this.lastPrice = this.prices[count - 1]!;
  }

  private difference(high: Float64Array, low: Float64Array, left: ExactSum, from: number, to: number): number {
    this.sumUpTo(to);
    const beforeHigh = from === 0 ? left.high : high[from - 1]!;
    const beforeLow = from === 0 ? left.low : low[from - 1]!;
    return exactDifference(high[to - 1]!, low[to - 1]!, beforeHigh, beforeLow);
  }

  /** Of the first `end` trades those that have none yet. */
  private sumUpTo(end: number): void {
    if (this.summed >= end) return;
    if (this.summed === 0) {
      this.volume.set(this.leftVolume.high, this.leftVolume.low);
      this.notional.set(this.leftNotional.high, this.leftNotional.low);
    } else {
      this.volume.set(this.volumeHigh[this.summed - 1]!, this.volumeLow[this.summed - 1]!);
      this.notional.set(this.notionalHigh[this.summed - 1]!, this.notionalLow[this.summed - 1]!);
    }
    for (let i = this.summed; i < end; i++) {
      this.volume.add(this.quantities[i]!);
      this.notional.addProduct(this.prices[i]!, this.quantities[i]!);
      this.volumeHigh[i] = this.volume.high;
      this.volumeLow[i] = this.volume.low;
      this.notionalHigh[i] = this.notional.high;
      this.notionalLow[i] = this.notional.low;
    }
    this.summed = end;
  }

  private makeRoom(): void {
    if (this.count < this.tradesMax) return this.grow(Math.min(nextCapacity(this.timesUs.length), this.tradesMax));
    this.sumUpTo(this.count);
    const leaving = this.count >> 1;
    this.leftVolume.set(this.volumeHigh[leaving - 1]!, this.volumeLow[leaving - 1]!);
    this.leftNotional.set(this.notionalHigh[leaving - 1]!, this.notionalLow[leaving - 1]!);
    // A trade at the very time of the last one that leaves would be half in: the window begins behind it.
    this.windowFromUs = this.timesUs[leaving - 1]! + 1;
    for (const column of this.columns()) column.copyWithin(0, leaving, this.count);
    this.count -= leaving;
    this.summed = this.count;
    this.ranks.forgetFrom(0);
  }

  private grow(capacity: number): void {
    if (capacity <= this.timesUs.length) return;
    this.timesUs = grown(this.timesUs, capacity);
    this.sequences = grown(this.sequences, capacity);
    this.prices = grown(this.prices, capacity);
    this.quantities = grown(this.quantities, capacity);
    this.volumeHigh = grown(this.volumeHigh, capacity);
    this.volumeLow = grown(this.volumeLow, capacity);
    this.notionalHigh = grown(this.notionalHigh, capacity);
    this.notionalLow = grown(this.notionalLow, capacity);
  }

  private columns(): Float64Array[] {
    return [
      this.timesUs,
      this.sequences,
      this.prices,
      this.quantities,
      this.volumeHigh,
      this.volumeLow,
      this.notionalHigh,
      this.notionalLow,
    ];
  }
}
