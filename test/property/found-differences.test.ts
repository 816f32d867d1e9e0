/**
 * Where the engine once differed from the definitions: the smallest story of each difference that the property tests found,
 * with the number that the definitions ask for.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { clockTo, fill, order, quote, storyEngine, tell, toldStory, trade } from '../support/engine-story.ts';

const TWAP_100S = { algorithm: 'TWAP', end_time: '2024-06-03T09:01:40Z' };
const POV_10 = { algorithm: 'POV', participation_rate: 0.1 };

describe('state is a fold over the live set, whatever the order of arrival', () => {
  test('bust(x) = never x: a replace below a quantity that is busted later', async () => {
    const replaced = tell('order_replaced', 40, { quantity: 50 });
    const never = await toldStory([order(0, TWAP_100S), replaced], 60);
    const busted = await toldStory(
      [order(0, TWAP_100S), fill(10, 'x', 80), replaced, tell('execution_canceled', 50, { exec_id: 'b', ref_exec_id: 'x' })],
      60,
    );
    assert.equal(busted.status('A').quantity, never.status('A').quantity);
    assert.equal(busted.status('A').expected_progress, never.status('A').expected_progress);
  });

  test('a fill from before a replace that comes behind it counts as if it had come in time', async () => {
    const replaced = tell('order_replaced', 40, { quantity: 50 });
    const inTime = await toldStory([order(0, TWAP_100S), fill(10, 'x', 80), replaced], 60);
    const late = await toldStory([order(0, TWAP_100S), replaced, fill(10, 'x', 80)], 60);
    assert.equal(late.status('A').quantity, 80);
    assert.equal(late.status('A').expected_progress, inTime.status('A').expected_progress);
  });

  test('POV: a trade from before a replace that comes behind it is in f(r)', async () => {
    const events = [order(0, POV_10), trade(5, 100, 100), tell('order_replaced', 10, { quantity: 200 })];
    const inTime = await toldStory([events[0]!, events[1]!, trade(6, 100, 300), events[2]!], 20);
    const late = await toldStory([...events, trade(6, 100, 300)], 20);
    assert.equal(late.status('A').expected_progress, inTime.status('A').expected_progress);
  });

  test('a decision price looked up by decision_time is found again when a quote comes late', async () => {
    const announced = order(10, { decision_time: '2024-06-03T09:00:05Z' });
    const inTime = await toldStory([quote(1, 99, 101), quote(4, 109, 111), announced], 20);
    const late = await toldStory([quote(1, 99, 101), announced, quote(4, 109, 111)], 20);
    assert.equal(inTime.analytics('A').cost_analysis.decision_price, 110);
    assert.equal(late.analytics('A').cost_analysis.decision_price, 110);
  });

  test('an arrival price from the last trade is looked for again when a trade comes late', async () => {
    const inTime = await toldStory([trade(1, 100, 5), trade(2, 102, 5), order(3), fill(4, 'x', 10, 103)], 10);
    const late = await toldStory([trade(1, 100, 5), order(3), trade(2, 102, 5), fill(4, 'x', 10, 103)], 10);
    assert.equal(inTime.analytics('A').cost_analysis.arrival_price, 102);
    assert.equal(late.analytics('A').cost_analysis.arrival_price, 102);
  });

  test('a route_accepted that comes behind the end of its child order does not open it again', async () => {
    const events = [order(0), tell('route', 1, { child_order_id: 'c', venue: 'XNAS', quantity: 40 }), fill(2, 'x', 10, 100, { child_order_id: 'c' })];
    const late = await toldStory([...events, tell('route_canceled', 4, { child_order_id: 'c' }), tell('route_accepted', 3, { child_order_id: 'c' })], 5);
    assert.equal(late.analytics('A').execution_summary.fill_rate, 0.25);
  });
});

describe('definitions to the letter', () => {
  test('POV: a replace keeps the expected quantity when the market trades in the same microsecond', async () => {
    const engine = await toldStory([order(0, POV_10), trade(10, 100, 400), tell('order_replaced', 10, { quantity: 100 })], 20);
    assert.equal(engine.status('A').expected_progress, 0.4);
  });

  test('all fills at one price, their own prints the only ones: a tie, rpm 0.5, at every price', async () => {
    const wrong: number[] = [];
    for (let cents = 9_900; cents < 10_000; cents++) {
      const price = cents / 100;
      const fills = [37, 11, 153, 60, 7].flatMap((quantity, i) => [fill(i + 1, `x${i}`, quantity, price), trade(i + 1, price, quantity)]);
      const engine = await toldStory([order(0, { quantity: 1_000 }), ...fills], 10);
      if (engine.analytics('A').cost_analysis.relative_performance_measure !== 0.5) wrong.push(price);
      await engine.close();
    }
    assert.deepEqual(wrong, [], 'prices at which the rounding of the average price makes ties better or worse');
  });

  test('interval VWAP ends at now: a trade stamped later is not in it yet', async () => {
    const engine = await toldStory([order(0), trade(1, 100, 10), trade(30, 200, 10)], 10);
    assert.equal(engine.analytics('A').benchmark_comparison.INTERVAL_VWAP.price, 100);
    clockTo(engine, 30);
    assert.equal(engine.analytics('A').benchmark_comparison.INTERVAL_VWAP.price, 150);
  });

  test('POV expects nothing for a trade that is stamped after now', async () => {
    const engine = await toldStory([order(0, POV_10), trade(1, 100, 100), trade(30, 100, 100)], 10);
    assert.equal(engine.status('A').expected_progress, 0.1);
  });
});

describe('quantities that are no whole numbers', () => {
  test('ten fills of 0.1 fill an order of 1', async () => {
    const engine = await toldStory([order(0, { quantity: 1 }), ...Array.from({ length: 10 }, (_, i) => fill(i + 1, `x${i}`, 0.1))], 20);
    assert.equal(engine.status('A').state, 'FILLED');
    assert.equal(engine.status('A').leaves_quantity, 0);
  });

  test('0.1 + 0.2 fill an order of 0.3 and do not overfill it', async () => {
    const engine = await toldStory([order(0, { quantity: 0.3 }), fill(1, 'x', 0.1), fill(2, 'y', 0.2)], 20);
    assert.equal(engine.status('A').state, 'FILLED');
    assert.equal(engine.status('A').overfilled, false);
  });

  test('a child order of 1 ends with its tenth fill of 0.1', async () => {
    const route = tell('route', 0, { child_order_id: 'c', venue: 'XNAS', quantity: 1 });
    const fills = Array.from({ length: 10 }, (_, i) => fill(i + 1, `x${i}`, 0.1, 100, { child_order_id: 'c' }));
    const engine = await toldStory([order(0, { quantity: 5 }), route, ...fills], 20);
    const { fill_rate: rate } = engine.analytics('A').execution_summary;
    assert.ok(rate !== null && Math.abs(rate - 1) < 1e-12, String(rate));
  });
});

describe('alerts', () => {
  test('HIGH_COST does not go on firing when the fills it spoke of are busted', async () => {
    const engine = await toldStory([quote(0, 99.99, 100.01), order(1), fill(2, 'x', 50, 101)], 10);
    assert.deepEqual(engine.status('A').alerts, ['HIGH_COST']);
    engine.accept(tell('execution_canceled', 10, { exec_id: 'b', ref_exec_id: 'x' }));
    clockTo(engine, 20);
    assert.deepEqual(engine.status('A').alerts, []);
  });
});

describe('identity', () => {
  test('ids that are no well-formed Unicode are refused, or recognised when they come again', async () => {
    const engine = await storyEngine();
    engine.accept(order(0));
    const odd = fill(1, 'x\ud800', 10);
    engine.accept(odd);
    engine.accept(odd);
    assert.ok(engine.status('A').filled_quantity <= 10, `counted twice: ${engine.status('A').filled_quantity}`);
  });

  test('a child order belongs to the order whose fill named it first', async () => {
    const engine = await storyEngine();
    engine.accept(order(0), order(0, { order_id: 'B' }), fill(1, 'x', 10, 100, { child_order_id: 'c' }));
    const answer = engine.accept(tell('route', 2, { order_id: 'B', child_order_id: 'c', venue: 'XNAS', quantity: 40 }));
    assert.deepEqual(answer.rejected.map(({ code }) => code), ['order_mismatch']);
  });

  test('an order sent again with the keys of its schedule in another order is a duplicate', async () => {
    const engine = await storyEngine();
    const knots = [['2024-06-03T09:00:00Z', 0], ['2024-06-03T09:10:00Z', 1]] as const;
    engine.accept(order(0, { algorithm: 'CUSTOM', schedule: knots.map(([time, fraction]) => ({ time, fraction })) }));
    const answer = engine.accept(order(0, { algorithm: 'CUSTOM', schedule: knots.map(([time, fraction]) => ({ fraction, time })) }));
    assert.equal(answer.duplicates, 1);
  });

  test('--clock event: an event that is refused does not move now', async () => {
    const engine = await storyEngine({ clock: 'event' });
    engine.accept(order(0));
    const nowUs = engine.nowUs;
    const answer = engine.accept({ ...fill(5_000, 'x', 1), symbol: 'OTHER' });
    assert.equal(answer.rejected[0]?.code, 'symbol_mismatch');
    assert.equal(engine.nowUs, nowUs);
  });

  test('of the sessions that wait for an order the newest is kept', async () => {
    const engine = await storyEngine();
    for (let i = 0; i < 5_000; i++) {
      assert.notEqual(typeof engine.sequencer.startMonitoring({ order_id: 'A', alert_thresholds: { EXECUTION_SPEED: i } }), 'string');
      engine.work();
    }
    assert.equal(engine.accept(fill(1, 'x', 10), order(0)).accepted, 2);
    assert.equal(engine.status('A').filled_quantity, 10);
  });
});
