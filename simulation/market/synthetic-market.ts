/**
 * The synthetic market: a whole trading day of several symbols and their index, a pure function of its seed and parameters. Owns the
 * order of happenings between symbols; each symbol is made by symbol-market.ts.
 */

import type { EventOf } from '../../engine/domain/events.ts';
import { formatTimestamp } from '../../engine/domain/timestamp.ts';
import { RandomStream } from '../random/random-stream.ts';
import { drawFactor, EfficientPrice } from './efficient-price.ts';
import { INCIDENT_RATES, type IncidentRates, planIncidents } from './incidents.ts';
import { IndexQuotes } from './index-quotes.ts';
import { INDEX, INSTRUMENTS, type InstrumentFacts } from './instruments.ts';
import type { Happening, Incident, MarketSource } from './market-source.ts';
import { sessionTimes } from './session-times.ts';
import { SymbolMarket } from './symbol-market.ts';
import { TickGrid } from './tick-grid.ts';
import { varianceShares, volumeCurve } from './volume-curves.ts';

const INDEX_GAP_US = 400_000;
const TRADING_DAY_MINUTES = 390;
/** The index is spread over a day as a usual symbol. */
const INDEX_SHAPE = { opening: 2, closing: 1.6, openingShare: 0, closingShare: 0 };

export interface SyntheticMarketOptions {
  readonly seed: number;
  /** Opening of continuous trading, microseconds since 1970, whole. The call of the opening auction begins two minutes before. */
  readonly dayStart: number;
  /**
   * Length of the session; 6.5, the default, is a whole day and the most. A shorter one is the first part of a day, at the day's own
   * rates, followed by a closing auction; the published facts (adv, volume_curve) stay those of the whole day.
   */
  readonly hours?: number;
  /** Tradable symbols, the first of the table; the index comes on top. All without it. */
  readonly symbols?: number;
  /** Scale of all event rates, 1 without it. The published adv scales with it; sizes, spreads and volatilities do not. */
  readonly activity?: number;
  /** What is left out is as in INCIDENT_RATES. */
  readonly incidentRates?: Partial<IncidentRates>;
}

export class SyntheticMarket implements MarketSource {
  readonly instruments: readonly EventOf<'instrument'>[];
  readonly tradableSymbolNos: readonly number[];
  readonly openUs: number;
  readonly closeUs: number;
  readonly incidents: readonly Incident[];
  private readonly markets: readonly (SymbolMarket | IndexQuotes)[];
  /** Of the symbol whose happening is next. */
  private first = 0;
  private handedOutUs = 0;

  constructor({ seed, dayStart, hours = 6.5, symbols = INSTRUMENTS.length, activity = 1, incidentRates = {} }: SyntheticMarketOptions) {
    const facts = INSTRUMENTS.slice(0, symbols);
    const times = sessionTimes(dayStart, hours);
    const rates: IncidentRates = { ...INCIDENT_RATES, ...incidentRates };
    const plan = planIncidents(new RandomStream(seed, 'incidents'), facts, times, rates);
    const indexShares = varianceShares(INDEX_SHAPE);
    const factor = drawFactor(new RandomStream(seed, 'factor'), times, INDEX.dailyVolatility, indexShares);
    const indexStream = new RandomStream(seed, INDEX.symbol);
    const indexLevel = new EfficientPrice(indexStream, times.openUs, {
      start: INDEX.level, beta: 1, factor, volatility: 0, shares: indexShares,
    });

    const timestamp = formatTimestamp(times.preOpenUs);
    this.instruments = [...facts.map((of) => instrumentOf(of, timestamp, activity)), indexInstrument(timestamp)];
    this.tradableSymbolNos = facts.map((_, symbolNo) => symbolNo);
    this.openUs = times.openUs;
    this.closeUs = times.closeUs;
    this.incidents = plan.incidents;
    this.markets = [
      ...facts.map((of, symbolNo) => new SymbolMarket(of, { seed, symbolNo, times, activity, factor, plan, rates })),
      new IndexQuotes(indexStream, facts.length, new TickGrid(INDEX.tick), indexLevel, times, INDEX_GAP_US / activity),
    ];
    this.findFirst();
  }

  nextUs(): number {
    return this.markets[this.first]!.nextUs;
  }

  /** Throws at the end: ask nextUs() before. */
  next(): Happening {
    const market = this.markets[this.first]!;
    if (market.nextUs === Number.POSITIVE_INFINITY) throw new Error('the market has ended');
    this.handedOutUs = market.nextUs;
    const happening = market.next();
    this.findFirst();
    return happening;
  }

  /** As the contract says; nextUs() may then be earlier than it was, but never before what was handed out. */
  onOwnTake(symbolNo: number, side: 1 | -1, quantity: number, timeUs: number): void {
    const market = this.markets[symbolNo];
    if (!(market instanceof SymbolMarket)) throw new Error(`symbol ${symbolNo} cannot be traded`);
    market.onOwnTake(side, quantity, Math.max(timeUs, this.handedOutUs));
    this.findFirst();
  }

  /** At the same time the lower symbol number goes first. */
  private findFirst(): void {
    const { markets } = this;
    let first = 0;
    for (let i = 1; i < markets.length; i++) if (markets[i]!.nextUs < markets[first]!.nextUs) first = i;
    this.first = first;
  }
}

function instrumentOf(facts: InstrumentFacts, timestamp: string, activity: number): EventOf<'instrument'> {
  return {
    type: 'instrument',
    timestamp,
    symbol: facts.symbol,
    currency: facts.currency,
    lot_size: facts.lot,
    tick_size: facts.tick,
    multiplier: 1,
    adv: Math.round(facts.adv * activity),
    daily_volatility: facts.dailyVolatility,
    shares_outstanding: facts.sharesOutstanding,
    beta: facts.beta,
    index_symbol: INDEX.symbol,
    volume_curve: volumeCurve(facts.shape),
    trading_day_minutes: TRADING_DAY_MINUTES,
  };
}

function indexInstrument(timestamp: string): EventOf<'instrument'> {
  const { symbol, currency, tick, dailyVolatility } = INDEX;
  const facts = { symbol, currency, tick_size: tick, daily_volatility: dailyVolatility, trading_day_minutes: TRADING_DAY_MINUTES };
  return { type: 'instrument', timestamp, ...facts };
}
