/**
 * One tradable symbol: its plan, arrivals, worth and book put together into one stream of happenings. Owns what is due next; each part
 * owns its own state and draws from its own stream, so that the desk's takes change the book and nothing of the arrivals, the flow or
 * the news.
 */

import { RandomStream } from '../random/random-stream.ts';
import { ActivityProfile } from './activity-profile.ts';
import { type PlanEntry, planDay, type QuoteView } from './day-plan.ts';
import type { IncidentPlan, IncidentRates } from './incidents.ts';
import type { InstrumentFacts } from './instruments.ts';
import type { Happening, Incident, MarketStatus, QuoteHappening, TradeHappening } from './market-source.ts';
import { OrderFlow } from './order-flow.ts';
import { QuoteArrivals } from './quote-arrivals.ts';
import type { SessionTimes } from './session-times.ts';
import { SpreadState } from './spread-state.ts';
import { TickGrid } from './tick-grid.ts';
import { TopOfBook } from './top-of-book.ts';
import { TradeArrivals } from './trade-arrivals.ts';
import { TradePrints } from './trade-prints.ts';
import { TradeSizes } from './trade-sizes.ts';
import { CONTINUOUS_STEPS, continuousShares, STEP_US } from './volume-curves.ts';
import { Worth } from './worth.ts';

/** Volume of single days around the average. */
const DAY_LOG_SIGMA = 0.12;
const SWEEP_LEVELS_MAX = 4;
/** Part of the trades that find somebody hidden inside the spread, where it is two ticks or wider. */
const HIDDEN_CHANCE = 0.32;
/** Of those, most are close to the touch they came for (AAPL's: docs/simulation.md); the others are anywhere. Parts of the spread. */
const HIDDEN_NEAR_CHANCE = 0.64;
const HIDDEN_NEAR_SPREADS = 0.2;
/** The quote that shows a trade's effect comes this much later. */
const QUOTE_DELAY_US = [2, 50] as const;
const REOPENING_STRESS = 1.5;
const NEWS_STRESS = 2;

export interface SymbolMarketOptions {
  readonly seed: number;
  readonly symbolNo: number;
  readonly times: SessionTimes;
  /** Scale of the rates; the volume scales with it, the sizes do not. */
  readonly activity: number;
  readonly factor: Float64Array;
  readonly plan: IncidentPlan;
  readonly rates: IncidentRates;
}

export class SymbolMarket {
  /** Time of the next happening; Infinity at the end. */
  nextUs = 0;
  private readonly symbolNo: number;
  private readonly adv: number;
  private readonly lot: number;
  private readonly grid: TickGrid;
  private readonly bookStream: RandomStream;
  private readonly book: TopOfBook;
  private readonly spread: SpreadState;
  private readonly worth: Worth;
  private readonly trades: TradeArrivals;
  private readonly quotes: QuoteArrivals;
  private readonly sizes: TradeSizes;
  private readonly tape: TradePrints;
  private readonly plan: readonly PlanEntry[];
  private readonly staleTimes: readonly Incident[];
  private planned = 0;
  private status: MarketStatus = 'CLOSED';
  private view: QuoteView = 'plain';
  /** Prints that are out but not handed out; all of one time. */
  private readonly prints: TradeHappening[] = [];
  private quoteDueUs = Number.POSITIVE_INFINITY;

  constructor(facts: InstrumentFacts, { seed, symbolNo, times, activity, factor, plan, rates }: SymbolMarketOptions) {
    const stream = (part: string): RandomStream => new RandomStream(seed, `${facts.symbol}/${part}`);
    const incidents = plan.incidents.filter(({ symbol, kind }) => symbol === facts.symbol && kind !== 'skewed_clock');
    const dayStream = stream('day');
    this.symbolNo = symbolNo;
    this.lot = facts.lot;
    this.grid = new TickGrid(facts.tick);
    this.adv = facts.adv * activity;
    this.staleTimes = incidents.filter(({ kind }) => kind === 'stale_feed');
    this.plan = planDay(dayStream, times, facts.shape, incidents);

    const minutes = (CONTINUOUS_STEPS * STEP_US) / 60e6;
    const tradesUsual = facts.tradesPerMinute * minutes * activity;
    const tradesToday = tradesUsual * dayStream.logNormal(1, DAY_LOG_SIGMA);
    const { openingShare, closingShare } = facts.shape;
    const meanLots = (this.adv * (1 - openingShare - closingShare)) / tradesUsual / facts.lot;
    const profile = new ActivityProfile(times, tradesToday, continuousShares(facts.shape), incidents);
    this.trades = new TradeArrivals(stream('trades'), new OrderFlow(stream('metaorders')), profile);
    this.quotes = new QuoteArrivals(stream('quotes'), profile);
    this.sizes = new TradeSizes(stream('sizes'), meanLots);
    const printed = { symbolNo, grid: this.grid, lot: facts.lot, meanLots, venueShares: facts.venueShares };
    this.tape = new TradePrints(stream('prints'), printed, plan.skews, rates.ineligiblePrints);

    this.worth = new Worth(stream('price'), { facts, times, factor, tradesPerDay: tradesUsual, adv: this.adv, newsPerDay: rates.news });
    this.bookStream = stream('book');
    this.book = new TopOfBook(this.bookStream, facts.depthTrades * meanLots);
    this.spread = new SpreadState(stream('spread'), facts.spreadTicks, times.openUs, tradesUsual / minutes / 60);
    this.lookAhead();
  }

  next(): Happening {
    const us = this.nextUs;
    const happening = this.prints.shift() ?? this.happen(us);
    this.lookAhead();
    return happening;
  }

  /**
   * The desk took from the touch: what is left there is shown at once (not on a stale feed), and the quotes that come by themselves
   * follow the worth that it moved. Without effect while there is no continuous trading.
   */
  onOwnTake(side: 1 | -1, quantity: number, us: number): void {
    if (this.status !== 'OPEN') return;
    this.takeFromBook(side, Math.ceil(quantity / this.lot));
    this.worth.onOwnTake(side, quantity, us);
    if (!this.isStale(us)) this.quoteDueUs = Math.min(this.quoteDueUs, us);
    this.lookAhead();
  }

  private lookAhead(): void {
    const plannedUs = this.plan[this.planned]?.timeUs ?? Number.POSITIVE_INFINITY;
    this.nextUs = this.prints[0]?.timeUs ?? Math.min(this.quoteDueUs, plannedUs, this.trades.nextUs, this.quotes.nextUs);
  }

  private happen(us: number): Happening {
    if (us === this.quoteDueUs) return this.show(us);
    const entry = this.plan[this.planned];
    if (entry !== undefined && us === entry.timeUs) {
      this.planned++;
      return this.follow(entry);
    }
    if (us === this.trades.nextUs) return this.trade(us);
    this.quotes.advance();
    this.book.refresh();
    this.book.follow(this.worth.ticksAt(us), this.spread.ticksAt(us));
    return this.show(us);
  }

  private follow(entry: PlanEntry): Happening {
    const { timeUs, kind } = entry;
    const { symbolNo } = this;
    if (kind === 'status') {
      this.status = entry.status;
      this.quoteDueUs = Number.POSITIVE_INFINITY;
      return { kind, timeUs, symbolNo, status: entry.status };
    }
    if (kind === 'auction') {
      const lots = Math.max(1, Math.round((entry.volumeShare * this.adv) / this.lot));
      this.spread.onShock(REOPENING_STRESS);
      const worthTicks = this.worth.ticksAt(timeUs);
      this.book.reset(worthTicks, this.spread.ticksAt(timeUs));
      return this.tape.auction(timeUs, Math.max(1, Math.round(worthTicks)), lots, entry.condition);
    }
    if (kind === 'news') {
      this.worth.onNews(entry.ratio, timeUs);
      this.spread.onShock(NEWS_STRESS);
    } else {
      this.view = entry.view;
    }
    this.book.follow(this.worth.ticksAt(timeUs), this.spread.ticksAt(timeUs));
    return this.show(timeUs);
  }

  private trade(us: number): TradeHappening {
    const { sign, surprise } = this.trades;
    this.trades.advance();
    this.quotes.onTrade(us);
    // Nobody can take from a side that is not there; and behind a stale feed the book goes on unseen.
    const aggressor = this.view === 'no_ask' ? -1 : this.view === 'no_bid' ? 1 : sign;
    if (this.isStale(us)) this.book.follow(this.worth.ticksAt(us), this.spread.ticksAt(us));
    let left = this.sizes.next();
    const insideTicks = this.insideTicks(aggressor);
    if (!Number.isNaN(insideTicks)) {
      this.tape.addTrade(this.prints, us, insideTicks, left, aggressor);
      left = 0;
    }
    for (let level = 1; left > 0; level++) {
      const filled = level === SWEEP_LEVELS_MAX ? left : Math.min(left, this.book.touchLots(aggressor));
      const ticks = this.book.touchTicks(aggressor);
      this.tape.addTrade(this.prints, us, ticks, filled, aggressor);
      this.book.take(aggressor, filled);
      left -= filled;
      if (left === 0) this.tape.addIneligible(this.prints, us, ticks);
    }
    this.worth.onTrade(surprise, us);
    this.spread.onTrade();
    const showUs = us + this.bookStream.integer(...QUOTE_DELAY_US);
    if (!this.isStale(showUs)) this.quoteDueUs = Math.min(this.quoteDueUs, showUs);
    return this.prints.shift()!;
  }

  /** Now and then a trade meets hidden interest inside the spread and leaves the touch as it is; NaN when it does not. */
  private insideTicks(aggressor: 1 | -1): number {
    const widthTicks = this.book.askTicks - this.book.bidTicks;
    if (widthTicks < 2 || !this.bookStream.chance(HIDDEN_CHANCE)) return Number.NaN;
    const isNear = this.bookStream.chance(HIDDEN_NEAR_CHANCE);
    const betterSpreads = isNear ? this.bookStream.between(0, HIDDEN_NEAR_SPREADS) : this.bookStream.between(HIDDEN_NEAR_SPREADS, 1);
    const betterTicks = Math.max(1, Math.min(widthTicks - 1, Math.round(betterSpreads * widthTicks)));
    return this.book.touchTicks(aggressor) - aggressor * betterTicks;
  }

  /** Uses up level after level; what is left behind the last one is taken as found elsewhere. */
  private takeFromBook(aggressor: 1 | -1, lots: number): void {
    let left = lots;
    for (let level = 1; left > 0 && level <= SWEEP_LEVELS_MAX; level++) {
      const filled = Math.min(left, this.book.touchLots(aggressor));
      this.book.take(aggressor, filled);
      left -= filled;
    }
  }

  private isStale(us: number): boolean {
    for (const { fromUs, toUs } of this.staleTimes) if (us >= fromUs && us < toUs) return true;
    return false;
  }

  private show(timeUs: number): QuoteHappening {
    this.quoteDueUs = Number.POSITIVE_INFINITY;
    const { bidTicks, askTicks, bidLots, askLots } = this.book;
    const hasBid = this.view !== 'no_bid';
    const hasAsk = this.view !== 'no_ask';
    return {
      kind: 'quote',
      timeUs,
      symbolNo: this.symbolNo,
      // Crossed: a bid a tick above the offer, as from a venue that has not yet heard of the others.
      bid: hasBid ? this.grid.price(this.view === 'crossed' ? askTicks + 1 : bidTicks) : 0,
      ask: hasAsk ? this.grid.price(askTicks) : 0,
      bidSize: hasBid ? bidLots * this.lot : 0,
      askSize: hasAsk ? askLots * this.lot : 0,
    };
  }
}
