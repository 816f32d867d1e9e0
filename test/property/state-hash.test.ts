/**
 * The state hash: one history, one hash, with any number of shards and batches, live, replayed and from a snapshot, whenever it is
 * looked at; and another history, another hash: it is no constant.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from '../support/properties.ts';

import type { InputEvent } from '../../engine/domain/events.ts';
import { QUOTES_PER_SYMBOL_MAX } from '../../engine/domain/limits.ts';
import { DEFAULT_SETTINGS, RETENTION_MINUTES_MIN } from '../../engine/domain/settings.ts';
import { US_PER_SECOND } from '../../engine/domain/units.ts';
import { isValidQuote } from '../../engine/market/quote-tape.ts';
import { lives } from '../support/engine-lives.ts';
import { type MarketLife, marketLives } from '../support/engine-market-lives.ts';
import { EnginePipeline } from '../support/engine-pipeline.ts';
import { CLOCKS, FEWER_RUNS, runLife } from '../support/engine-runs.ts';
import { Timeline } from '../support/timeline.ts';
import { runMarketLife } from './whole-answers.ts';

const QUOTES_PER_BATCH = 1_000;

const check = <T>(arbitrary: fc.Arbitrary<T>, holds: (value: T) => Promise<void>): Promise<void> =>
  fc.assert(fc.asyncProperty(arbitrary, holds), { numRuns: FEWER_RUNS, includeErrorInReport: true });

const begin = (life: MarketLife) => (pipeline: EnginePipeline): void => {
  pipeline.tick(life.arrivals[0]!.reachedUs);
  for (const order_id of life.orderIds.slice(0, 2)) pipeline.start({ order_id, alert_thresholds: { EXECUTION_SPEED: 0.95, SLIPPAGE: 0.5 } });
};

test('live = replay = a snapshot and the journal behind it, with any number of shards', async () => {
  await check(fc.tuple(marketLives(), fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 })), async ([life, place, shards, others]) => {
    const at = Math.floor(place * life.arrivals.length);
    let snapshot = '';
    const live = await runMarketLife(life, {
      between: async (pipeline, sent) => {
        if (snapshot === '' && sent >= at) snapshot = await pipeline.snapshot();
      },
    }, begin(life));
    const expected = live.stateHash();
    assert.deepEqual(live.stateHash(), expected, 'looking changes nothing');
    await live.close();
    const clock = live.sequencer.clock.mode;
    const again = await EnginePipeline.open({ clock, shards, folder: live.folder });
    assert.deepEqual(again.stateHash(), expected, `${shards} shards`);
    await again.close();
    const tail = await EnginePipeline.open({ clock, shards: others, folder: live.folder, snapshot });
    assert.deepEqual(tail.stateHash(), expected, `${others} shards from a snapshot`);
    await tail.close();
  });
});

test('orders that were looked at on the way, and asked for their analytics, change nothing', async () => {
  await check(fc.tuple(marketLives(), fc.integer({ min: 1, max: 7 })), async ([life, every]) => {
    const live = await runMarketLife(life, {
      between: (pipeline, sent) => {
        if (sent % every !== 0) return;
        pipeline.stateHash();
        for (const orderId of life.orderIds) if (pipeline.orderNo(orderId) !== undefined && pipeline.sequencer.registry.isAnnounced(pipeline.orderNo(orderId))) pipeline.analytics(orderId);
      },
    }, begin(life));
    const expected = live.stateHash();
    await live.close();
    const again = await EnginePipeline.open({ clock: live.sequencer.clock.mode, folder: live.folder });
    assert.deepEqual(again.stateHash(), expected);
    await again.close();
  });
});

for (const clock of CLOCKS) {
  test(`the size of batches does not matter, --clock ${clock}`, async () => {
    await check(fc.tuple(lives({ isWide: true }), fc.integer({ min: 2, max: 40 })), async ([life, batch]) => {
      const [one, many] = [await runLife(life, { clock }), await runLife(life, { clock, batch, shards: 2 })];
      assert.deepEqual(many.stateHash(), one.stateHash());
      await Promise.all([one.close(), many.close()]);
    });
  });
}

test('orders that have left memory are in it', async () => {
  let evicted = 0;
  await check(fc.tuple(lives({ isWide: true }), fc.integer({ min: 2, max: 4 })), async ([life, shards]) => {
    const settings = { ...DEFAULT_SETTINGS, retentionMinutes: RETENTION_MINUTES_MIN };
    const live = await runLife(life, { clock: 'receipt', settings });
    const snapshot = await live.snapshot();
    live.tick(life.endUs + (RETENTION_MINUTES_MIN + 1) * 60 * US_PER_SECOND);
    const expected = live.stateHash();
    for (const orderId of life.orderIds) if (live.orderNo(orderId) !== undefined && live.cell(orderId, 'EVICTED') === 1) evicted++;
    await live.close();
    const again = await EnginePipeline.open({ clock: 'receipt', shards, folder: live.folder });
    assert.deepEqual(again.stateHash(), expected);
    await again.close();
    const tail = await EnginePipeline.open({ clock: 'receipt', shards, folder: live.folder, snapshot });
    assert.deepEqual(tail.stateHash(), expected);
    await tail.close();
  });
  assert.ok(evicted > FEWER_RUNS / 10, `only ${evicted} orders have left`);
});

test('it does not matter whether quotes have left the tape and what orders need of them is still to be kept', async () => {
  const line = new Timeline('LEFT', '2026-03-02T14:30:00Z');
  const live = await EnginePipeline.open({ clock: 'event' });
  const ids = Array.from({ length: 9 }, (_, i) => `o${i}`);
  live.accept(line.quote(0, 9, 11), ...ids.map((id) => line.order(1, id, { quantity: 10 })), ...ids.map((id) => line.fill(2, id, `${id}-1`, 1, 10)));
  for (let batch = 0; batch * QUOTES_PER_BATCH < QUOTES_PER_SYMBOL_MAX; batch++) {
    live.acceptBatch(Array.from({ length: QUOTES_PER_BATCH }, (_, i) => line.quote(3 + batch / 100, 9 + i / QUOTES_PER_BATCH, 11)));
  }
  live.accept(line.quote(10_000, 9, 11));
  const looked = live.stateHash();
  live.accept(line.quote(10_001, 9, 11), line.fill(10_002, 'o8', 'o8-2', 1, 10));
  const expected = live.stateHash();
  await live.close();
  const again = await EnginePipeline.open({ clock: 'event', folder: live.folder });
  assert.deepEqual(again.stateHash(), expected);
  assert.notDeepEqual(looked, expected);
  await again.close();
});

/** What an event can say otherwise so that its symbol or order is another. */
const OTHERWISE: Readonly<Partial<Record<InputEvent['type'], (event: never) => Partial<InputEvent>>>> = {
  execution: ({ price }: { price: number }) => ({ price: price * (1 + Number.EPSILON) }),
  quote: ({ ask }: { ask: number | null }) => (ask === null ? {} : { ask: ask * (1 + Number.EPSILON) }),
  trade: ({ quantity }: { quantity: number }) => ({ quantity: quantity * (1 + Number.EPSILON) }),
  route: ({ quantity }: { quantity: number }) => ({ quantity: quantity + 1 }),
};

/** Quotes that are not valid and trades that do not count are nowhere in the state. */
function hasEffect(event: InputEvent): boolean {
  if (event.type === 'quote') return isValidQuote(event.bid ?? 0, event.ask ?? 0);
  return event.type !== 'trade' || event.vwap_eligible !== false;
}

test('one last bit of one fill, quote, trade or route makes another hash', async () => {
  let compared = 0;
  await check(fc.tuple(lives({ isWide: true }), fc.nat()), async ([life, dice]) => {
    // Sent a second time it would be in conflict with the first.
    const told = life.arrivals.filter(({ event }, i) => life.arrivals.findIndex((other) => JSON.stringify(other.event) === JSON.stringify(event)) === i);
    const index = dice % told.length;
    const { event, reachedUs } = told[index]!;
    const change = OTHERWISE[event.type];
    const other = { ...event, ...change?.(event as never) } as InputEvent;
    if (JSON.stringify(other) === JSON.stringify(event)) return;
    const changed = told.map((arrival, i) => (i === index ? { event: other, reachedUs } : arrival));
    const [one, two] = [await runLife({ ...life, arrivals: told }, { clock: 'event' }), await runLife({ ...life, arrivals: changed }, { clock: 'event' })];
    assert.equal(one.sequencer.lastSequence, two.sequencer.lastSequence);
    if (hasEffect(event) || hasEffect(other)) {
      assert.notEqual(two.stateHash().hash, one.stateHash().hash, JSON.stringify(event));
      assert.notDeepEqual(two.shardHashes(), one.shardHashes(), `the shard's own part: ${JSON.stringify(event)}`);
      compared++;
    }
    await Promise.all([one.close(), two.close()]);
  });
  assert.ok(compared > FEWER_RUNS / 4, `only ${compared} lives were compared`);
});
