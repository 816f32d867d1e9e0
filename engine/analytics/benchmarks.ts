/** Benchmarks: the reference prices an order is held against, each with the order's cost and how much of it is known. */

import type { QuoteTape } from '../market/quote-tape.ts';
import type { TradeTape } from '../market/trade-tape.ts';
import { costBps } from '../metrics/cost-bps.ts';

export interface BenchmarkInputs {
  readonly side: 1 | -1;
  readonly averagePrice: number;
  readonly arrivalPrice: number;
  readonly quotes: QuoteTape;
  readonly trades: TradeTape;
  readonly startUs: number;
  /** End of the order, or now while it trades. */
  readonly endUs: number;
  readonly nowUs: number;
}

/** NaN is undefined. Cost: side * (average price - price) / price in bps, positive is a cost. */
export interface Benchmark {
  readonly price: number;
  readonly costBps: number;
  /** Share of the interval for which the market was known, NaN where that has no meaning. */
  readonly coverage: number;
}

export interface BenchmarkCosts {
  /** The price when the order arrived. */
  readonly arrival: Benchmark;
  /** VWAP of the eligible market trades in [start, min(now, end)], own prints included as they are on the tape. */
  readonly intervalVwap: Benchmark & { readonly volume: number };
  /** Time-weighted last-carried mid over the same interval. */
  readonly twap: Benchmark;
}

export function benchmarkCosts(inputs: BenchmarkInputs): BenchmarkCosts {
  const { side, averagePrice, arrivalPrice, quotes, trades, startUs, endUs } = inputs;
  const volume = trades.volumeBetween(startUs, endUs);
  const vwap = trades.vwapBetween(startUs, endUs);
  const twap = quotes.timeWeightedMid(startUs, Math.min(inputs.nowUs, endUs));
  const benchmark = (price: number, coverage: number): Benchmark => ({ price, costBps: costBps(side, averagePrice, price), coverage });
  return {
    arrival: benchmark(arrivalPrice, Number.NaN),
    intervalVwap: { ...benchmark(vwap, intervalCoverage(volume)), volume: knownVolume(volume) },
    twap: benchmark(twap.mid, twap.coverage),
  };
}

/** 1 when the interval's trades are known, 0 when it begins before what is kept of them (`volume` is NaN). */
export function intervalCoverage(volume: number): number {
  return Number.isNaN(volume) ? 0 : 1;
}

/** Eligible volume of the interval as far as it is known: 0 when it is not. */
export function knownVolume(volume: number): number {
  return Number.isNaN(volume) ? 0 : volume;
}
