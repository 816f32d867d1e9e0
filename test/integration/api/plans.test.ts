/** Expected progress of each algorithm by hand, and null wherever a number is not defined. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from '../../support/client.ts';
import { startService, type RunningService } from '../../support/service.ts';
import { Timeline, type TestEvent } from '../../support/timeline.ts';

describe('plans and undefined numbers', () => {
  let service: RunningService;
  let client: Client;
  let minutes = 0;

  before(async () => {
    service = await startService({ flags: ['--clock', 'event'] });
    client = new Client(service.url);
  });

  after(async () => {
    assert.equal(await service.stop(), 0, service.stderr());
  });

  /** A story of its own symbol, five minutes behind the last one, because there is one `now` for all. */
  const story = (symbol: string): Timeline => new Timeline(symbol, new Date(Date.UTC(2026, 2, 2, 14, 0) + 300_000 * minutes++).toISOString());
  const statusAt = async (line: Timeline, seconds: number, orderId: string, ...events: readonly TestEvent[]) => {
    await client.accept(...events, line.now(seconds));
    return client.statusWhen(orderId, (status) => status.last_updated === line.at(seconds));
  };

  test('POV: min(1, rate x volume / quantity), null until a trade is known', async () => {
    const line = story('POV');
    const order = line.order(0, 'pov', { quantity: 1_000, algorithm: 'POV', participation_rate: 0.125 });
    const before = await statusAt(line, 1, 'pov', line.quote(0, 99, 101), order);
    assert.equal(before.expected_progress, null);
    assert.equal(before.current_metrics.EXECUTION_SPEED, null);
    // .125 x 4,000 / 1,000 = .5; the trade that is not eligible does not count; .25 / .5
    const half = await statusAt(line, 10, 'pov', line.trade(2, 100, 3_000), line.trade(3, 100, 9_000, { vwap_eligible: false }), line.trade(4, 101, 1_000), line.fill(5, 'pov', 'pov-1', 250, 100));
    assert.equal(half.expected_progress, 0.5);
    assert.equal(half.current_metrics.EXECUTION_SPEED, 0.5);
    assert.equal((await client.analytics('pov')).execution_summary.participation_rate, 250 / 4_000);
    const whole = await statusAt(line, 20, 'pov', line.trade(15, 100, 50_000));
    assert.equal(whole.expected_progress, 1);
  });

  test('POV: what traded before the start does not count', async () => {
    const line = story('POVS');
    const order = line.order(5, 'povs', { quantity: 1_000, algorithm: 'POV', participation_rate: 0.125 });
    const status = await statusAt(line, 10, 'povs', line.trade(1, 100, 8_000), order, line.trade(6, 100, 800));
    assert.equal(status.expected_progress, 0.1);
  });

  test('CUSTOM: straight lines between the knots', async () => {
    const line = story('CUSTOM');
    const schedule = [{ time: line.at(0), fraction: 0 }, { time: line.at(20), fraction: 0.5 }, { time: line.at(60), fraction: 0.5 }, { time: line.at(100), fraction: 1 }];
    const order = line.order(0, 'custom', { quantity: 100, algorithm: 'CUSTOM', schedule });
    assert.equal((await statusAt(line, 10, 'custom', order)).expected_progress, 0.25);
    assert.equal((await statusAt(line, 20, 'custom')).expected_progress, 0.5);
    assert.equal((await statusAt(line, 45, 'custom')).expected_progress, 0.5);
    // .5 + .5 x 10 / 40
    assert.equal((await statusAt(line, 70, 'custom')).expected_progress, 0.625);
    assert.equal((await statusAt(line, 120, 'custom')).expected_progress, 1);
  });

  test('NONE: null without an end time, linear with one', async () => {
    const line = story('NONE');
    const events = [line.order(0, 'none', { quantity: 100 }), line.order(0, 'none-end', { quantity: 100, end_time: line.at(40) }), line.fill(5, 'none', 'none-1', 25, 10)];
    const open = await statusAt(line, 10, 'none', ...events);
    assert.equal(open.expected_progress, null);
    assert.equal(open.current_metrics.EXECUTION_SPEED, null);
    // Neither speed nor cost efficiency is defined: the score is the fill rate alone.
    assert.equal(open.performance_score, 25);
    assert.equal((await client.statusWhen('none-end', (status) => status.last_updated === line.at(10))).expected_progress, 0.25);
  });

  test('VWAP without a volume curve is linear', async () => {
    const line = story('VWAP');
    const status = await statusAt(line, 10, 'vwap', line.order(0, 'vwap', { quantity: 100, algorithm: 'VWAP', end_time: line.at(80) }));
    assert.equal(status.expected_progress, 0.125);
  });

  test('speed at the start: 0 / 0 is 1, something / 0 is 10', async () => {
    const line = story('START');
    const order = line.order(0, 'start', { quantity: 100, algorithm: 'TWAP', start_time: line.at(60), end_time: line.at(160) });
    const nothing = await statusAt(line, 10, 'start', order);
    assert.equal(nothing.expected_progress, 0);
    assert.equal(nothing.current_metrics.EXECUTION_SPEED, 1);
    assert.equal((await statusAt(line, 20, 'start', line.fill(15, 'start', 'start-1', 1, 10))).current_metrics.EXECUTION_SPEED, 10);
  });

  test('a replace keeps the expected quantity and plans the rest to the new end', async () => {
    const line = story('REPLACE');
    const order = line.order(0, 'replace', { quantity: 100, algorithm: 'TWAP', end_time: line.at(100) });
    // At 50 s: f = .5 x 100 / 200 = .25.
    const at50 = await statusAt(line, 50, 'replace', order, line.of(50, 'replace', 'order_replaced', { quantity: 200, end_time: line.at(150) }));
    assert.equal(at50.expected_progress, 0.25);
    // Half of the way from 50 to 150: .25 + .75 x .5.
    assert.equal((await statusAt(line, 100, 'replace')).expected_progress, 0.625);
    assert.equal((await statusAt(line, 150, 'replace')).expected_progress, 1);
  });

  test('without any market data nothing is guessed', async () => {
    const line = story('DARK');
    const status = await statusAt(line, 10, 'dark', line.order(0, 'dark', { quantity: 100 }), line.fill(5, 'dark', 'dark-1', 10, 10));
    const { SLIPPAGE: slippage, MARKET_IMPACT: impact, COST_EFFICIENCY: efficiency } = status.current_metrics;
    assert.deepEqual({ slippage, impact, efficiency }, { slippage: null, impact: null, efficiency: null });
    const { cost_analysis: cost, benchmark_comparison: benchmarks, execution_summary: summary } = await client.analytics('dark');
    assert.deepEqual([cost.arrival_price, cost.arrival_price_basis, cost.slippage_bps, cost.cost_efficiency_method], [null, null, null, null]);
    assert.deepEqual(benchmarks.INTERVAL_VWAP, { price: null, cost_bps: null, coverage: benchmarks.INTERVAL_VWAP.coverage, volume: 0 });
    assert.deepEqual([benchmarks.TWAP.price, benchmarks.TWAP.cost_bps], [null, null]);
    assert.equal(summary.participation_rate, null);
  });

  test('without a fill nothing that needs one is defined', async () => {
    const line = story('EMPTY');
    const status = await statusAt(line, 10, 'empty', line.quote(0, 99, 101), line.trade(1, 100, 50), line.order(2, 'empty', { quantity: 100 }));
    assert.equal(status.average_price, null);
    assert.equal(status.current_metrics.SLIPPAGE, null);
    assert.equal(status.current_metrics.COST_EFFICIENCY, null);
    assert.equal(status.current_metrics.MARKET_IMPACT, 0);
    const { execution_summary: summary } = await client.analytics('empty');
    assert.deepEqual([summary.first_fill_time, summary.last_fill_time, summary.fill_count, summary.notional], [null, null, 0, 0]);
  });

  test('arrival price: given before mid, mid before last trade', async () => {
    const line = story('ARRIVE');
    const fields = { quantity: 100 };
    await client.accept(line.trade(0, 50, 10), line.order(1, 'arrive-trade', fields), line.quote(2, 99, 101), line.order(3, 'arrive-mid', fields), line.order(3, 'arrive-given', { ...fields, arrival_price: 80 }));
    await client.statusWhen('arrive-given', () => true);
    const basisOf = async (id: string) => {
      const { arrival_price: price, arrival_price_basis: basis } = (await client.analytics(id)).cost_analysis;
      return [price, basis];
    };
    assert.deepEqual(await basisOf('arrive-trade'), [50, 'last_trade']);
    assert.deepEqual(await basisOf('arrive-mid'), [100, 'mid']);
    assert.deepEqual(await basisOf('arrive-given'), [80, 'given']);
  });

  test('a locked quote is valid; a late quote and a late trade count where their time belongs', async () => {
    const line = story('LATE');
    await client.accept(line.quote(0, 100, 100), line.order(2, 'late', { quantity: 100 }), line.fill(3, 'late', 'late-1', 10, 102), line.quote(4, 101, 103));
    const status = await statusAt(line, 10, 'late', line.quote(1, 101, 101), line.trade(2.5, 102, 30), line.trade(1.5, 1, 1_000));
    // The mid at arrival is the late 101, not 100; the tape begins with the order.
    assert.equal(status.current_metrics.SLIPPAGE, ((102 - 101) * 1e4) / 101);
    assert.equal((await client.analytics('late')).benchmark_comparison.INTERVAL_VWAP.price, 102);
  });

  test('the last trade is the arrival price also when it comes late', async () => {
    const line = story('LATETRADE');
    const inOrder = [line.trade(1, 50, 10), line.order(2, 'trade-first', { quantity: 100 })];
    const other = story('LATETRADE2');
    const reversed = [other.order(2, 'trade-late', { quantity: 100 }), other.trade(1, 50, 10)];
    await statusAt(line, 5, 'trade-first', ...inOrder);
    await statusAt(other, 5, 'trade-late', ...reversed);
    assert.equal((await client.analytics('trade-first')).cost_analysis.arrival_price, 50);
    assert.equal((await client.analytics('trade-late')).cost_analysis.arrival_price, 50);
  });
});
