/** One symbol as its shard sees it: quotes, trades, status, reference data, and which orders trade it. */

import { Int32Column } from '../domain/column.ts';
import { MARKET_STATUSES } from '../domain/enums.ts';
import type { EventOf } from '../domain/events.ts';
import { QUOTES_PER_SYMBOL_MAX, TRADES_PER_SYMBOL_MAX } from '../domain/limits.ts';
import type { StateReader } from '../domain/state-reader.ts';
import type { StateWriter } from '../domain/state-writer.ts';
import { BPS, US_PER_SECOND } from '../domain/units.ts';
import { AuctionPrints } from './auction-prints.ts';
import { TimedNumbers } from './timed-numbers.ts';
import { TradableClock } from './tradable-clock.ts';
import { cumulativeVolumeShare } from './volume-curve.ts';
import type { DepartedQuotes } from './departed-quotes.ts';
import { QuoteTape } from './quote-tape.ts';
import { keptOfSymbol } from './tape-window.ts';
import { TradeTape } from './trade-tape.ts';

/** The place of an order that is not active. */
export const ABSENT = -1;
/** Of US equities; an instrument may give its own. */
const TRADING_DAY_MINUTES = 390;

/** To be shared by the markets of a shard: an order is of one of them. */
export function newActivePlaces(): Int32Column {
  return new Int32Column(ABSENT);
}

export class Market {
  readonly symbolNo: number;
  readonly quotes: QuoteTape;
  /** What left it last, while orders still need of it. */
  departed: DepartedQuotes | undefined;
  readonly auctions = new AuctionPrints();
  readonly clock = new TradableClock();
  readonly trades: TradeTape;
  instrument: EventOf<'instrument'> | undefined;
  /** Symbol number of the index that the instrument names, -1 for none. */
  indexNo = -1;
  /** Newest input of this symbol that is not about one order. */
  sequence = 0;
  /** True while that input may have changed what is shown of the active orders; for its shard. */
  isMoved = false;
  /** Orders that can still change by themselves or by the market. */
  readonly active: number[] = [];
  /** Of each order among the active ones of its market; one column for all markets of a shard. */
  private readonly places: Int32Column;
  /** All orders in the order of their announcement's event time, for quotes that come late. */
  private readonly announced = new TimedNumbers();
  /** Orders that are no longer active, by the event time of their end; `retiredOrders` says which. */
  private readonly retired: { readonly orderNo: number; readonly endedUs: number }[] = [];
  private readonly retiredOrders = new Set<number>();

  constructor(symbolNo: number, places = newActivePlaces()) {
    this.symbolNo = symbolNo;
    this.places = places;
    this.quotes = new QuoteTape(keptOfSymbol(QUOTES_PER_SYMBOL_MAX, symbolNo));
    this.trades = new TradeTape(keptOfSymbol(TRADES_PER_SYMBOL_MAX, symbolNo));
  }

  get isHalted(): boolean {
    return MARKET_STATUSES[this.clock.statusNow] === 'HALTED';
  }

  /** Quoted spread at a moment in bps of its mid; NaN when no valid quote is known there. */
  spreadBpsUpTo(us: number): number {
    return (this.quotes.spreadUpTo(us) * BPS) / this.quotes.midUpTo(us);
  }

  /** Newest event time of its quotes and trades; -Infinity before the first. */
  get newestUs(): number {
    return Math.max(this.quotes.lastUs, this.trades.lastUs);
  }

  get tradingDayUs(): number {
    return (this.instrument?.trading_day_minutes ?? TRADING_DAY_MINUTES) * 60 * US_PER_SECOND;
  }

  /** Eligible volume in [fromUs, toUs]; NaN while no trade of the symbol is known up to then. */
  knownVolume(fromUs: number, toUs: number): number {
    const isTraded = !Number.isNaN(this.trades.priceBefore(toUs, Number.POSITIVE_INFINITY));
    return isTraded ? this.trades.volumeBetween(fromUs, toUs) : Number.NaN;
  }

  /** U of the instrument's volume curve at `us`, in the session that `startUs` is in; NaN without a curve or an opening. */
  curveShare(startUs: number, us: number, nowUs: number): number {
    const curve = this.instrument?.volume_curve;
    if (curve === undefined) return Number.NaN;
    const openedUs = this.clock.openedUs(startUs);
    return cumulativeVolumeShare(curve, this.clock.between(openedUs, us, nowUs) / this.tradingDayUs);
  }

  announce(orderNo: number, announcedUs: number): void {
    this.announced.add(orderNo, announcedUs);
  }

  /** True when some order was announced after a moment: market data of that moment then comes late for it. */
  isAnnouncedAfter(us: number): boolean {
    return this.announced.lastUs > us;
  }

  /** All orders that were announced, without those that were forgotten. */
  announcedOrders(): Int32Array {
    return this.announced.numbersSoFar();
  }

  /** Orders announced after a moment, by event time. */
  forEachAnnouncedAfter(us: number, onOrder: (orderNo: number) => void): void {
    for (let at = this.announced.length - 1; at >= 0 && this.announced.usAt(at) > us; at--) onOrder(this.announced.numberAt(at));
  }

  activate(orderNo: number): void {
    if (this.places.get(orderNo) !== ABSENT) return;
    this.places.set(orderNo, this.active.length);
    this.active.push(orderNo);
    if (this.retiredOrders.delete(orderNo)) this.retired.splice(this.retired.findLastIndex((entry) => entry.orderNo === orderNo), 1);
  }

  /** Takes an order off the active ones; `endedUs` is where it ended. */
  retire(orderNo: number, endedUs: number): void {
    let at = this.retired.length;
    while (at > 0 && this.retired[at - 1]!.endedUs > endedUs) at--;
    this.retired.splice(at, 0, { orderNo, endedUs });
    this.retiredOrders.add(orderNo);
    this.deactivate(orderNo);
  }

  /** Makes retired orders that ended at or after a moment active again. */
  reviveRetiredAfter(us: number): void {
    while (this.retired.length > 0 && this.retired.at(-1)!.endedUs >= us) {
      const { orderNo } = this.retired.pop()!;
      this.retiredOrders.delete(orderNo);
      this.activate(orderNo);
    }
  }

  /** Offers the retired orders that ended at or before a moment, oldest first; those that `take` takes are off the list. */
  takeRetiredUpTo(us: number, take: (orderNo: number) => boolean): void {
    const kept: typeof this.retired = [];
    let count = 0;
    for (; count < this.retired.length && this.retired[count]!.endedUs <= us; count++) {
      const entry = this.retired[count]!;
      if (take(entry.orderNo)) this.retiredOrders.delete(entry.orderNo);
      else kept.push(entry);
    }
    if (kept.length < count) this.retired.splice(0, count, ...kept);
  }

  /** Forgets an order that was announced then for good. */
  forget(orderNo: number, announcedUs: number): void {
    this.announced.remove(orderNo, announcedUs);
  }

  /** Orders must have taken what they need of departed quotes. */
  save(out: StateWriter): void {
    if (this.departed !== undefined) throw new Error('a market is saved once nothing is needed of the quotes that have left');
    out.double(this.sequence);
    out.word(this.indexNo);
    out.text(this.instrument === undefined ? '' : JSON.stringify(this.instrument));
    for (const part of [this.quotes, this.trades, this.auctions, this.clock, this.announced]) part.save(out);
    out.word(this.active.length);
    for (const orderNo of this.active) out.word(orderNo);
    out.word(this.retired.length);
    for (const { orderNo, endedUs } of this.retired) {
      out.word(orderNo);
      out.double(endedUs);
    }
  }

  /** Into a market that nothing has come to but what an instrument says. */
  load(from: StateReader): void {
    this.sequence = from.double();
    this.indexNo = from.word();
    const instrument = from.text();
    this.instrument = instrument === '' ? undefined : (JSON.parse(instrument) as EventOf<'instrument'>);
    for (const part of [this.quotes, this.trades, this.auctions, this.clock, this.announced]) part.load(from);
    for (let left = from.word(); left > 0; left--) this.activate(from.word());
    for (let left = from.word(); left > 0; left--) this.retire(from.word(), from.double());
  }

  private deactivate(orderNo: number): void {
    const place = this.places.get(orderNo);
    if (place === ABSENT) return;
    const last = this.active.pop()!;
    this.places.set(orderNo, ABSENT);
    if (last === orderNo) return;
    this.active[place] = last;
    this.places.set(last, place);
  }
}
