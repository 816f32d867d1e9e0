/** Alerts: the verdicts of the rules, what thresholds mean, and the lives of alerts by the clock. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { advance, HOLD_US, newLife, resolve } from '../../../engine/alerts/lifecycle.ts';
import { judge, type Measured } from '../../../engine/alerts/rules.ts';
import { effectiveThresholds, THRESHOLD_MEANINGS } from '../../../engine/alerts/thresholds.ts';
import { ALERT_TYPES, type Severity, THRESHOLD_KEYS } from '../../../engine/domain/enums.ts';
import { EnginePipeline } from '../../support/engine-pipeline.ts';
import { clockTo, fill, order, quote, storyEngine, tell } from '../../support/engine-story.ts';

const SECOND = 1_000_000;
const CALM: Measured = {
  nowUs: 50 * SECOND, startUs: 0, plannedEndUs: 100 * SECOND, executionProgress: 0.5, expectedProgress: 0.5, executionSpeed: 1, slippageBps: 0,
  costEfficiency: 0.5, marketImpactBps: 0, fillRate: 1, rejectRatio: 0, ownBenchmarkCostBps: 0, spreadBps: 2, isHalted: false,
};
const at = (share: number, change: Partial<Measured> = {}): Measured => ({ ...CALM, nowUs: share * 100 * SECOND, ...change });
const speed = (executionSpeed: number, more: Partial<Measured> = {}): Partial<Measured> => ({ executionSpeed, expectedProgress: 0.5, executionProgress: 0.5 * executionSpeed, ...more });

describe('rules', () => {
  test('SLOW_EXECUTION: below .70 with a shortfall of at least 5%, over at .85', () => {
    for (const [value, fires, clears] of [[0.2, true, false], [0.69, true, false], [0.7, false, false], [0.84, false, false], [0.85, false, true], [1, false, true]] as const) {
      const verdict = judge('SLOW_EXECUTION', at(0.5, speed(value)), {});
      assert.deepEqual([verdict.fires, verdict.clears], [fires, clears], String(value));
    }
    assert.equal(judge('SLOW_EXECUTION', at(0.5, { executionSpeed: 0.5, expectedProgress: 0.09, executionProgress: 0.045 }), {}).fires, false, 'a shortfall of 4.5%');
    assert.equal(judge('SLOW_EXECUTION', at(0.5, { executionSpeed: 0.5, expectedProgress: 0.1, executionProgress: 0.05 }), {}).fires, true, 'a shortfall of 5%');
  });

  test('severity by speed, one up in the last 15% of the time', () => {
    const severity = (value: number, share: number): Severity => judge('SLOW_EXECUTION', at(share, speed(value)), {}).severity;
    for (const [value, early, late] of [[0.69, 'MEDIUM', 'HIGH'], [0.5, 'MEDIUM', 'HIGH'], [0.49, 'HIGH', 'CRITICAL'], [0.25, 'HIGH', 'CRITICAL'], [0.24, 'CRITICAL', 'CRITICAL']] as const) {
      assert.deepEqual([severity(value, 0.5), severity(value, 0.849), severity(value, 0.85), severity(value, 1.2)], [early, early, late, late], String(value));
    }
    assert.equal(judge('SLOW_EXECUTION', at(0.5, speed(0.8)), { SLOW_EXECUTION: 0.9 }).severity, 'LOW');
  });

  test('no alert in the first 5% of the horizon, of any type and of any threshold', () => {
    const worst = speed(0.01, { slippageBps: 500, marketImpactBps: 500, fillRate: 0, rejectRatio: 1, costEfficiency: 0, ownBenchmarkCostBps: 500 });
    const given = Object.fromEntries(THRESHOLD_KEYS.map((key) => [key, key === 'FILL_RATE' || key === 'COST_EFFICIENCY' || THRESHOLD_MEANINGS[key].measures === 'executionSpeed' ? 0.9 : 0.1]));
    for (const type of ALERT_TYPES) {
      assert.equal(judge(type, at(0.049, worst), given).fires, false, type);
      assert.equal(judge(type, at(0.05, worst), given).fires, true, type);
    }
  });

  test('HIGH_COST: over the larger of 5 bps and 1.5 spreads once 5% is filled, over 10% below that', () => {
    const verdict = (slippageBps: number, spreadBps: number, executionProgress = 0.5) => judge('HIGH_COST', at(0.5, { slippageBps, spreadBps, executionProgress }), {});
    assert.deepEqual([verdict(5, 2).fires, verdict(5.01, 2).fires, verdict(5.01, Number.NaN).fires], [false, true, true]);
    assert.deepEqual([verdict(14.9, 10).fires, verdict(15.1, 10).fires], [false, true]);
    assert.deepEqual([verdict(50, 2, 0.049).fires, verdict(50, 2, 0.05).fires], [false, true]);
    assert.deepEqual([verdict(4.51, 2).clears, verdict(4.5, 2).clears, verdict(-3, 2).clears], [false, true, true]);
  });

  test('what is undefined does not hold: it does not fire, and what fired is over', () => {
    const nothing = Object.fromEntries(Object.keys(CALM).filter((key) => key !== 'isHalted').map((key) => [key, Number.NaN]));
    const CLEARS = ['SLOW_EXECUTION', 'HIGH_COST'];
    for (const type of ALERT_TYPES) {
      for (const given of [{}, Object.fromEntries(THRESHOLD_KEYS.map((key) => [key, 0.5]))]) {
        const verdict = judge(type, { ...CALM, ...nothing }, given);
        assert.deepEqual([verdict.fires, verdict.clears], [false, CLEARS.includes(type) || Object.keys(given).length > 0], type);
      }
    }
  });

  test('a halt inhibits SLOW, COST and IMPACT only', () => {
    const bad = speed(0.1, { slippageBps: 99, marketImpactBps: 99, rejectRatio: 1, ownBenchmarkCostBps: 99, isHalted: true });
    const given = { MARKET_IMPACT: 1, VENUE_ISSUE: 0.1, ALGORITHM_UNDERPERFORMANCE: 1 };
    assert.deepEqual(ALERT_TYPES.filter((type) => judge(type, at(0.5, bad), given).fires), ['VENUE_ISSUE', 'ALGORITHM_UNDERPERFORMANCE']);
  });
});

describe('thresholds', () => {
  const cases = [
    ['SLOW_EXECUTION', 'SLOW_EXECUTION', 'executionSpeed', 'below'], ['EXECUTION_SPEED', 'SLOW_EXECUTION', 'executionSpeed', 'below'],
    ['HIGH_COST', 'HIGH_COST', 'slippageBps', 'above'], ['SLIPPAGE', 'HIGH_COST', 'slippageBps', 'above'], ['COST_EFFICIENCY', 'HIGH_COST', 'costEfficiency', 'below'],
    ['MARKET_IMPACT', 'MARKET_IMPACT', 'marketImpactBps', 'above'], ['FILL_RATE', 'VENUE_ISSUE', 'fillRate', 'below'], ['VENUE_ISSUE', 'VENUE_ISSUE', 'rejectRatio', 'above'],
    ['ALGORITHM_UNDERPERFORMANCE', 'ALGORITHM_UNDERPERFORMANCE', 'ownBenchmarkCostBps', 'above'],
  ] as const;
  for (const [key, type, measured, side] of cases) {
    test(`${key} raises ${type} ${side} its value and clears 10% beyond it`, () => {
      const given = { [key]: 0.4 };
      const verdict = (value: number) => judge(type, at(0.5, { [measured]: value }), given);
      const good = side === 'below' ? 1 : -1;
      assert.deepEqual([verdict(0.4).fires, verdict(0.4 - good * 0.001).fires], [false, true]);
      assert.deepEqual([verdict(0.4 + good * 0.039).clears, verdict(0.4 + good * 0.041).clears], [false, true]);
      for (const other of ALERT_TYPES) if (other !== type) assert.equal(judge(other, at(0.5, { [measured]: 0.4 - good * 0.001 }), given).fires, false, other);
    });
  }

  test('a given threshold replaces the default rule of the alert that it raises, and no other', () => {
    assert.deepEqual(effectiveThresholds({}), { SLOW_EXECUTION: 0.7, HIGH_COST: 5 });
    assert.deepEqual(effectiveThresholds({ SLIPPAGE: 20 }), { SLOW_EXECUTION: 0.7, SLIPPAGE: 20 });
    assert.equal(judge('HIGH_COST', at(0.5, { slippageBps: 10 }), { COST_EFFICIENCY: 0.1 }).fires, false, 'the default of 5 bps is gone');
    assert.equal(judge('HIGH_COST', at(0.5, { slippageBps: 10 }), { EXECUTION_SPEED: 0.1 }).fires, true);
  });

  test('of several thresholds any fires and all must be over', () => {
    const given = { SLIPPAGE: 10, COST_EFFICIENCY: 0.3 };
    const verdict = (slippageBps: number, costEfficiency: number) => judge('HIGH_COST', at(0.5, { slippageBps, costEfficiency }), given);
    assert.deepEqual([verdict(11, 0.5).fires, verdict(0, 0.2).fires, verdict(9, 0.5).fires], [true, true, false]);
    assert.deepEqual([verdict(5, 0.31).clears, verdict(9.5, 0.5).clears, verdict(5, 0.5).clears], [false, false, true]);
  });
});

describe('life of an alert', () => {
  const FIRES = { fires: true, clears: false, severity: 'MEDIUM' as Severity };
  const BETWEEN = { fires: false, clears: false, severity: 'LOW' as Severity };
  const CLEARS = { fires: false, clears: true, severity: 'LOW' as Severity };

  test('holds 3 s, fires, escalates, does not fall back, resolves, and fires anew as another episode', () => {
    const life = newLife();
    assert.equal(advance(life, FIRES, 0), undefined);
    assert.equal(advance(life, FIRES, HOLD_US - 1), undefined);
    assert.equal(life.state, 'PENDING');
    assert.equal(advance(life, FIRES, HOLD_US), 'fired');
    assert.deepEqual([life.episode, life.revision, life.severity], [1, 1, 'MEDIUM']);
    assert.equal(advance(life, { ...FIRES, severity: 'HIGH' }, HOLD_US + 1), 'escalated');
    assert.equal(advance(life, FIRES, HOLD_US + 2), undefined);
    assert.deepEqual([life.revision, life.severity], [2, 'HIGH']);
    assert.equal(advance(life, BETWEEN, HOLD_US + 3), undefined);
    assert.equal(life.state, 'FIRING');
    assert.equal(advance(life, CLEARS, HOLD_US + 4), 'resolved');
    assert.equal(life.revision, 3);
    assert.equal(advance(life, FIRES, 10 * HOLD_US), undefined);
    assert.equal(advance(life, FIRES, 11 * HOLD_US), 'fired');
    assert.deepEqual([life.episode, life.revision], [2, 1]);
    assert.equal(resolve(life), 'resolved');
    assert.equal(resolve(life), undefined);
  });

  test('a condition that stops inside the hold begins again', () => {
    const life = newLife();
    advance(life, FIRES, 0);
    advance(life, BETWEEN, 2 * SECOND);
    assert.equal(life.state, 'IDLE');
    advance(life, FIRES, 2.5 * SECOND);
    assert.equal(advance(life, FIRES, 5 * SECOND), undefined);
    assert.equal(advance(life, FIRES, 5.5 * SECOND), 'fired');
  });
});

describe('alerts of an order by the clock', () => {
  const TWAP = { algorithm: 'TWAP', end_time: '2024-06-03T09:01:40Z', quantity: 1_000 };
  const told = (engine: EnginePipeline) => engine.alerts.map(({ alertType, state, severity, revision, timestampUs }) => [alertType, state, severity, revision, (timestampUs % (3_600 * SECOND)) / SECOND]);

  test('a slow order: silent for 5% of its time, fires after 3 s, one episode, severity rises, ends with the order', async () => {
    const engine = await storyEngine();
    engine.accept(order(0, TWAP));
    clockTo(engine, 7.9);
    assert.deepEqual(told(engine), []);
    clockTo(engine, 8);
    assert.deepEqual(told(engine), [['SLOW_EXECUTION', 'FIRING', 'CRITICAL', 1, 8]]);
    assert.deepEqual(engine.status('A').alerts, ['SLOW_EXECUTION']);
    engine.accept(fill(8, 'a', 95));
    clockTo(engine, 9);
    assert.deepEqual(told(engine).at(-1), ['SLOW_EXECUTION', 'RESOLVED', 'CRITICAL', 2, 8]);
    clockTo(engine, 18);
    assert.deepEqual(told(engine).at(-1), ['SLOW_EXECUTION', 'FIRING', 'MEDIUM', 1, 18]);
    clockTo(engine, 20);
    assert.deepEqual(told(engine).at(-1), ['SLOW_EXECUTION', 'FIRING', 'HIGH', 2, 20]);
    clockTo(engine, 86);
    assert.deepEqual(told(engine).at(-1)?.slice(0, 3), ['SLOW_EXECUTION', 'FIRING', 'CRITICAL']);
    engine.accept(tell('order_canceled', 86));
    assert.deepEqual(told(engine).at(-1)?.slice(0, 2), ['SLOW_EXECUTION', 'RESOLVED']);
    assert.deepEqual(engine.status('A').alerts, []);
    const episodes = new Set(engine.alerts.map(({ eventId }) => eventId));
    assert.equal(episodes.size, 2, 'two episodes, each with one id');
    assert.deepEqual(engine.rows.filter(({ kind }) => kind === 'alert').length, engine.alerts.length);
  });

  test('a session\'s threshold replaces the default, before or after the order is known', async () => {
    const engine = await storyEngine();
    engine.start({ order_id: 'A', alert_thresholds: { SLIPPAGE: 50 } });
    engine.accept(quote(0, 99.99, 100.01), order(0), fill(1, 'a', 50, 100.2));
    clockTo(engine, 10);
    assert.deepEqual(told(engine), [], '20 bps are over the default of 5 and under the 50 given');
    engine.start({ order_id: 'A', alert_thresholds: { SLIPPAGE: 10 } });
    clockTo(engine, 14);
    assert.deepEqual(told(engine), [['HIGH_COST', 'FIRING', 'HIGH', 1, 13]]);
  });

  test('a bust that re-opens an order re-arms its alerts', async () => {
    const engine = await storyEngine();
    engine.accept(order(0, TWAP));
    clockTo(engine, 10);
    engine.accept(fill(10, 'a', 1_000));
    assert.deepEqual(told(engine).map(([, state]) => state), ['FIRING', 'RESOLVED']);
    clockTo(engine, 20);
    engine.accept(tell('execution_canceled', 20, { exec_id: 'b', ref_exec_id: 'a' }));
    clockTo(engine, 24);
    assert.deepEqual(told(engine).map(([, state]) => state), ['FIRING', 'RESOLVED', 'FIRING']);
  });

  test('a replay fires the same alerts under the same ids', async () => {
    const engine = await storyEngine();
    engine.accept(order(0, TWAP));
    clockTo(engine, 40);
    engine.accept(fill(40, 'a', 500));
    clockTo(engine, 50);
    await engine.close();
    const again = await EnginePipeline.open({ folder: engine.folder });
    assert.deepEqual(again.alerts, engine.alerts);
    assert.ok(again.alerts.length >= 2);
    for (const { eventId } of again.alerts) assert.match(eventId, /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    await again.close();
  });
});
