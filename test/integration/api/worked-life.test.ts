/**
 * A small life of a TWAP buy and its mirror sell, every number derived by hand. Prices are multiples of 1/8, so that sums
 * and products are exact and what is shown can be compared to the last bit where no division is rounded.
 *
 *     s    what                                  mid      tape (eligible)
 *     -1   quote 99.75 / 100.25                  100
 *      0   BUY and SELL 1,000 each, TWAP to 100
 *      5   trade 400 @ 100.25                             400 @ 100.25
 *     10   each fills 200 @ 100.125 at A, fee 1           (print) 200 @ 100.125
 *     20   quote 100.25 / 100.75                 100.5
 *     30   trade 1,000 @ 101, not eligible
 *     40   each fills 200 @ 100.375 at B, fee 2           (print) 600 @ 100.375
 *     45   crossed, one-sided, zero quotes
 *     50   now
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { ExecutionAnalytics, ExecutionStatus } from '../../../engine/domain/monitoring.ts';
import { Client } from '../../support/client.ts';
import { isClose } from '../../support/mismatches.ts';
import { startService, type RunningService } from '../../support/service.ts';
import { Timeline } from '../../support/timeline.ts';

const line = new Timeline('LIFE', '2026-03-02T14:30:00Z');
const TWAP = { quantity: 1_000, algorithm: 'TWAP', end_time: line.at(100) };

function assertClose(actual: number | null | undefined, expected: number, what: string): void {
  assert.ok(typeof actual === 'number' && isClose(actual, expected), `${what}: ${actual}, expected ${expected}`);
}

describe('a TWAP buy and its mirror sell, by hand', () => {
  let service: RunningService;
  let client: Client;
  let buy: { status: ExecutionStatus; analytics: ExecutionAnalytics };
  let sell: { status: ExecutionStatus; analytics: ExecutionAnalytics };

  const read = async (orderId: string, seconds: number) => ({
    status: await client.statusWhen(orderId, (status) => status.last_updated === line.at(seconds)),
    analytics: await client.analytics(orderId),
  });

  before(async () => {
    service = await startService({ flags: ['--clock', 'event'] });
    client = new Client(service.url);
    await client.accept(
      line.quote(-1, 99.75, 100.25),
      line.order(0, 'buy', TWAP),
      line.order(0, 'sell', { ...TWAP, side: 'SELL' }),
      line.trade(5, 100.25, 400),
      line.fill(10, 'buy', 'b1', 200, 100.125, { venue: 'A', fee: 1 }),
      line.fill(10, 'sell', 's1', 200, 100.125, { venue: 'A', fee: 1 }),
      line.trade(10, 100.125, 200),
      line.quote(20, 100.25, 100.75),
      line.trade(30, 101, 1_000, { vwap_eligible: false }),
      line.fill(40, 'buy', 'b2', 200, 100.375, { venue: 'B', fee: 2 }),
      line.fill(40, 'sell', 's2', 200, 100.375, { venue: 'B', fee: 2 }),
      line.trade(40, 100.375, 600),
      line.quote(45, 110, 90),
      line.quote(46, null, 90),
      line.quote(46, 110, null),
      line.quote(46, 0, 0),
      line.quote(46, 0, 250),
      line.now(50),
    );
    buy = await read('buy', 50);
    sell = await read('sell', 50);
  });

  after(async () => {
    assert.equal(await service.stop(), 0, service.stderr());
  });

  test('progress: 400 of 1,000 done, 50 of 100 s gone, speed .4 / .5', () => {
    for (const { status, analytics } of [buy, sell]) {
      assert.equal(status.state, 'PARTIALLY_FILLED');
      assert.equal(status.filled_quantity, 400);
      assert.equal(status.leaves_quantity, 600);
      assert.equal(status.execution_progress, 0.4);
      assert.equal(status.expected_progress, 0.5);
      assert.equal(status.current_metrics.EXECUTION_SPEED, 0.8);
      assert.equal(analytics.execution_summary.execution_speed, 0.8);
      assert.equal(analytics.execution_summary.provisional, true);
    }
  });

  test('fill rate: no child order, so 400 / 1,000 on the parent', () => {
    assert.equal(buy.status.current_metrics.FILL_RATE, 0.4);
    assert.equal(buy.analytics.execution_summary.fill_rate_basis, 'parent');
  });

  test('average price: (200 x 100.125 + 200 x 100.375) / 400 = 40,100 / 400 = 100.25', () => {
    assert.equal(buy.status.average_price, 100.25);
    assert.equal(buy.analytics.execution_summary.notional, 40_100);
    assert.equal(buy.analytics.execution_summary.fees, 3);
    assert.deepEqual(buy.analytics.execution_summary.venue_distribution, { A: 0.5, B: 0.5 });
    assert.equal(buy.analytics.execution_summary.first_fill_time, line.at(10));
    assert.equal(buy.analytics.execution_summary.last_fill_time, line.at(40));
  });

  test('slippage: (100.25 - 100) / 100 = 25 bps paid by the buy, gained by the sell', () => {
    assert.equal(buy.analytics.cost_analysis.arrival_price, 100);
    assert.equal(buy.analytics.cost_analysis.arrival_price_basis, 'mid');
    assert.equal(buy.status.current_metrics.SLIPPAGE, 25);
    assert.equal(sell.status.current_metrics.SLIPPAGE, -25);
    assert.equal(buy.analytics.benchmark_comparison.ARRIVAL.cost_bps, 25);
  });

  test('market impact: the mid went from 100 to 100.5, 50 bps against the buy; bad quotes moved nothing', () => {
    assert.equal(buy.status.current_metrics.MARKET_IMPACT, 50);
    assert.equal(sell.status.current_metrics.MARKET_IMPACT, -50);
  });

  test('interval VWAP: (400 x 100.25 + 200 x 100.125 + 600 x 100.375) / 1,200 = 120,350 / 1,200', () => {
    const vwap = 120_350 / 1_200;
    const { INTERVAL_VWAP: own } = buy.analytics.benchmark_comparison;
    assert.equal(own.volume, 1_200);
    assert.equal(own.price, vwap);
    // (100.25 - 100.291666..) / 100.291666.. = -4.1545 bps
    assertClose(own.cost_bps, ((100.25 - vwap) / vwap) * 1e4, 'VWAP cost of the buy');
    assertClose(own.cost_bps, -4.154549231408392, 'VWAP cost of the buy, as a number');
    assertClose(sell.analytics.benchmark_comparison.INTERVAL_VWAP.cost_bps, 4.154549231408392, 'VWAP cost of the sell');
  });

  test('TWAP benchmark: 20 s at 100 and 30 s at 100.5 = 5,015 / 50 = 100.3', () => {
    assertClose(buy.analytics.benchmark_comparison.TWAP.price, 100.3, 'TWAP');
    // (100.25 - 100.3) / 100.3 = -4.985 bps
    assertClose(buy.analytics.benchmark_comparison.TWAP.cost_bps, -4.985044865403789, 'TWAP cost of the buy');
    assertClose(sell.analytics.benchmark_comparison.TWAP.cost_bps, 4.985044865403789, 'TWAP cost of the sell');
    assert.equal(buy.analytics.benchmark_comparison.TWAP.coverage, 1);
  });

  test('participation: 400 / 1,200', () => {
    assert.equal(buy.analytics.execution_summary.participation_rate, 400 / 1_200);
  });

  test('cost efficiency (RPM): the buy beat 600 of 1,200 and tied 400: (600 + 200) / 1,200; the sell (200 + 200) / 1,200', () => {
    assertClose(buy.status.current_metrics.COST_EFFICIENCY, 2 / 3, 'RPM of the buy');
    assertClose(sell.status.current_metrics.COST_EFFICIENCY, 1 / 3, 'RPM of the sell');
    assert.equal(buy.analytics.cost_analysis.cost_efficiency_method, 'rpm');
    assert.equal(buy.analytics.cost_analysis.relative_performance_measure, buy.status.current_metrics.COST_EFFICIENCY);
  });

  test('score: 100 x (.4 x .8 + .45 x 2/3 + .15 x .4) = 68 for the buy; with 1/3 it is 53 for the sell', () => {
    assertClose(buy.status.performance_score, 68, 'score of the buy');
    assertClose(sell.status.performance_score, 53, 'score of the sell');
    assert.deepEqual(buy.status.performance_score_weights, { execution_speed: 0.4, cost_efficiency: 0.45, fill_rate: 0.15 });
  });

  test('by venue: (200 x .125 + 1) and (200 x .375 + 2) of 1,000 x 100 = 2.6 and 7.7 bps', () => {
    const [a, b] = buy.analytics.performance_attribution.by_venue;
    assert.deepEqual([a!.key, a!.quantity, a!.average_price, a!.fees], ['A', 200, 100.125, 1]);
    assert.deepEqual([b!.key, b!.quantity, b!.average_price, b!.fees], ['B', 200, 100.375, 2]);
    assertClose(a!.contribution_bps, 2.6, 'venue A');
    assertClose(b!.contribution_bps, 7.7, 'venue B');
  });

  test('analytics and status have the same numbers', () => {
    for (const { status, analytics } of [buy, sell]) {
      const { execution_summary: summary, cost_analysis: cost } = analytics;
      assert.equal(summary.as_of_sequence, status.as_of_sequence);
      assert.equal(summary.execution_progress, status.execution_progress);
      assert.equal(summary.expected_progress, status.expected_progress);
      assert.equal(summary.average_price, status.average_price);
      assert.equal(summary.fill_rate, status.current_metrics.FILL_RATE);
      assert.equal(cost.slippage_bps, status.current_metrics.SLIPPAGE);
      assert.equal(cost.market_impact.in_flight_bps, status.current_metrics.MARKET_IMPACT);
      assert.equal(cost.cost_efficiency, status.current_metrics.COST_EFFICIENCY);
    }
  });

  test('filled at 60 s: its numbers stop there, whatever the market does behind', async () => {
    await client.accept(line.fill(60, 'buy', 'b3', 600, 100.5), line.quote(70, 119, 121), line.trade(70, 120, 5_000), line.now(80));
    const { status, analytics } = await read('sell', 80).then(() => client.statusWhen('buy', (s) => s.state === 'FILLED')).then(async (s) => ({ status: s, analytics: await client.analytics('buy') }));
    // 60 of 100 s: expected .6, speed 1 / .6; average (40,100 + 60,300) / 1,000 = 100.4; impact at the mid of 60 s.
    assert.equal(status.expected_progress, 0.6);
    assertClose(status.current_metrics.EXECUTION_SPEED, 1 / 0.6, 'speed');
    assert.equal(status.average_price, 100.4);
    assert.equal(status.current_metrics.MARKET_IMPACT, 50);
    assert.equal(analytics.benchmark_comparison.INTERVAL_VWAP.volume, 1_200);
    // 20 s at 100, 40 s at 100.5
    assertClose(analytics.benchmark_comparison.TWAP.price, (2_000 + 4_020) / 60, 'TWAP');
    assert.equal(analytics.execution_summary.end_time, line.at(60));
    assert.equal(analytics.execution_summary.provisional, false);
    // Nothing traded at worse than 100.4: 0 of 1,200. min(1, speed) and fill rate are 1: 100 x (.4 + 0 + .15).
    assert.equal(status.current_metrics.COST_EFFICIENCY, 0);
    assertClose(status.performance_score, 55, 'score');
  });
});
