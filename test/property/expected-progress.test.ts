/** Expected progress over time: within [0, 1], never falling between replaces, and the same quantity on both sides of one. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from '../support/properties.ts';

import type { InputEvent } from '../../engine/domain/events.ts';
import { parseTimestampUs } from '../../engine/domain/timestamp.ts';
import { lives } from '../support/engine-lives.ts';
import { marketLives } from '../support/engine-market-lives.ts';
import { EnginePipeline } from '../support/engine-pipeline.ts';
import { advance, FEWER_RUNS, runLife } from '../support/engine-runs.ts';
import { clockTo, order, storyEngine, tell, trade } from '../support/engine-story.ts';

const ROUNDING = 1e-12;

/** A replace; a bust or a correction, which can re-open an order; what was before now and is only known now. */
function planStartsAnew(event: InputEvent, reachedUs: number): boolean {
  const isAmendment = event.type === 'execution_canceled' || event.type === 'execution_corrected';
  return event.type === 'order_replaced' || isAmendment || parseTimestampUs(event.timestamp) < reachedUs;
}

describe('expected progress', () => {
  test('stays in [0, 1] and never falls between replaces', async () => {
    await fc.assert(
      fc.asyncProperty(lives(), async (life) => {
        const last = new Map<string, number>();
        const replaces = new Map<string, number>();
        const look = (pipeline: Awaited<ReturnType<typeof runLife>>, sent: readonly InputEvent[]): void => {
          for (const orderId of life.orderIds) {
            const own = sent.filter((event) => 'order_id' in event && event.order_id === orderId);
            if (!own.some((event) => event.type === 'order')) continue;
            // A bust can re-open an order or take its end back: its clock stands where its end was.
            const changes = own.filter((event) => event.type === 'order_replaced' || event.type.startsWith('execution') || event.type === 'order').length;
            const expected = pipeline.analytics(orderId).execution_summary.expected_progress;
            if (expected === null) continue;
            assert.ok(expected >= 0 && expected <= 1, `${orderId}: ${expected}`);
            if (replaces.get(orderId) === changes) assert.ok(expected >= last.get(orderId)! - ROUNDING, `${orderId} fell from ${last.get(orderId)} to ${expected}`);
            replaces.set(orderId, changes);
            last.set(orderId, expected);
          }
        };
        const pipeline = await runLife(life, { between: look });
        const sent = life.arrivals.map(({ event }) => event);
        for (let second = 6; second < 400; second += 20) {
          advance(pipeline, life.endUs + second * 1_000_000);
          look(pipeline, sent);
        }
        await pipeline.close();
      }),
      { numRuns: FEWER_RUNS, includeErrorInReport: true },
    );
  });

  test('of a whole market: IS, volume curves, auctions and halts too, and no fill that comes in time lowers it', async () => {
    await fc.assert(
      fc.asyncProperty(marketLives(), async (life) => {
        const pipeline = await EnginePipeline.open({ receiptUs: life.arrivals[0]!.reachedUs, shards: life.shards });
        const last = new Map<string, number>();
        const announced = new Set<string>();
        const opened = new Set<string>();
        const replaced = new Set<string>();
        const look = (what: string): void => {
          for (const orderId of announced) {
            const expected = pipeline.analytics(orderId).execution_summary.expected_progress;
            if (expected === null) continue;
            assert.ok(expected >= 0 && expected <= 1, `${orderId}: ${expected}`);
            assert.ok(expected >= (last.get(orderId) ?? 0) - ROUNDING, `${orderId} fell from ${last.get(orderId)} to ${expected} with ${what}`);
            last.set(orderId, expected);
          }
        };
        for (const { event, reachedUs } of life.arrivals) {
          pipeline.tick(reachedUs);
          look('time');
          assert.deepEqual(pipeline.accept(event).rejected, []);
          if (event.type === 'order') announced.add(event.order_id);
          // A volume curve is followed from when the day's opening is known; until then the plan is a TWAP.
          const isOpening = event.type === 'market_status' && event.status === 'OPEN' && !opened.has(event.symbol);
          if (isOpening) opened.add(event.symbol);
          if (event.type === 'order_replaced') replaced.add(event.timestamp);
          // A fill of the very moment of a replace counts as one before it, and can raise what the replace asked for.
          const isOfReplace = event.type === 'execution' && replaced.has(event.timestamp);
          if (isOpening || isOfReplace || planStartsAnew(event, reachedUs)) last.clear();
          look(JSON.stringify(event));
        }
        for (let second = 10; second <= 700; second += 69) {
          pipeline.tick(life.endUs + second * 1_000_000);
          look('time');
        }
        await pipeline.close();
      }),
      { numRuns: FEWER_RUNS, includeErrorInReport: true },
    );
  });

  const plans = {
    TWAP: { algorithm: 'TWAP', end_time: '2024-06-03T09:01:40Z' },
    NONE: { algorithm: 'NONE', end_time: '2024-06-03T09:01:40Z' },
    VWAP: { algorithm: 'VWAP', end_time: '2024-06-03T09:01:40Z' },
    CUSTOM: { algorithm: 'CUSTOM', schedule: [{ time: '2024-06-03T09:00:00Z', fraction: 0 }, { time: '2024-06-03T09:00:30Z', fraction: 0.7 }, { time: '2024-06-03T09:01:40Z', fraction: 1 }] },
    POV: { algorithm: 'POV', participation_rate: 0.1 },
  };
  for (const [name, terms] of Object.entries(plans)) {
    test(`${name}: a replace up and one down keep the expected quantity where it is`, async () => {
      const engine = await storyEngine();
      engine.accept(order(0, terms), trade(10, 100, 400));
      let quantity = 100;
      for (const [second, next] of [[25, 160], [50, 130], [60, 130]] as const) {
        clockTo(engine, second);
        const before = engine.analytics('A').execution_summary.expected_progress! * quantity;
        engine.accept(tell('order_replaced', second, { quantity: next }));
        const after = engine.analytics('A').execution_summary.expected_progress! * next;
        assert.ok(before > 0 && Math.abs(after - before) < 1e-9 * before, `${before} became ${after}`);
        quantity = next;
      }
      if (name === 'POV') return;
      clockTo(engine, 100);
      assert.equal(engine.analytics('A').execution_summary.expected_progress, 1);
    });
  }

  test('a replace to less than was expected makes all of it due at once', async () => {
    const engine = await storyEngine();
    engine.accept(order(0, plans.TWAP));
    clockTo(engine, 60);
    engine.accept(tell('order_replaced', 60, { quantity: 40 }));
    assert.equal(engine.analytics('A').execution_summary.expected_progress, 1);
  });

  test('before its start an order has expected nothing; NONE without an end is null', async () => {
    const engine = await storyEngine();
    engine.accept(order(0, { ...plans.TWAP, start_time: '2024-06-03T09:00:50Z' }));
    engine.accept(order(0, { order_id: 'N' }));
    clockTo(engine, 40);
    assert.equal(engine.analytics('A').execution_summary.expected_progress, 0);
    assert.equal(engine.analytics('A').execution_summary.execution_speed, 1);
    assert.equal(engine.analytics('N').execution_summary.expected_progress, null);
    clockTo(engine, 75);
    assert.equal(engine.analytics('A').execution_summary.expected_progress, 0.5);
  });
});
