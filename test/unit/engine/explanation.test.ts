/**
 * explain=true: every number of a full answer is explained, and comes out of its explanation again to the last bit. The answer
 * carries numbers as JSON does, which keeps every double; sums are made in the order of the rows. So nothing has to be close.
 */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { FORMULAS } from '../../../engine/analytics/catalogue/catalogue.ts';
import { ExecutionAnalytics } from '../../../engine/domain/monitoring.ts';
import { DEFAULT_SETTINGS } from '../../../engine/domain/settings.ts';
import { compileValidator } from '../../../engine/domain/validate.ts';
import type { EnginePipeline } from '../../support/engine-pipeline.ts';
import { atSecond, clockTo, fill, fillTape, order, quote, storyEngine, tell, trade } from '../../support/engine-story.ts';
import { assertExplained } from '../../support/explained-numbers.ts';

const isAnswer = compileValidator(ExecutionAnalytics);

const ORDERS: Readonly<Record<string, Record<string, unknown>>> = {
  twap: { algorithm: 'TWAP', end_time: atSecond(100), decision_price: 99.5 },
  vwap: { algorithm: 'VWAP', end_time: atSecond(200), decision_time: atSecond(1) },
  straight: { algorithm: 'VWAP', symbol: 'BBB', end_time: atSecond(200), side: 'SELL' },
  pov: { algorithm: 'POV', participation_rate: 0.2 },
  is: { algorithm: 'IS', end_time: atSecond(150), risk_aversion: 1e-3, side: 'SELL', arrival_price: 100.2 },
  averse: { algorithm: 'IS', end_time: atSecond(150) },
  close: { algorithm: 'CLOSE', end_time: atSecond(30) },
  custom: { algorithm: 'CUSTOM', schedule: [{ time: atSecond(2), fraction: 0 }, { time: atSecond(22), fraction: 0.7 }, { time: atSecond(102), fraction: 1 }] },
  none: { side: 'SELL_SHORT' },
  unfilled: { algorithm: 'TWAP', end_time: atSecond(100) },
};

/** Both symbols trade; each order is filled three times, some are replaced, routed, halted over, corrected and busted. */
function tellDay(engine: EnginePipeline): void {
  const sent = (...events: Record<string, unknown>[]): void => assert.deepEqual(engine.accept(...events).rejected, []);
  const of = (order_id: string, event: Record<string, unknown>): Record<string, unknown> => ({ ...event, order_id, ...('exec_id' in event ? { exec_id: `${order_id}-${event['exec_id'] as string}` } : {}) });
  sent(
    tell('instrument', 0, { adv: 50_000, daily_volatility: 0.02, shares_outstanding: 1e7, volume_curve: [0, 0.4, 0.55, 1], trading_day_minutes: 10, beta: 1.1, index_symbol: 'IDX' }),
    { ...quote(0, 5_000, 5_001), symbol: 'IDX' },
    tell('trade', 0, { price: 98.7, quantity: 900, conditions: ['CLOSE'], vwap_eligible: false }),
    tell('market_status', 0.5, { status: 'OPEN' }),
    trade(0.6, 99.9, 10),
    { ...trade(0.7, 97, 50), symbol: 'BBB' },
    quote(1, 99, 101),
    tell('trade', 1.5, { price: 99.3, quantity: 400, conditions: ['OPEN'] }),
  );
  for (const [id, fields] of Object.entries(ORDERS)) sent(of(id, order(2, { quantity: 300, ...fields })));
  const worked = Object.keys(ORDERS).filter((id) => id !== 'unfilled');
  sent(tell('route', 2.5, { order_id: 'twap', child_order_id: 'c1', venue: 'XNAS', quantity: 80, order_type: 'LIMIT' }), tell('route', 2.5, { order_id: 'twap', child_order_id: 'c2', venue: 'XNAS', quantity: 40 }));
  sent(trade(3, 100.5, 3_000), { ...quote(3, 5_002, 5_003), symbol: 'IDX' }, { ...trade(3, 97.5, 500), symbol: 'BBB' });
  for (const [i, id] of worked.entries()) {
    sent(of(id, fill(4 + i / 10, '1', 30 + i, 100.25 + i / 100, { fee: 0.35, liquidity: 'ADDED', ...(id === 'twap' ? { child_order_id: 'c1' } : {}) })));
    sent(of(id, fill(7 + i / 10, '2', 21.5, 100.9, { venue: 'ARCX' })));
  }
  sent(quote(8, 100, 101.5), tell('route_canceled', 9, { order_id: 'twap', child_order_id: 'c1' }), { ...quote(9, 4_990, 4_995), symbol: 'IDX' });
  sent(tell('market_status', 10, { status: 'HALTED' }), tell('market_status', 14, { status: 'OPEN' }));
  for (const id of ['twap', 'vwap', 'pov', 'is', 'custom']) sent(of(id, tell('order_replaced', 15, { quantity: 450, end_time: atSecond(160) })));
  for (const id of ['twap', 'pov']) sent(of(id, tell('order_replaced', 18, { quantity: 20, end_time: atSecond(120) })));
  sent(of('twap', tell('order_replaced', 19, { quantity: 400 })));
  sent(trade(20, 101.3, 1_200), quote(21, 101, 101.2), { ...quote(21, 5_010, 5_012), symbol: 'IDX' });
  for (const [i, id] of worked.entries()) sent(of(id, fill(24 + i / 10, '3', 17, 101.1, { venue: i % 2 === 0 ? 'XNAS' : 'BATS', fee: -0.1, liquidity: 'REMOVED' })));
  sent(of('is', tell('execution_canceled', 25, { exec_id: 'b', ref_exec_id: 'is-2' })), of('averse', tell('execution_corrected', 25, { exec_id: 'k', ref_exec_id: 'averse-2', quantity: 19, price: 100.7 })));
  sent(tell('trade', 26, { price: 101.7, quantity: 800, conditions: ['CLOSING_AUCTION'] }), quote(27, 101.4, 101.4));
}

const LOOKS = [
  { what: 'while they trade', second: 28, isEnded: false },
  { what: 'later mids of some fills are final', second: 75, isEnded: false },
  { what: 'ended', second: 130, isEnded: true },
  { what: 'ended, with all that is only final later', second: 2_300, isEnded: true },
];

describe('explain=true', () => {
  test('every number of every order is explained and comes out again', async () => {
    const engine = await storyEngine();
    tellDay(engine);
    const redone = new Set<string>();
    let hasEnded = false;
    for (const { what, second, isEnded } of LOOKS) {
      if (isEnded && !hasEnded) for (const id of Object.keys(ORDERS)) engine.accept({ ...tell('order_canceled', 80), order_id: id });
      hasEnded ||= isEnded;
      engine.accept(quote(second, 101 + second / 1_000, 101.5 + second / 1_000), { ...quote(second, 98, 99), symbol: 'BBB' });
      clockTo(engine, second);
      for (const id of Object.keys(ORDERS)) {
        const answer = engine.analytics(id, true);
        const checked = isAnswer(answer);
        assert.ok(checked.ok, checked.ok ? '' : `${id}: ${checked.fault.field} ${checked.fault.detail}`);
        // Replaced to what it had filled, it was done.
        assert.equal(answer.execution_summary.provisional, !isEnded && id !== 'pov', id);
        for (const name of assertExplained(answer, `${id} ${what}`)) redone.add(name);
      }
    }
    const missed = FORMULAS.map(({ name }) => name).filter((name) => !redone.has(name));
    assert.deepEqual(missed, [], 'each formula has made some number of the story');
    await engine.close();
  });

  test('settings that enter numbers are among the inputs', async () => {
    const settings = { ...DEFAULT_SETTINGS, scoreWeights: { execution_speed: 1, cost_efficiency: 3, fill_rate: 0.5 }, impactCoefficients: { permanent: 0.2, temporary: 0.3 } };
    const engine = await storyEngine({ settings });
    tellDay(engine);
    clockTo(engine, 28);
    for (const id of Object.keys(ORDERS)) assertExplained(engine.analytics(id, true), id);
    const { explanation } = engine.analytics('is', true);
    assert.equal(explanation!['execution_summary.performance_score']!.inputs['weight_of_cost_efficiency'], 3);
    assert.equal(explanation!['cost_analysis.pre_trade.temporary_bps']!.inputs['temporary_coefficient'], 0.3);
    await engine.close();
  });

  test('also when the market that they met has left the tape', async () => {
    const engine = await storyEngine();
    tellDay(engine);
    for (const id of ['vwap', 'none', 'unfilled']) engine.accept({ ...tell('order_canceled', 28), order_id: id });
    fillTape(engine, 40);
    clockTo(engine, 60);
    for (const id of Object.keys(ORDERS)) assertExplained(engine.analytics(id, true), `${id} behind quotes`);
    const { explanation, cost_analysis: cost } = engine.analytics('vwap', true);
    assert.deepEqual(explanation!['cost_analysis.arrival_price']!.inputs, { kept: cost.arrival_price });
    assert.deepEqual(explanation!['cost_analysis.decision_price']!.inputs, { kept: cost.decision_price });
    fillTape(engine, 70, { type: 'trade', price: 121, quantity: 1 });
    clockTo(engine, 90);
    for (const id of Object.keys(ORDERS)) assertExplained(engine.analytics(id, true), `${id} behind trades`);
    assert.equal(engine.analytics('vwap').benchmark_comparison.INTERVAL_VWAP.coverage, 0, 'the trades have left');
    await engine.close();
  });

  test('the rows stand once in the answer: each live fill, ten slices, a plan for each replace', async () => {
    const engine = await storyEngine();
    tellDay(engine);
    clockTo(engine, 28);
    const { explained_fills: fills, explained_slices: slices, explained_plans: plans, execution_summary: summary } = engine.analytics('twap', true);
    assert.equal(fills!.length, summary.fill_count);
    assert.deepEqual(fills!.map(({ exec_id, venue, child_order_type, liquidity }) => [exec_id, venue, child_order_type, liquidity]), [
      ['twap-1', 'XNAS', 'LIMIT', 'ADDED'],
      ['twap-2', 'ARCX', 'UNKNOWN', 'UNKNOWN'],
      ['twap-3', 'XNAS', 'UNKNOWN', 'REMOVED'],
    ]);
    assert.equal(slices!.length, 10);
    // Asked for 20 when 51.5 were filled: the order was for what was filled, until the next replace.
    assert.deepEqual(plans!.map(({ quantity, end_us }) => [quantity, end_us]), [[300, 98e6], [450, 158e6], [51.5, 118e6], [400, 118e6]]);
    await engine.close();
  });

  test('without it there is none of this, and the rest is the same', async () => {
    const engine = await storyEngine();
    tellDay(engine);
    const { explanation, explained_fills, explained_slices, explained_plans, ...answer } = engine.analytics('twap', true);
    assert.ok(explanation !== undefined && explained_fills !== undefined && explained_slices !== undefined && explained_plans !== undefined);
    assert.deepEqual(engine.analytics('twap'), answer);
    await engine.close();
  });
});
