/**
 * Random lives of orders, held against the naive twin (test/oracle/order-oracle.ts) while they run and at their end.
 */
import { describe, test } from 'node:test';

import fc from '../support/properties.ts';

import type { InputEvent } from '../../engine/domain/events.ts';
import { parseTimestampUs } from '../../engine/domain/timestamp.ts';
import { orderOracle, type OracleAnswer } from '../oracle/order-oracle.ts';
import type { OracleEvent } from '../oracle/order-oracle-events.ts';
import { lives } from '../support/engine-lives.ts';
import type { EnginePipeline } from '../support/engine-pipeline.ts';
import { CLOCKS, PROPERTY_RUNS, runLife } from '../support/engine-runs.ts';
import { Mismatches } from '../support/mismatches.ts';

const CHECK_EVERY = 17;

describe('random order lives against the oracle', () => {
  for (const clock of CLOCKS) {
    test(`--clock ${clock}`, async () => {
      await fc.assert(
        fc.asyncProperty(lives(), async (life) => {
          const mismatches = new Mismatches();
          let batches = 0;
          const between = (pipeline: EnginePipeline, sent: readonly InputEvent[]): void => {
            if (++batches % CHECK_EVERY === 0) compareAll(mismatches, pipeline, sent, life.orderIds);
          };
          const pipeline = await runLife(life, { clock, between });
          compareAll(mismatches, pipeline, life.arrivals.map(({ event }) => event), life.orderIds);
          await pipeline.close();
          mismatches.assertNone();
        }),
        { numRuns: Math.ceil(PROPERTY_RUNS / CLOCKS.length), includeErrorInReport: true },
      );
    });
  }
});

function compareAll(mismatches: Mismatches, pipeline: EnginePipeline, sent: readonly InputEvent[], orderIds: readonly string[]): void {
  const events = sent as readonly unknown[] as readonly OracleEvent[];
  for (const orderId of orderIds) {
    if (!events.some((event) => event.type === 'order' && event['order_id'] === orderId)) continue;
    compare(mismatches, pipeline, orderOracle(events, orderId, pipeline.nowUs), orderId);
  }
}

function compare(mismatches: Mismatches, pipeline: EnginePipeline, expected: OracleAnswer, orderId: string): void {
  const { execution_summary: summary, cost_analysis: cost, performance_attribution: attribution, benchmark_comparison: benchmarks } = pipeline.analytics(orderId);
  const same = (field: string, actual: unknown, wanted: unknown): void => mismatches.unlessSame(orderId, field, actual, wanted);
  const close = (field: string, actual: number | null | undefined, wanted: number | null): void => mismatches.unlessClose(orderId, field, actual, wanted);
  const usOf = (text: string | null): number | null => (text === null ? null : parseTimestampUs(text));

  same('state', summary.state, expected.state);
  same('quantity', summary.quantity, expected.quantity);
  same('filled_quantity', summary.filled_quantity, expected.filled);
  same('leaves_quantity', summary.leaves_quantity, expected.leaves);
  same('overfilled', summary.overfilled, expected.filled > expected.quantity);
  same('fill_count', summary.fill_count, expected.fillCount);
  same('first_fill_time', usOf(summary.first_fill_time), expected.firstFillUs);
  same('last_fill_time', usOf(summary.last_fill_time), expected.lastFillUs);
  same('provisional', summary.provisional, expected.endUs === null);
  if (expected.endUs !== null) same('end_time', usOf(summary.end_time), expected.endUs);
  same('execution_progress', summary.execution_progress, expected.progress);
  close('notional', summary.notional, expected.notional);
  close('fees', summary.fees, expected.fees);
  close('average_price', summary.average_price, expected.averagePrice);
  close('fill_rate', summary.fill_rate, expected.fillRate);
  same('fill_rate_basis', summary.fill_rate_basis, expected.fillRateBasis);
  close('participation_rate', summary.participation_rate, expected.participation);
  same('INTERVAL_VWAP.volume', benchmarks.INTERVAL_VWAP.volume, expected.volume);
  close('INTERVAL_VWAP.price', benchmarks.INTERVAL_VWAP.price, expected.vwap);
  close('INTERVAL_VWAP.cost_bps', benchmarks.INTERVAL_VWAP.cost_bps, expected.vwapCostBps);
  close('TWAP.price', benchmarks.TWAP.price, expected.twap);
  close('TWAP.cost_bps', benchmarks.TWAP.cost_bps, expected.twapCostBps);

  same('arrival_price', cost.arrival_price, expected.arrivalPrice);
  same('arrival_price_basis', cost.arrival_price_basis, expected.arrivalBasis);
  close('slippage_bps', cost.slippage_bps, expected.slippageBps);
  close('ARRIVAL.cost_bps', benchmarks.ARRIVAL.cost_bps, expected.slippageBps);
  close('in_flight_bps', cost.market_impact.in_flight_bps, expected.impactBps);
  same('venues', attribution.by_venue.map(({ key }) => key).join(), expected.venues.map(({ key }) => key).join());
  expected.venues.forEach((venue, i) => {
    const actual = attribution.by_venue[i]!;
    same(`${venue.key}.quantity`, actual.quantity, venue.quantity);
    close(`${venue.key}.average_price`, actual.average_price, venue.average_price);
    close(`${venue.key}.fees`, actual.fees, venue.fees);
    close(`${venue.key}.contribution_bps`, actual.contribution_bps, venue.contribution_bps);
    close(`${venue.key}.share`, summary.venue_distribution[venue.key], venue.quantity / expected.filled);
  });
  close('expected_progress', summary.expected_progress, expected.expected);
  close('execution_speed', summary.execution_speed, expected.speed);
  close('relative_performance_measure', cost.relative_performance_measure, expected.rpm);
  close('cost_efficiency', cost.cost_efficiency, expected.rpm);
  close('performance_score', summary.performance_score, expected.score);
}
