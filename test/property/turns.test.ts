/** Once in each second of `now` every active order has its turn, whatever ticks there are; and the turns are spread over the second. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from '../support/properties.ts';

import { TICK_INTERVAL_US } from '../../engine/domain/limits.ts';
import { EnginePipeline } from '../support/engine-pipeline.ts';
import { order, STORY_BEGIN_US } from '../support/engine-story.ts';

const RUNS = Number(process.env['EXECMON_PROPERTY_RUNS'] ?? 60);
const SECOND_US = 1_000_000;
const ORDERS = 850;
const TOGETHER = 8;

/** Moments of an order's turns in (fromUs, toUs]: one a second, which eight orders share, among the ticks of a second. */
function momentsIn(orderNo: number, fromUs: number, toUs: number): number {
  const offsetUs = (Math.floor(orderNo / TOGETHER) * TICK_INTERVAL_US) % SECOND_US;
  return Math.floor((toUs - offsetUs) / SECOND_US) - Math.floor((fromUs - offsetUs) / SECOND_US);
}

test('an order is evaluated at the first tick at or behind each of its moments, and at no other', async () => {
  const steps = fc.array(fc.oneof({ weight: 4, arbitrary: fc.integer({ min: 1, max: 30 }) }, fc.integer({ min: 31, max: 450 })), { minLength: 1, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(steps, async (ticksOn) => {
      const engine = await EnginePipeline.open({ receiptUs: STORY_BEGIN_US });
      engine.tick(STORY_BEGIN_US);
      // Nobody quotes the symbol: nothing but the turns writes rows of orders that only their plan moves.
      const ids = Array.from({ length: ORDERS }, (_, i) => `O${i}`);
      engine.accept(...ids.map((order_id) => order(0, { order_id, algorithm: 'TWAP', end_time: new Date(STORY_BEGIN_US / 1_000 + 3_600_000).toISOString() })));
      for (const on of ticksOn) {
        const fromUs = engine.nowUs;
        const written = engine.rows.length;
        engine.tick(fromUs + on * TICK_INTERVAL_US);
        const rows = engine.rows.slice(written).filter((row) => row.kind === 'monitoring');
        const expected = ids.filter((id) => momentsIn(engine.orderNo(id), fromUs, engine.nowUs) > 0);
        assert.deepEqual(rows.map((row) => row.orderId).sort(), expected.sort());
        for (const row of rows) assert.equal(row.timestampUs, engine.nowUs);
        if (on === 1) assert.ok(rows.length <= TOGETHER * Math.ceil(ORDERS / TOGETHER / 100), 'one tick does a hundredth of the work');
      }
      await engine.close();
    }),
    { numRuns: RUNS },
  );
});
