/**
 * ExecutionAnalytics of one order, from the shard's whole state as it is after its newest input. Works while the order
 * trades (provisional) and after it has ended.
 */

import { benchmarkCosts, type Benchmark } from '../analytics/benchmarks.ts';
import { venueContributions } from '../analytics/venue-attribution.ts';
import { ALGORITHMS, ORD_STATUSES, wordOf } from '../domain/enums.ts';
import type { ExecutionAnalytics } from '../domain/monitoring.ts';
import { formatTimestamp, formatTimestampOrNull } from '../domain/timestamp.ts';
import { fillRateBasis } from '../metrics/fill-rate.ts';
import { participationRate } from '../metrics/participation-rate.ts';
import { ARRIVAL_BASES, OrderCell as C, sideSign } from '../orders/order-row.ts';
import { intervalEndUs, refreshView } from './order-view.ts';
import { currencyOf, venueDistribution } from './row-makers.ts';
import type { Shard } from './shard.ts';

export function analyticsOf(shard: Shard, orderNo: number): ExecutionAnalytics {
  const at = shard.orders.beginWrite(orderNo);
  refreshView(shard, orderNo, at);
  shard.orders.endWrite(orderNo);
  const { cells } = shard.orders;
  const cell = (index: number): number => cells[at + index]!;
  const order = shard.factsOf(orderNo).announcement;
  const market = shard.market(cell(C.SYMBOL_NO));
  const side = sideSign(cell(C.SIDE));
  const endedUs = cell(C.ENDED_US);
  const endUs = intervalEndUs(endedUs);
  const benchmarks = benchmarkCosts({
    side,
    averagePrice: cell(C.AVERAGE_PRICE),
    arrivalPrice: cell(C.ARRIVAL_PRICE),
    quotes: market.quotes,
    trades: market.trades,
    startUs: cell(C.START_US),
    endUs,
    nowUs: shard.nowUs,
  });
  const efficiency = orNull(cell(C.COST_EFFICIENCY));
  return {
    order_id: order.order_id,
    execution_summary: {
      symbol: order.symbol,
      side: order.side,
      algorithm: wordOf(ALGORITHMS, cell(C.ALGORITHM)),
      state: wordOf(ORD_STATUSES, cell(C.STATE)),
      quantity: cell(C.QUANTITY),
      first_quantity: cell(C.FIRST_QUANTITY),
      filled_quantity: cell(C.FILLED_QUANTITY),
      leaves_quantity: cell(C.LEAVES_QUANTITY),
      overfilled: cell(C.FILLED_QUANTITY) > cell(C.QUANTITY),
      average_price: orNull(cell(C.AVERAGE_PRICE)),
      notional: cell(C.NOTIONAL),
      fees: cell(C.FEES),
      currency: currencyOf(shard, orderNo, at),
      fill_count: cell(C.FILL_COUNT),
      start_time: formatTimestamp(cell(C.START_US)),
      end_time: formatTimestampOrNull(Number.isNaN(endedUs) ? cell(C.PLANNED_END_US) : endedUs),
      first_fill_time: formatTimestampOrNull(cell(C.FIRST_FILL_US)),
      last_fill_time: formatTimestampOrNull(cell(C.LAST_FILL_US)),
      execution_progress: cell(C.EXECUTION_PROGRESS),
      expected_progress: orNull(cell(C.EXPECTED_PROGRESS)),
      execution_speed: orNull(cell(C.EXECUTION_SPEED)),
      fill_rate: orNull(cell(C.FILL_RATE)),
      fill_rate_basis: fillRateBasis(cell(C.CHILD_COUNT)),
      participation_rate: orNull(participationRate(cell(C.FILLED_QUANTITY), benchmarks.intervalVwap.volume)),
      venue_distribution: venueDistribution(shard, orderNo, cell(C.FILLED_QUANTITY)),
      provisional: Number.isNaN(endedUs),
      as_of_sequence: cell(C.AS_OF_SEQUENCE),
    },
    cost_analysis: {
      arrival_price: orNull(cell(C.ARRIVAL_PRICE)),
      arrival_price_basis: ARRIVAL_BASES[cell(C.ARRIVAL_BASIS)] ?? null,
      decision_price: orNull(cell(C.DECISION_PRICE)),
      slippage_bps: orNull(cell(C.SLIPPAGE_BPS)),
      market_impact: { in_flight_bps: orNull(cell(C.MARKET_IMPACT_BPS)) },
      cost_efficiency: efficiency,
      cost_efficiency_method: efficiency === null ? null : 'rpm',
      relative_performance_measure: efficiency,
    },
    performance_attribution: {
      by_venue: venueContributions({
        side,
        arrivalPrice: cell(C.ARRIVAL_PRICE),
        decisionPrice: cell(C.DECISION_PRICE),
        firstQuantity: cell(C.FIRST_QUANTITY),
        shares: shard.venueShares.of(orderNo),
      }).map((venue) => ({
        key: shard.venueName(venue.venueNo),
        quantity: venue.quantity,
        average_price: venue.averagePrice,
        fees: venue.fees,
        contribution_bps: orNull(venue.contributionBps),
      })),
    },
    benchmark_comparison: {
      ARRIVAL: benchmarkAnswer(benchmarks.arrival),
      INTERVAL_VWAP: { ...benchmarkAnswer(benchmarks.intervalVwap), volume: benchmarks.intervalVwap.volume },
      TWAP: benchmarkAnswer(benchmarks.twap),
    },
  };
}

function benchmarkAnswer(benchmark: Benchmark): { price: number | null; cost_bps: number | null; coverage: number | null } {
  return { price: orNull(benchmark.price), cost_bps: orNull(benchmark.costBps), coverage: orNull(benchmark.coverage) };
}

function orNull(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
