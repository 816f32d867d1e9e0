/**
 * Where the engine once differed from the definitions of the measures: the smallest story of each difference, with the number
 * that the definitions ask for; and plans on the tradable clock.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from '../support/properties.ts';

import { STORY_BEGIN_US, atSecond, clockTo, fill, fillTape, order, quote, storyEngine, tell, toldStory, trade } from '../support/engine-story.ts';

/** Half of the day's volume in its first tenth. */
const CURVE = [0, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 1];
const DAY = tell('instrument', 0, { volume_curve: CURVE, trading_day_minutes: 10 });
const VWAP = { algorithm: 'VWAP', end_time: atSecond(600) };
const status = (second: number, word: string): Record<string, unknown> => tell('market_status', second, { status: word });
const near = (actual: number | null, expected: number): void => assert.ok(actual !== null && Math.abs(actual - expected) < 1e-9, `${actual}, expected ${expected}`);

describe('the day of a volume curve', () => {
  const expectedAt360 = async (...statuses: Record<string, unknown>[]): Promise<number | null> => {
    const engine = await toldStory([DAY, ...statuses, order(300, VWAP)], 360);
    return engine.analytics('A').execution_summary.expected_progress;
  };
  // From half to six tenths of the day, of half to all of it.
  const IN_ONE_DAY = (0.75 - 0.7) / (1 - 0.7);

  test('begins with its opening', async () => near(await expectedAt360(status(0, 'OPEN')), IN_ONE_DAY));

  test('does not begin again with OPEN that is told again', async () => near(await expectedAt360(status(0, 'OPEN'), status(290, 'OPEN')), IN_ONE_DAY));

  test('does not begin again behind an auction within the day', async () => {
    near(await expectedAt360(status(0, 'OPEN'), status(280, 'AUCTION'), status(290, 'OPEN')), IN_ONE_DAY);
  });

  test('does not begin again when an auction ends a halt', async () => {
    const { expected_progress: expected } = (await toldStory([DAY, status(0, 'OPEN'), status(200, 'HALTED'), status(200, 'AUCTION'), status(201, 'OPEN'), order(300, VWAP)], 360)).analytics('A').execution_summary;
    near(expected, IN_ONE_DAY);
  });
});

test('CLOSE: CLOSED that is told again before the opening is not the closing auction', async () => {
  const engine = await toldStory([status(0, 'CLOSED'), order(1, { algorithm: 'CLOSE' }), status(5, 'CLOSED'), status(10, 'OPEN')], 20);
  assert.equal(engine.analytics('A').execution_summary.expected_progress, 0);
});

describe('prices at a moment', () => {
  test('the decision price does not depend on when it is looked for', async () => {
    const events = [quote(1, 99, 101), order(2, { decision_time: atSecond(2) }), quote(2, 103, 105)];
    const plain = (await toldStory(events, 10)).analytics('A').cost_analysis.decision_price;
    const behindLate = (await toldStory([...events, quote(0, 80, 82)], 10)).analytics('A').cost_analysis.decision_price;
    assert.equal(behindLate, plain, 'a late quote from before all of them changed it');
  });

  test('in flight the mid is that of now: a quote stamped later is not there yet', async () => {
    const engine = await toldStory([quote(0, 99, 101), order(1), quote(30, 109, 111)], 10);
    assert.equal(engine.analytics('A').cost_analysis.market_impact.in_flight_bps, 0);
    assert.equal(engine.analytics('A').cost_analysis.implementation_shortfall.total, 0);
    clockTo(engine, 30);
    assert.equal(engine.analytics('A').cost_analysis.market_impact.in_flight_bps, 1_000);
  });

  test('PWP takes trades up to now only', async () => {
    const engine = await toldStory([quote(0, 99, 101), order(1), fill(2, 'x', 10), trade(3, 100, 50), trade(30, 200, 500)], 10);
    assert.equal(engine.analytics('A').benchmark_comparison.PWP_10.price, null);
  });

  test('a late quote of the index is heard by an order that has ended, in its status and its row too', async () => {
    const indexQuote = (second: number, bid: number, ask: number) => ({ ...quote(second, bid, ask), symbol: 'IDX' });
    const instrument = tell('instrument', 0, { beta: 1, index_symbol: 'IDX' });
    const engine = await toldStory([instrument, indexQuote(0, 4_999, 5_001), quote(0, 99, 101), order(1, { quantity: 10 }), fill(5, 'x', 10), quote(8, 99, 101)], 10);
    assert.equal(engine.status('A').state, 'FILLED');
    assert.equal(engine.status('A').current_metrics.MARKET_IMPACT, 0);
    engine.accept(indexQuote(4.5, 5_009, 5_011));
    clockTo(engine, 13);
    const impactBps = engine.analytics('A').cost_analysis.market_impact.in_flight_bps!;
    assert.ok(Math.abs(impactBps + 20) < 1e-9, String(impactBps));
    assert.equal(engine.status('A').current_metrics.MARKET_IMPACT, impactBps);
    assert.equal(engine.rows.filter((row) => row.kind === 'monitoring').at(-1)?.marketImpact, impactBps);
    await engine.close();
  });

  test('OPEN is of the day of the order where the feed marks no closes', async () => {
    const day = 86_400;
    const opening = (second: number, price: number) => ({ ...trade(second, price, 10), conditions: ['OPENING_AUCTION'] });
    const engine = await toldStory([opening(1, 90), quote(2, 99, 101), status(100, 'CLOSED')], 100);
    engine.tick(STORY_BEGIN_US + day * 1_000_000);
    engine.accept(status(day, 'OPEN'), opening(day + 1, 100), order(day + 2), fill(day + 3, 'x', 10));
    assert.equal(engine.analytics('A').benchmark_comparison.OPEN.price, 100);
  });

  test('an arrival price stays when its quote has left the tape and a trade comes late', async () => {
    const engine = await toldStory([trade(0, 90, 1), quote(1, 99, 101), order(2), fill(3, 'x', 10, 101)], 10);
    assert.equal(engine.analytics('A').cost_analysis.arrival_price, 100);
    fillTape(engine, 4);
    assert.equal(engine.analytics('A').cost_analysis.arrival_price, 100);
    engine.accept(trade(1, 95, 1));
    assert.equal(engine.analytics('A').cost_analysis.arrival_price, 100);
    await engine.close();
  });

  test('a decision price stays when its quote has left the tape and a quote comes late', async () => {
    const engine = await toldStory([quote(1, 99, 101), order(3, { decision_time: atSecond(2), arrival_price: 100 })], 10);
    fillTape(engine, 4);
    engine.accept(quote(2.5, 95, 97));
    assert.equal(engine.analytics('A').cost_analysis.decision_price, 100);
    await engine.close();
  });

  test('z and impact of an ended order stay when its last quote has left the tape', async () => {
    const instrument = tell('instrument', 0, { adv: 1e6, daily_volatility: 0.02 });
    const engine = await toldStory([instrument, quote(1, 99, 101), order(2), fill(3, 'x', 10, 101), tell('order_canceled', 3.5)], 10);
    const before = engine.analytics('A').cost_analysis;
    fillTape(engine, 4);
    const after = engine.analytics('A').cost_analysis;
    assert.deepEqual([after.pre_trade.z, after.market_impact.in_flight_bps], [before.pre_trade.z, before.market_impact.in_flight_bps]);
    await engine.close();
  });

  test('a later mid is final only when now has passed it too, whatever the market is stamped', async () => {
    const engine = await toldStory([quote(0, 99, 101), order(1), fill(3, 'x', 10, 100), quote(9, 101, 103), quote(30, 109, 111)], 10);
    const { markout_bps: early } = engine.analytics('A').cost_analysis.market_impact;
    assert.deepEqual([early['1s'], early['15s']], [0, null]);
    clockTo(engine, 18);
    const { markout_bps: markout } = engine.analytics('A').cost_analysis.market_impact;
    assert.deepEqual([markout['15s'], markout['1m']], [200, null]);
  });
});

describe('the end of an order', () => {
  test('what was expected by it stays when the market halts later', async () => {
    const engine = await toldStory([order(0, { algorithm: 'TWAP', end_time: atSecond(100) }), tell('order_canceled', 50)], 60);
    assert.equal(engine.analytics('A').execution_summary.expected_progress, 0.5);
    engine.accept(status(60, 'HALTED'));
    clockTo(engine, 80);
    assert.equal(engine.analytics('A').execution_summary.expected_progress, 0.5);
  });
});

describe('plans on the tradable clock', () => {
  const instrument = tell('instrument', 0, { volume_curve: CURVE, trading_day_minutes: 10, adv: 5_000, daily_volatility: 0.02 });
  for (const algorithm of ['TWAP', 'VWAP', 'IS', 'NONE']) {
    test(`${algorithm}: never falls through halts, stays in [0, 1] and ends at 1`, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 8 }), fc.integer({ min: 100, max: 500 }), fc.constantFrom(0, 0.01, 1), async (pauses, end, risk_aversion) => {
          const engine = await storyEngine();
          engine.accept(instrument, status(0, 'OPEN'), quote(0, 99, 101), order(0, { algorithm, end_time: atSecond(end), risk_aversion }));
          let [last, second] = [0, 0];
          const look = (): void => {
            const expected = engine.analytics('A').execution_summary.expected_progress!;
            assert.ok(expected >= last - 1e-12 && expected <= 1, `at ${second}: ${expected} after ${last}`);
            last = expected;
          };
          for (const [i, pause] of pauses.entries()) {
            for (let step = 0; step < 4; step++) {
              engine.tick(STORY_BEGIN_US + Math.floor((second + (pause * step) / 4) * 100) * 10_000);
              look();
            }
            second += pause;
            engine.tick(STORY_BEGIN_US + second * 1_000_000);
            engine.accept(status(second, i % 2 === 0 ? (['HALTED', 'CLOSED'] as const)[pause % 2]! : 'OPEN'));
            look();
          }
          engine.tick(STORY_BEGIN_US + Math.max(second, end) * 1_000_000);
          look();
          assert.equal(last, 1);
          await engine.close();
        }),
        { numRuns: 40, includeErrorInReport: true },
      );
    });
  }
});
