/** `benchmark_comparison` of ExecutionAnalytics. NaN becomes null when the answer is written. */

import { benchmarkCosts, type Benchmark } from '../../analytics/benchmarks.ts';
import { indexAdjustedCostBps } from '../../analytics/index-adjusted.ts';
import type { ExecutionAnalytics } from '../../domain/monitoring.ts';
import { costBps } from '../../metrics/cost-bps.ts';
import { OrderCell as C } from '../../orders/order-row.ts';
import { intervalEndUs } from '../order-view.ts';
import { indexMoveOf, type OrderInHand } from './order-in-hand.ts';

type Answer = ExecutionAnalytics['benchmark_comparison'];

export function benchmarkAnswer(order: OrderInHand): Answer {
  const { cell, side, market, startUs, untilUs } = order;
  const averagePrice = cell(C.AVERAGE_PRICE);
  const arrivalPrice = cell(C.ARRIVAL_PRICE);
  const benchmarks = benchmarkCosts({
    side,
    averagePrice,
    arrivalPrice,
    quotes: market.quotes,
    trades: market.trades,
    startUs,
    endUs: untilUs,
    nowUs: order.shard.nowUs,
  });
  const against = (price: number, coverage: number) => ({ price, cost_bps: costBps(side, averagePrice, price), coverage });
  const participation = (rate: number) => {
    const { wanted, fromUs, untilUs: nowUs } = pwpStretch(order, rate);
    const { price, reached } = market.trades.vwapOfFirst(wanted, fromUs, nowUs);
    return against(price, reached);
  };
  return {
    ARRIVAL: wire(benchmarks.arrival),
    DECISION: against(cell(C.DECISION_PRICE), Number.NaN),
    INTERVAL_VWAP: { ...wire(benchmarks.intervalVwap), volume: benchmarks.intervalVwap.volume },
    TWAP: wire(benchmarks.twap),
    PWP_10: participation(0.1),
    PWP_20: participation(0.2),
    PWP_30: participation(0.3),
    OPEN: against(market.auctions.open(startUs), Number.NaN),
    CLOSE: against(market.auctions.close(startUs), Number.NaN),
    PREVIOUS_CLOSE: against(market.auctions.previousClose(startUs), Number.NaN),
    INDEX_ADJUSTED: { price: arrivalPrice, cost_bps: adjustedForIndex(order), coverage: Number.NaN },
  };
}

/** What PWP at a rate is taken over: the first Q / rate eligible shares after the start, up to now. */
export function pwpStretch({ cell, startUs, shard }: OrderInHand, rate: number): { readonly wanted: number; readonly fromUs: number; readonly untilUs: number } {
  return { wanted: cell(C.FILLED_QUANTITY) / rate, fromUs: startUs, untilUs: intervalEndUs(shard, Number.NaN) };
}

function adjustedForIndex(order: OrderInHand): number {
  const index = order.shard.indexOf(order.market);
  if (index === undefined) return Number.NaN;
  return indexAdjustedCostBps({
    side: order.side,
    arrivalCostBps: order.cell(C.SLIPPAGE_BPS),
    beta: index.beta,
    fills: order.fills.map((fill) => ({ quantity: fill.quantity, indexMove: indexMoveOf(order, fill) })),
  });
}

function wire(benchmark: Benchmark): Answer['ARRIVAL'] {
  return { price: benchmark.price, cost_bps: benchmark.costBps, coverage: benchmark.coverage };
}
