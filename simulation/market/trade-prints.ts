/**
 * How the tape prints the trades of one symbol: venue, the venue's clock, conditions, and the extra prints that no VWAP counts. Owns no
 * price of its own but the old ones that late prints show.
 */

import type { RandomStream } from '../random/random-stream.ts';
import type { ClockSkew } from './incidents.ts';
import { VENUES } from './instruments.ts';
import type { TradeHappening } from './market-source.ts';
import type { TickGrid } from './tick-grid.ts';

const NO_CONDITIONS: readonly string[] = [];
const LATE: readonly string[] = ['LATE'];
const ODD_LOT: readonly string[] = ['ODD_LOT'];
const AVERAGE_PRICE: readonly string[] = ['AVERAGE_PRICE'];

/** A late print shows a price that was good this long ago, or longer. */
const LATE_US = 30_000_000;
/** Blocks at an average price are this many usual trades large. */
const BLOCK_TRADES = [1, 5] as const;
/** A trade of two lots or more is split over two venues this often. */
const SPLIT_CHANCE = 0.15;

export interface PrintedSymbol {
  readonly symbolNo: number;
  readonly grid: TickGrid;
  readonly lot: number;
  readonly meanLots: number;
  /** Parts of its volume on VENUES. */
  readonly venueShares: readonly number[];
}

export class TradePrints {
  private readonly stream: RandomStream;
  private readonly symbolNo: number;
  private readonly grid: TickGrid;
  private readonly lot: number;
  private readonly meanLots: number;
  private readonly venueShares: readonly number[];
  private readonly skews: readonly ClockSkew[];
  private readonly ineligibleRatio: number;
  private lateTicks = Number.NaN;
  private recentTicks = Number.NaN;
  private recentUs = 0;

  constructor(
    stream: RandomStream,
    { symbolNo, grid, lot, meanLots, venueShares }: PrintedSymbol,
    skews: readonly ClockSkew[],
    ineligibleRatio: number,
  ) {
    this.stream = stream;
    this.symbolNo = symbolNo;
    this.grid = grid;
    this.lot = lot;
    this.meanLots = meanLots;
    this.venueShares = venueShares;
    this.skews = skews;
    this.ineligibleRatio = ineligibleRatio;
  }

  /** Adds the prints of `lots` that traded at one price. */
  addTrade(to: TradeHappening[], us: number, ticks: number, lots: number, aggressor: 1 | -1): void {
    const second = lots > 1 && this.stream.chance(SPLIT_CHANCE) ? this.stream.integer(1, lots - 1) : 0;
    to.push(this.print(us, ticks, (lots - second) * this.lot, aggressor, NO_CONDITIONS, true));
    if (second > 0) to.push(this.print(us, ticks, second * this.lot, aggressor, NO_CONDITIONS, true));
    this.remember(us, ticks);
  }

  /** After a trade at `ticks`: now and then a print of something that happened elsewhere or before. */
  addIneligible(to: TradeHappening[], us: number, ticks: number): void {
    if (!this.stream.chance(this.ineligibleRatio)) return;
    const draw = this.stream.uniform();
    if (draw < 0.4 && this.lot > 1) {
      to.push(this.print(us, ticks, this.stream.integer(1, this.lot - 1), 0, ODD_LOT, false));
    } else if (draw < 0.7 && !Number.isNaN(this.lateTicks)) {
      to.push(this.print(us, this.lateTicks, this.lotsOf(1) * this.lot, 0, LATE, false));
    } else {
      const lots = this.lotsOf(this.stream.between(...BLOCK_TRADES));
      to.push(this.print(us, ticks + this.stream.integer(-2, 2), lots * this.lot, 0, AVERAGE_PRICE, false));
    }
  }

  /** The print of an auction, on the venue that trades most of the symbol. */
  auction(us: number, ticks: number, lots: number, condition: string): TradeHappening {
    const venueNo = this.venueShares.indexOf(Math.max(...this.venueShares));
    this.remember(us, ticks);
    return this.print(us, ticks, lots * this.lot, 0, [condition], true, venueNo);
  }

  private print(
    timeUs: number,
    ticks: number,
    quantity: number,
    aggressor: 1 | -1 | 0,
    conditions: readonly string[],
    isVwapEligible: boolean,
    venueNo = this.stream.weighted(this.venueShares),
  ): TradeHappening {
    let printedUs = timeUs;
    for (const skew of this.skews) if (skew.venueNo === venueNo && timeUs >= skew.fromUs && timeUs < skew.toUs) printedUs += skew.offsetUs;
    const price = this.grid.price(Math.max(1, ticks));
    const venue = VENUES[venueNo]!;
    return { kind: 'trade', timeUs, printedUs, symbolNo: this.symbolNo, price, quantity, venue, aggressor, isVwapEligible, conditions };
  }

  private lotsOf(trades: number): number {
    return Math.max(1, Math.round(this.meanLots * trades));
  }

  private remember(us: number, ticks: number): void {
    if (us - this.recentUs < LATE_US) return;
    this.lateTicks = this.recentTicks;
    this.recentTicks = ticks;
    this.recentUs = us;
  }
}
