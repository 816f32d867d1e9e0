/** Runs of the synthetic market for its tests: one day's opening, small parameters, and what came out by symbol. */

import type { Happening, QuoteHappening, StatusHappening, TradeHappening } from '../../../simulation/market/market-source.ts';
import { SyntheticMarket, type SyntheticMarketOptions } from '../../../simulation/market/synthetic-market.ts';

export const DAY_START_US = Date.UTC(2026, 2, 2, 14, 30) * 1_000;
export const MINUTE_US = 60_000_000;

export const NO_INCIDENTS = {
  news: 0, drought: 0, halt: 0, staleFeed: 0, crossedQuotes: 0, oneSidedQuotes: 0, skewedClock: 0, ineligiblePrints: 0,
} as const;

export function marketOf(options: Omit<SyntheticMarketOptions, 'dayStart'>): SyntheticMarket {
  return new SyntheticMarket({ dayStart: DAY_START_US, ...options });
}

export function* happeningsOf(market: SyntheticMarket): Generator<Happening> {
  while (market.nextUs() !== Number.POSITIVE_INFINITY) yield market.next();
}

export interface SymbolRun {
  readonly quotes: QuoteHappening[];
  readonly trades: TradeHappening[];
  readonly statuses: StatusHappening[];
}

/** Everything of a run, by symbolNo. */
export function runOf(market: SyntheticMarket): SymbolRun[] {
  const runs: SymbolRun[] = market.instruments.map(() => ({ quotes: [], trades: [], statuses: [] }));
  for (const happening of happeningsOf(market)) {
    const run = runs[happening.symbolNo]!;
    if (happening.kind === 'quote') run.quotes.push(happening);
    else if (happening.kind === 'trade') run.trades.push(happening);
    else run.statuses.push(happening);
  }
  return runs;
}

/** Trades of continuous trading that took from the book. */
export const takersOf = (run: SymbolRun): TradeHappening[] => run.trades.filter(({ aggressor }) => aggressor !== 0);

export const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Autocorrelation of a series about its mean, or about 0 for signs. */
export function autocorrelation(values: readonly number[], lag: number, about = mean(values)): number {
  let covariance = 0;
  let variance = 0;
  for (let i = 0; i < values.length; i++) {
    variance += (values[i]! - about) ** 2;
    if (i >= lag) covariance += (values[i]! - about) * (values[i - lag]! - about);
  }
  return covariance / variance;
}

/** Numbers of events in equal windows from the opening. */
export function countsOf(timesUs: readonly number[], windowUs: number, windows: number): number[] {
  const counts = new Array<number>(windows).fill(0);
  for (const us of timesUs) {
    const i = Math.floor((us - DAY_START_US) / windowUs);
    if (i >= 0 && i < windows) counts[i]!++;
  }
  return counts;
}

/** Mid that was shown at each multiple of `everyUs` after the opening; a quote without two proper sides does not count. */
export function midsOf(quotes: readonly QuoteHappening[], everyUs: number, toUs: number): number[] {
  const mids: number[] = [];
  let mid = Number.NaN;
  let i = 0;
  for (let us = DAY_START_US; us <= toUs; us += everyUs) {
    for (; i < quotes.length && quotes[i]!.timeUs <= us; i++) {
      const { bid, ask } = quotes[i]!;
      if (bid > 0 && ask > bid) mid = (bid + ask) / 2;
    }
    mids.push(mid);
  }
  return mids;
}
