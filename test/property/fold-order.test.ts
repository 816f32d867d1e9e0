/**
 * Fills that come out of fold order, by a few and by many, at one time and at several: whatever was folded in its place, all
 * numbers have the bits of a fold of the same fills in order.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from '../support/properties.ts';

import { FOLD_TRAIL_FILLS_MIN } from '../../engine/domain/limits.ts';
import { OrderCell } from '../../engine/orders/order-row.ts';
import { randomNumbers } from '../../bench/workload/random-numbers.ts';
import { fill, order, STORY_BEGIN_US, storyEngine, tell } from '../support/engine-story.ts';
import { assertSameBits } from '../support/engine-runs.ts';

const CELLS = ['FILLED_QUANTITY', 'NOTIONAL', 'FEES', 'FILL_COUNT', 'FIRST_FILL_US', 'LAST_FILL_US', 'CHILD_COUNT', 'ENDED_ROUTED_QUANTITY', 'ENDED_FILLED_QUANTITY', 'QUANTITY', 'EXPECTED_PROGRESS'] as const satisfies readonly (keyof typeof OrderCell)[];
const CHILDREN = 3;
const END_SECOND = 60;

interface Shape {
  readonly fills: number;
  /** Fills of one order at one time. */
  readonly atOneTime: number;
  /** How far a fill may come from its place. */
  readonly displaced: number;
  readonly seed: number;
}

const shape = fc.record({
  fills: fc.integer({ min: 1, max: 120 }),
  atOneTime: fc.constantFrom(1, 2, 7, 200),
  displaced: fc.constantFrom(1, 4, 30, 1_000),
  seed: fc.nat(),
});

describe('fills out of fold order', () => {
  test('have the bits of a fold in order', async () => {
    await fc.assert(fc.asyncProperty(shape, sameAsInOrder), { numRuns: 60, includeErrorInReport: true });
  });

  test('also when more come behind one than the trail knows at first', async () => {
    for (const displaced of [FOLD_TRAIL_FILLS_MIN - 1, FOLD_TRAIL_FILLS_MIN + 1, 3 * FOLD_TRAIL_FILLS_MIN]) {
      await sameAsInOrder({ fills: 3 * FOLD_TRAIL_FILLS_MIN, atOneTime: 40, displaced, seed: displaced });
    }
  });
});

async function sameAsInOrder(given: Shape): Promise<void> {
  const events = story(given);
  const random = randomNumbers(given.seed + 1);
  const arrivals = events.map((event, place) => ({ event, at: place + random() * given.displaced })).sort((a, b) => a.at - b.at);
  assertSameBits(await numbersOf(arrivals.map(({ event }) => event)), await numbersOf(events));
}

/** Fills in fold order, some of them busted and corrected behind all: thirds, so that every order of adding has its own bits. */
function story({ fills, atOneTime, seed }: Shape): Record<string, unknown>[] {
  const random = randomNumbers(seed);
  return Array.from({ length: fills }, (_, no) => {
    const second = 2 + Math.floor(no / atOneTime) * 0.01;
    const more = { venue: `V${Math.floor(random() * 4)}`, fee: random() / 3, ...(random() < 0.5 ? { child_order_id: `C${Math.floor(random() * CHILDREN)}` } : {}) };
    return fill(second, `e${String(no).padStart(6, '0')}`, (1 + Math.floor(random() * 50)) / 3, 100 + random(), more);
  });
}

async function numbersOf(fills: readonly Record<string, unknown>[]): Promise<unknown> {
  const engine = await storyEngine();
  engine.accept(order(1, { quantity: 1e6, algorithm: 'TWAP', end_time: new Date((STORY_BEGIN_US + END_SECOND * 1e6) / 1_000).toISOString() }));
  for (let no = 0; no < CHILDREN; no++) engine.accept(tell('route', 1, { child_order_id: `C${no}`, venue: 'V0', quantity: 100 / 3 }));
  // A replace between the fills: what was filled by then is part of the plan.
  engine.accept(tell('order_replaced', 2.02, { quantity: 1 }));
  for (const event of fills) assert.deepEqual(engine.accept(event).rejected, []);
  engine.tick(STORY_BEGIN_US + END_SECOND * 1e6);
  const analytics = engine.analytics('A');
  const shown = { ...analytics, execution_summary: { ...analytics.execution_summary, as_of_sequence: 0 } };
  const numbers = { cells: CELLS.map((cell) => engine.cell('A', cell)), venues: Object.entries(analytics.execution_summary.venue_distribution), shown };
  await engine.close();
  return numbers;
}
