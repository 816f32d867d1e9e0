/**
 * The valid quotes of one symbol by event time, with the integral of the mid over time: the mid at any moment and the
 * time-weighted average mid of any interval in O(log n).
 *
 * Valid is two-sided, positive and not crossed (a locked quote is valid). Of several quotes at one time the one that
 * came last counts. Late quotes are put where they belong; when the tape is full its older half leaves.
 */

import type { StateReader } from '../domain/state-reader.ts';
import type { StateWriter } from '../domain/state-writer.ts';
import type { QuoteColumns } from './departed-quotes.ts';
import { ExactSum, exactDifference } from '../domain/exact-sum.ts';
import { type MidIntegral, timeWeightedMid, type TimeWeightedMid } from './tape-averages.ts';
import { CAPACITY_MIN, capacityFor, firstCapacity, grown, nextCapacity, SUMS_PER_ENTRY } from './tape-columns.ts';
import { countUpTo, placeBefore } from './time-index.ts';


export function isValidQuote(bid: number, ask: number): boolean {
  return bid > 0 && ask > 0 && bid <= ask && Number.isFinite(bid) && Number.isFinite(ask);
}

export class QuoteTape {
  private readonly quotesMax: number;
  /** Everything at or after this time is still here. */
  private windowFromUs = Number.NEGATIVE_INFINITY;
  private count = 0;
  private timesUs = new Float64Array(CAPACITY_MIN);
  private sequences = new Float64Array(CAPACITY_MIN);
  private bids = new Float64Array(CAPACITY_MIN);
  private asks = new Float64Array(CAPACITY_MIN);
  /** Integral of the mid over time up to each quote's own time, as high and low halves. */
  private integralHigh = new Float64Array(CAPACITY_MIN);
  private integralLow = new Float64Array(CAPACITY_MIN);
  private readonly integral = new ExactSum();
  /** So many quotes have theirs; the others get it with the next ones, or when somebody wants it. */
  private integrated = 0;

  constructor(quotesMax: number) {
    this.quotesMax = quotesMax;
    this.grow(Math.min(firstCapacity(), quotesMax));
  }

  /** Puts a valid quote in its place. Returns true when it came late. */
  add(timestampUs: number, sequence: number, bid: number, ask: number): boolean {
    if (this.isFull || this.count === this.timesUs.length) this.makeRoom();
    // What was around it has left, maybe just now: standing alone it would be taken for the quote of a time that it is not of.
    if (timestampUs < this.windowFromUs) return true;
    const at = countUpTo(this.timesUs, this.count, timestampUs);
    const isLate = at < this.count;
    if (isLate) {
      for (const column of [this.timesUs, this.sequences, this.bids, this.asks]) column.copyWithin(at + 1, at, this.count);
    }
    this.timesUs[at] = timestampUs;
    this.sequences[at] = sequence;
    this.bids[at] = bid;
    this.asks[at] = ask;
    this.count++;
    this.integrated = Math.min(this.integrated, at);
    this.integrateUpTo(Math.min(this.count, this.integrated + SUMS_PER_ENTRY));
    return isLate;
  }

  /** Mid of the newest quote by event time; NaN before the first. */
  get lastMid(): number {
    return this.count === 0 ? Number.NaN : this.midAt(this.count - 1);
  }

  /** Spread of the newest quote by event time in the price's own unit; NaN before the first. */
  get lastSpread(): number {
    return this.count === 0 ? Number.NaN : this.asks[this.count - 1]! - this.bids[this.count - 1]!;
  }

  /** Mid of the last quote at or before `us`; NaN when there is none in the window. */
  midUpTo(us: number): number {
    const upTo = countUpTo(this.timesUs, this.count, us);
    return upTo === 0 ? Number.NaN : this.midAt(upTo - 1);
  }

  /** Spread of the last quote at or before `us` in the price's own unit; NaN when there is none in the window. */
  spreadUpTo(us: number): number {
    const upTo = countUpTo(this.timesUs, this.count, us);
    return upTo === 0 ? Number.NaN : this.asks[upTo - 1]! - this.bids[upTo - 1]!;
  }

  /** Mid of the last quote whose (time, sequence) is below the given ones: the quote that an event met. */
  midBefore(us: number, sequence: number): number {
    const place = placeBefore(this.timesUs, this.sequences, this.count, us, sequence);
    return place < 0 ? Number.NaN : this.midAt(place);
  }

  /** That quote itself; NaN when there is none in the window. */
  quoteBefore(us: number, sequence: number): { readonly bid: number; readonly ask: number } {
    const place = placeBefore(this.timesUs, this.sequences, this.count, us, sequence);
    return place < 0 ? { bid: Number.NaN, ask: Number.NaN } : { bid: this.bids[place]!, ask: this.asks[place]! };
  }

  /** True while the next quote makes the older half leave: what is still needed of it must be kept elsewhere first. */
  get isFull(): boolean {
    return this.count >= this.quotesMax;
  }

  /** Time of the oldest quote that is here; +Infinity before the first. */
  get firstUs(): number {
    return this.count === 0 ? Number.POSITIVE_INFINITY : this.timesUs[0]!;
  }

  /** Of a full tape: the time of the oldest quote that stays when the older half leaves. */
  get staysFromUs(): number {
    return this.timesUs[this.count >> 1]!;
  }

  /** Of a full tape: a copy of the older half, which leaves with the next quote. */
  copyOfLeaving(): QuoteColumns {
    const leaving = this.count >> 1;
    return {
      timesUs: this.timesUs.slice(0, leaving),
      sequences: this.sequences.slice(0, leaving),
      bids: this.bids.slice(0, leaving),
      asks: this.asks.slice(0, leaving),
    };
  }

  /** True when quotes of that time have been let go of: what is found here then is not what there was. */
  hasLeft(us: number): boolean {
    return us < this.windowFromUs;
  }

  /** True when the quote that counted at `us` is still here. */
  covers(us: number): boolean {
    return this.count > 0 && us >= this.timesUs[0]!;
  }

  /** Time of the newest quote; -Infinity before the first. */
  get lastUs(): number {
    return this.count === 0 ? Number.NEGATIVE_INFINITY : this.timesUs[this.count - 1]!;
  }

  /** Time-weighted average of the last-carried mid over [fromUs, toUs]. An interval of no length: the mid at that time. */
  timeWeightedMid(fromUs: number, toUs: number): TimeWeightedMid {
    return timeWeightedMid(this.midIntegral(fromUs, toUs));
  }

  /** The sums behind timeWeightedMid. */
  midIntegral(fromUs: number, toUs: number): MidIntegral {
    const wholeUs = toUs - fromUs;
    const endMid = this.midUpTo(toUs);
    const coveredFromUs = this.count === 0 ? Number.POSITIVE_INFINITY : Math.max(fromUs, this.timesUs[0]!);
    this.integrateUpTo(this.count);
    if (!(coveredFromUs < toUs)) return { integral: 0, coveredUs: 0, wholeUs, endMid };
    const from = countUpTo(this.timesUs, this.count, coveredFromUs) - 1;
    const to = countUpTo(this.timesUs, this.count, toUs) - 1;
    const between = exactDifference(this.integralHigh[to]!, this.integralLow[to]!, this.integralHigh[from]!, this.integralLow[from]!);
    const integral = between - this.midAt(from) * (coveredFromUs - this.timesUs[from]!) + this.midAt(to) * (toUs - this.timesUs[to]!);
    return { integral, coveredUs: toUs - coveredFromUs, wholeUs, endMid };
  }

  /** The integral is made again by the first who wants it, from where it is at the first quote. */
  save(out: StateWriter): void {
    out.double(this.windowFromUs);
    out.double(this.integralHigh[0]!);
    out.double(this.integralLow[0]!);
    out.word(this.count);
    for (const column of [this.timesUs, this.sequences, this.bids, this.asks]) out.doubles(column, this.count);
  }

  /** Into a tape that nothing was added to. */
  load(from: StateReader): void {
    this.windowFromUs = from.double();
    this.integralHigh[0] = from.double();
    this.integralLow[0] = from.double();
    const count = from.word();
    this.grow(capacityFor(count));
    for (const column of [this.timesUs, this.sequences, this.bids, this.asks]) from.doubles(column, count);
    this.count = count;
    this.integrated = Math.min(1, count);
  }

  private midAt(place: number): number {
    return (this.bids[place]! + this.asks[place]!) / 2;
  }

  /** Of the first `end` quotes those that have none yet. */
  private integrateUpTo(end: number): void {
    for (let i = this.integrated; i < end; i++) {
      if (i === 0) this.integral.set(0, 0);
      else {
        this.integral.set(this.integralHigh[i - 1]!, this.integralLow[i - 1]!);
        this.integral.addProduct(this.midAt(i - 1), this.timesUs[i]! - this.timesUs[i - 1]!);
      }
      this.integralHigh[i] = this.integral.high;
      this.integralLow[i] = this.integral.low;
    }
    this.integrated = Math.max(this.integrated, end);
  }

  private makeRoom(): void {
    if (!this.isFull) return this.grow(Math.min(nextCapacity(this.timesUs.length), this.quotesMax));
    this.integrateUpTo(this.count);
    const leaving = this.count >> 1;
    this.windowFromUs = this.timesUs[leaving]!;
    for (const column of [this.timesUs, this.sequences, this.bids, this.asks, this.integralHigh, this.integralLow]) column.copyWithin(0, leaving, this.count);
    this.count -= leaving;
    this.integrated = this.count;
  }

  private grow(capacity: number): void {
    if (capacity <= this.timesUs.length) return;
    this.timesUs = grown(this.timesUs, capacity);
    this.sequences = grown(this.sequences, capacity);
    this.bids = grown(this.bids, capacity);
    this.asks = grown(this.asks, capacity);
    this.integralHigh = grown(this.integralHigh, capacity);
    this.integralLow = grown(this.integralLow, capacity);
  }
}
