/**
 * The valid quotes of one symbol by event time, with the integral of the mid over time: the mid at any moment and the
 * time-weighted average mid of any interval in O(log n).
 *
 * Valid is two-sided, positive and not crossed (a locked quote is valid). Of several quotes at one time the one that
 * came last counts. Late quotes are put where they belong; when the tape is full its older half leaves.
 */

import { ExactSum, exactDifference } from '../domain/exact-sum.ts';
import type { StateReader } from '../domain/state-reader.ts';
import type { StateWriter } from '../domain/state-writer.ts';
import { type MidIntegral, timeWeightedMid, type TimeWeightedMid } from './tape-averages.ts';
import { FIRST, NOWHERE, SUMS_PER_ENTRY, TapeLeaves, TIME_US } from './tape-leaves.ts';

export const BID = 2;
export const ASK = 3;
const INPUT_CELLS = 4;
/** Integral of the mid over time up to each quote's own time, as high and low halves. */
const INTEGRAL_HIGH = 4;
const INTEGRAL_LOW = 5;
const CELLS = 6;

export function isValidQuote(bid: number, ask: number): boolean {
  return bid > 0 && ask > 0 && bid <= ask && Number.isFinite(bid) && Number.isFinite(ask);
}

export class QuoteTape {
  private readonly quotesMax: number;
  /** Everything at or after this time is still here. */
  private windowFromUs = Number.NEGATIVE_INFINITY;
  private readonly quotes = new TapeLeaves(CELLS);
  private readonly integral = new ExactSum();
  /** Place of the first quote without its integral; it and those behind it get it with the next ones, or when somebody wants it. */
  private unsummed = FIRST;

  constructor(quotesMax: number) {
    this.quotesMax = quotesMax;
  }

  /** Puts a valid quote in its place. Returns true when it came late. */
  add(timestampUs: number, sequence: number, bid: number, ask: number): boolean {
    if (this.isFull) this.takeBack(this.letGo());
    // What was around it has left, maybe just now: standing alone it would be taken for the quote of a time that it is not of.
    if (timestampUs < this.windowFromUs) return true;
    const isLate = timestampUs < this.quotes.lastUs;
    const place = this.quotes.add(timestampUs, sequence);
    const cells = this.quotes.cellsOf(place);
    const at = this.quotes.cellOf(place);
    cells[at + BID] = bid;
    cells[at + ASK] = ask;
    this.unsummed = Math.min(this.quotes.settled(this.unsummed), place);
    this.integrateThrough(this.quotes.last, SUMS_PER_ENTRY);
    return isLate;
  }

  /** Mid of the newest quote by event time; NaN before the first. */
  get lastMid(): number {
    return this.midAt(this.quotes.last);
  }

  /** Spread of the newest quote by event time in the price's own unit; NaN before the first. */
  get lastSpread(): number {
    return this.spreadAt(this.quotes.last);
  }

  /** Mid of the last quote at or before `us`; NaN when there is none in the window. */
  midUpTo(us: number): number {
    return this.midAt(this.quotes.upTo(us));
  }

  /** Spread of the last quote at or before `us` in the price's own unit; NaN when there is none in the window. */
  spreadUpTo(us: number): number {
    return this.spreadAt(this.quotes.upTo(us));
  }

  /** Mid of the last quote whose (time, sequence) is below the given ones: the quote that an event met. */
  midBefore(us: number, sequence: number): number {
    return this.midAt(this.quotes.upToBelow(us, sequence));
  }

  /** That quote itself; NaN when there is none in the window. */
  quoteBefore(us: number, sequence: number): { readonly bid: number; readonly ask: number } {
    const place = this.quotes.upToBelow(us, sequence);
    return place === NOWHERE ? { bid: Number.NaN, ask: Number.NaN } : { bid: this.quotes.get(place, BID), ask: this.quotes.get(place, ASK) };
  }

  /** True while the next quote makes the older half leave: what is still needed of it must be kept elsewhere first. */
  get isFull(): boolean {
    return this.quotes.count >= this.quotesMax;
  }

  /** Time of the oldest quote that is here; +Infinity before the first. */
  get firstUs(): number {
    return this.quotes.firstUs;
  }

  /** Of a full tape: the time of the oldest quote that stays when the older half leaves. */
  get staysFromUs(): number {
    return this.quotes.get(this.quotes.placeOf(this.leavingCount), TIME_US);
  }

  /** Lets the older half of a full tape leave, and returns it, for as long as it is needed: see `takeBack`. */
  letGo(): TapeLeaves {
    this.integrateThrough(this.quotes.last);
    const gone = this.quotes.letGo(this.leavingCount);
    this.windowFromUs = this.quotes.firstUs;
    this.unsummed = this.quotes.after(this.quotes.last);
    return gone;
  }

  /** Quotes that have left are not needed any more; their memory is used again. */
  takeBack(gone: TapeLeaves): void {
    this.quotes.takeBack(gone);
  }

  /** True when quotes of that time have been let go of: what is found here then is not what there was. */
  hasLeft(us: number): boolean {
    return us < this.windowFromUs;
  }

  /** True when the quote that counted at `us` is still here. */
  covers(us: number): boolean {
    return us >= this.quotes.firstUs;
  }

  /** Time of the newest quote; -Infinity before the first. */
  get lastUs(): number {
    return this.quotes.lastUs;
  }

  /** Time-weighted average of the last-carried mid over [fromUs, toUs]. An interval of no length: the mid at that time. */
  timeWeightedMid(fromUs: number, toUs: number): TimeWeightedMid {
    return timeWeightedMid(this.midIntegral(fromUs, toUs));
  }

  /** The sums behind timeWeightedMid. */
  midIntegral(fromUs: number, toUs: number): MidIntegral {
    const { quotes } = this;
    const wholeUs = toUs - fromUs;
    const to = quotes.upTo(toUs);
    const endMid = this.midAt(to);
    const coveredFromUs = Math.max(fromUs, quotes.firstUs);
    if (!(coveredFromUs < toUs)) return { integral: 0, coveredUs: 0, wholeUs, endMid };
    const from = quotes.upTo(coveredFromUs);
    this.integrateThrough(to);
    const between = exactDifference(quotes.get(to, INTEGRAL_HIGH), quotes.get(to, INTEGRAL_LOW), quotes.get(from, INTEGRAL_HIGH), quotes.get(from, INTEGRAL_LOW));
    const integral = between - this.midAt(from) * (coveredFromUs - quotes.get(from, TIME_US)) + endMid * (toUs - quotes.get(to, TIME_US));
    return { integral, coveredUs: toUs - coveredFromUs, wholeUs, endMid };
  }

  /** The integral is made again by the first who wants it, from where it is at the first quote. */
  save(out: StateWriter): void {
    out.double(this.windowFromUs);
    out.double(this.quotes.get(FIRST, INTEGRAL_HIGH));
    out.double(this.quotes.get(FIRST, INTEGRAL_LOW));
    out.word(this.quotes.count);
    this.quotes.save(out, INPUT_CELLS);
  }

  /** Into a tape that nothing was added to. */
  load(from: StateReader): void {
    this.windowFromUs = from.double();
    const [high, low] = [from.double(), from.double()];
    const count = from.word();
    this.quotes.load(from, INPUT_CELLS, count);
    if (count === 0) return;
    this.quotes.set(FIRST, INTEGRAL_HIGH, high);
    this.quotes.set(FIRST, INTEGRAL_LOW, low);
    this.unsummed = this.quotes.after(FIRST);
  }

  private get leavingCount(): number {
    return this.quotes.count >> 1;
  }

  private midAt(place: number): number {
    return place === NOWHERE ? Number.NaN : (this.quotes.get(place, BID) + this.quotes.get(place, ASK)) / 2;
  }

  private spreadAt(place: number): number {
    return place === NOWHERE ? Number.NaN : this.quotes.get(place, ASK) - this.quotes.get(place, BID);
  }

  /** Of the quotes up to a place those that have none yet, at most so many. */
  private integrateThrough(last: number, most = Number.POSITIVE_INFINITY): void {
    const { quotes, integral } = this;
    let place = this.unsummed;
    if (place > last) return;
    const before = quotes.before(place);
    let mid = 0;
    let us = 0;
    if (before === NOWHERE) integral.set(0, 0);
    else {
      const cells = quotes.cellsOf(before);
      const at = quotes.cellOf(before);
      mid = (cells[at + BID]! + cells[at + ASK]!) / 2;
      us = cells[at + TIME_US]!;
      integral.set(cells[at + INTEGRAL_HIGH]!, cells[at + INTEGRAL_LOW]!);
    }
    for (let left = most; place <= last && left > 0; left--) {
      const cells = quotes.cellsOf(place);
      const at = quotes.cellOf(place);
      integral.addProduct(mid, cells[at + TIME_US]! - us);
      cells[at + INTEGRAL_HIGH] = integral.high;
      cells[at + INTEGRAL_LOW] = integral.low;
      mid = (cells[at + BID]! + cells[at + ASK]!) / 2;
      us = cells[at + TIME_US]!;
      place = quotes.after(place);
    }
    this.unsummed = place;
  }
}
