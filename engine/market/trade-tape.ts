/**
 * The eligible trades of one symbol by event time, with prefix sums: volume and VWAP of any interval in O(log n).
 *
 * A trade that comes late is put where its time belongs and the sums behind it are made anew. When the tape is full its
 * older half leaves; intervals that begin before `windowFromUs` are then undefined, never guessed.
 */

import { ExactSum, exactDifference } from '../domain/exact-sum.ts';
import type { StateReader } from '../domain/state-reader.ts';
import type { StateWriter } from '../domain/state-writer.ts';
import { PriceRanks } from './price-ranks.ts';
import { type FirstVolume, priceOfFirst, shareAbove, vwap } from './tape-averages.ts';
import { FIRST, NOWHERE, SUMS_PER_ENTRY, TapeLeaves } from './tape-leaves.ts';

const PRICE = 2;
const QUANTITY = 3;
const INPUT_CELLS = 4;
/** Prefix sums including the trade itself, as high and low halves; the low half of each stands behind its high one. */
const VOLUME_HIGH = 4;
const VOLUME_LOW = 5;
const NOTIONAL_HIGH = 6;
const NOTIONAL_LOW = 7;
const CELLS = 8;

export class TradeTape {
  private readonly tradesMax: number;
  private readonly trades = new TapeLeaves(CELLS);
  private readonly volume = new ExactSum();
  private readonly notional = new ExactSum();
  /** Place of the first trade without its sums; it and those behind it get them with the next ones, or when somebody wants them. */
  private unsummed = FIRST;
  private readonly ranks = new PriceRanks(this.trades, PRICE, QUANTITY);
  /** Everything at or after this time is still here. */
  windowFromUs = Number.NEGATIVE_INFINITY;
  /** The prefix sums of what has left the window. */
  private readonly leftVolume = new ExactSum();
  private readonly leftNotional = new ExactSum();
  /** Price of the newest trade by event time, NaN before the first. */
  lastPrice = Number.NaN;

  constructor(tradesMax: number) {
    this.tradesMax = tradesMax;
  }

  /** Puts a trade in its place. Returns true when it came late: something later by event time was there before it. */
  add(timestampUs: number, sequence: number, price: number, quantity: number): boolean {
    const { trades } = this;
    if (trades.count >= this.tradesMax) this.letGo();
    if (timestampUs < this.windowFromUs) return true;
    const isLate = timestampUs < trades.lastUs;
    const place = trades.add(timestampUs, sequence);
    trades.set(place, PRICE, price);
    trades.set(place, QUANTITY, quantity);
    this.unsummed = Math.min(trades.settled(this.unsummed), place);
    this.sumThrough(trades.last, SUMS_PER_ENTRY);
    if (!isLate) this.lastPrice = price;
    return isLate;
  }

  /** Time of the newest trade; -Infinity before the first. */
  get lastUs(): number {
    return this.trades.lastUs;
  }

  /** True when trades of that time have been let go of. */
  hasLeft(us: number): boolean {
    return us < this.windowFromUs;
  }

  /** Price of the last trade whose (time, sequence) is below the given ones; NaN when there is none. */
  priceBefore(us: number, sequence: number): number {
    const place = this.trades.upToBelow(us, sequence);
    return place === NOWHERE ? Number.NaN : this.trades.get(place, PRICE);
  }

  /** Quantity traded in [fromUs, toUs], both ends included. NaN when the interval begins before the window. */
  volumeBetween(fromUs: number, toUs: number): number {
    if (fromUs < this.windowFromUs) return Number.NaN;
    return this.difference(VOLUME_HIGH, this.leftVolume, this.trades.upToBefore(fromUs), this.trades.upTo(toUs));
  }

  /** Volume-weighted average price of [fromUs, toUs]. NaN without a trade, or when it begins before the window. */
  vwapBetween(fromUs: number, toUs: number): number {
    return vwap(this.notionalBetween(fromUs, toUs), this.volumeBetween(fromUs, toUs));
  }

  /** Sum of price * quantity in [fromUs, toUs]. NaN when the interval begins before the window. */
  notionalBetween(fromUs: number, toUs: number): number {
    if (fromUs < this.windowFromUs) return Number.NaN;
    return this.difference(NOTIONAL_HIGH, this.leftNotional, this.trades.upToBefore(fromUs), this.trades.upTo(toUs));
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
    const { trades } = this;
    const before = trades.upToBefore(fromUs);
    const volumeThrough = (place: number): number => this.difference(VOLUME_HIGH, this.leftVolume, before, place);
    const reached = trades.firstWhere(trades.after(before), trades.upTo(untilUs), (place) => volumeThrough(place) >= volume);
    const last = trades.before(reached);
    const volumeBefore = volumeThrough(last);
    const turnoverBefore = this.difference(NOTIONAL_HIGH, this.leftNotional, before, last);
    return { traded, volumeBefore, turnoverBefore, lastPrice: trades.get(reached, PRICE) };
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
    return this.ranks.volumeAround(price, this.trades.upToBefore(fromUs), this.trades.upTo(toUs));
  }

  /** The prefix sums are made again where they are wanted. */
  save(out: StateWriter): void {
    out.double(this.windowFromUs);
    for (const left of [this.leftVolume, this.leftNotional]) {
      out.double(left.high);
      out.double(left.low);
    }
    out.word(this.trades.count);
    this.trades.save(out, INPUT_CELLS);
  }

  /** Into a tape that nothing was added to. */
  load(from: StateReader): void {
    this.windowFromUs = from.double();
    for (const left of [this.leftVolume, this.leftNotional]) left.set(from.double(), from.double());
    this.trades.load(from, INPUT_CELLS, from.word());
    if (this.trades.last !== NOWHERE) this.lastPrice = this.trades.get(this.trades.last, PRICE);
  }

  /** Of one sum, what the trades behind `before` up to `last` have added to it. */
  private difference(high: number, left: ExactSum, before: number, last: number): number {
    if (!(last > before)) return 0;
    this.sumThrough(last);
    const { trades } = this;
    const low = high + 1;
    const beforeHigh = before === NOWHERE ? left.high : trades.get(before, high);
    const beforeLow = before === NOWHERE ? left.low : trades.get(before, low);
    return exactDifference(trades.get(last, high), trades.get(last, low), beforeHigh, beforeLow);
  }

  /** Of the trades up to a place those that have no sums yet, at most so many. */
  private sumThrough(last: number, most = Number.POSITIVE_INFINITY): void {
    if (this.unsummed > last) return;
    const { trades, volume, notional, leftVolume, leftNotional } = this;
    let place = this.unsummed;
    const before = trades.before(place);
    if (before === NOWHERE) {
      volume.set(leftVolume.high, leftVolume.low);
      notional.set(leftNotional.high, leftNotional.low);
    } else {
      volume.set(trades.get(before, VOLUME_HIGH), trades.get(before, VOLUME_LOW));
      notional.set(trades.get(before, NOTIONAL_HIGH), trades.get(before, NOTIONAL_LOW));
    }
    for (let left = most; place <= last && left > 0; left--) {
      const cells = trades.cellsOf(place);
      const at = trades.cellOf(place);
      volume.add(cells[at + QUANTITY]!);
      notional.addProduct(cells[at + PRICE]!, cells[at + QUANTITY]!);
      cells[at + VOLUME_HIGH] = volume.high;
      cells[at + VOLUME_LOW] = volume.low;
      cells[at + NOTIONAL_HIGH] = notional.high;
      cells[at + NOTIONAL_LOW] = notional.low;
      place = trades.after(place);
    }
    this.unsummed = place;
  }

  /** Lets the older half of a full tape leave. */
  private letGo(): void {
    const { trades } = this;
    this.sumThrough(trades.last);
    const gone = trades.letGo(trades.count >> 1);
    const last = gone.last;
    this.leftVolume.set(gone.get(last, VOLUME_HIGH), gone.get(last, VOLUME_LOW));
    this.leftNotional.set(gone.get(last, NOTIONAL_HIGH), gone.get(last, NOTIONAL_LOW));
    // A trade at the very time of the last one that leaves would be half in: the window begins behind it.
    this.windowFromUs = gone.lastUs + 1;
    trades.takeBack(gone);
    this.unsummed = trades.after(trades.last);
  }
}
