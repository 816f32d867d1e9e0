/** Random lives in a whole market: every number of every explained answer is explained and comes out again, to the last bit. */

import { describe, test } from 'node:test';

import fc from '../support/properties.ts';

import { marketLives } from '../support/engine-market-lives.ts';
import { EnginePipeline } from '../support/engine-pipeline.ts';
import { assertExplained } from '../support/explained-numbers.ts';

const RUNS = Math.ceil(Number(process.env['EXECMON_PROPERTY_RUNS'] ?? 250) / 3);
const CHECK_EVERY = 23;

describe('explanations of random lives', () => {
  test('cover every number, and make it again', async () => {
    const holds = fc.asyncProperty(marketLives(), async (life) => {
      const pipeline = await EnginePipeline.open({ receiptUs: life.arrivals[0]!.reachedUs, shards: life.shards, clock: life.isEventClock ? 'event' : 'receipt' });
      const announced: string[] = [];
      const look = (): void => announced.forEach((orderId) => void assertExplained(pipeline.analytics(orderId, true), orderId));
      life.arrivals.forEach(({ event, reachedUs }, i) => {
        if (!life.isEventClock) pipeline.tick(reachedUs);
        pipeline.accept(event);
        if (event.type === 'order' && !announced.includes(event.order_id)) announced.push(event.order_id);
        if (i % CHECK_EVERY === 0) look();
      });
      look();
      await pipeline.close();
    });
    await fc.assert(holds, { numRuns: RUNS, includeErrorInReport: true });
  });
});
