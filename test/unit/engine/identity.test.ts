/** Who was seen before: duplicates and conflicts across a restart, event ids, the memory of keys, and the two clocks. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from '../../support/properties.ts';

import { GAP_TICKS_MAX } from '../../../engine/domain/limits.ts';
import { TickClock } from '../../../engine/sequencer/clock.ts';
import { contentHash } from '../../../engine/sequencer/content-hash.ts';
import { Remembered } from '../../../engine/sequencer/remembered.ts';
import { EnginePipeline } from '../../support/engine-pipeline.ts';
import { fill, order, quote, storyEngine, tell } from '../../support/engine-story.ts';

const SECOND = 1_000_000;
const GRID = 10_000;

describe('content hash', () => {
  test('is what it was in every journal written so far', () => {
    assert.deepEqual(['', 'a', 'order', '円🚀'].map(contentHash), ['', 'a', 'order', '円🚀'].map(naiveHash));
    assert.equal(contentHash(''), 177_620_538_662_341);
  });

  test('is a whole number of 53 bits and tells small differences apart', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
      const hash = contentHash(text);
      assert.ok(Number.isSafeInteger(hash) && hash >= 0);
      for (const other of [`${text}x`, `x${text}`]) assert.notEqual(contentHash(other), hash);
    }));
    const hashes = new Set(Array.from({ length: 100_000 }, (_, i) => contentHash(`5 0 1718269200000000 ${i} 100.${i % 100} NaN 3 4 0`)));
    assert.equal(hashes.size, 100_000);
  });
});

/** FNV-1a in plain big integers. */
function naiveHash(text: string): number {
  const mask = 0xffffffffn;
  let [low, high] = [0x811c9dc5n, 0x050c5d1fn];
  for (let i = 0; i < text.length; i++) {
    const unit = BigInt(text.charCodeAt(i));
    low = ((low ^ unit) * 0x01000193n) & mask;
    high = ((high ^ unit ^ (unit << 8n)) * 0x01000193n) & mask;
  }
  return Number((high >> 11n) * 0x1_0000_0000n + low);
}

describe('identities across a restart', () => {
  const events = [
    order(0, { account: 'ä円🚀', limit_price: 101.5 }),
    tell('route', 1, { child_order_id: 'c', venue: 'XNAS', quantity: 10, order_type: 'LIMIT' }),
    fill(2, 'a', 10, 100.01, { fee: 0.5, liquidity: 'ADDED', child_order_id: 'c' }),
    tell('execution_corrected', 3, { exec_id: 'b', ref_exec_id: 'a', quantity: 12, price: 100.02 }),
    tell('execution_canceled', 4, { exec_id: 'd', ref_exec_id: 'b' }),
    fill(5, 'waits', 1, 100, { order_id: 'never announced' }),
    { ...quote(6, 99, 101), event_id: 'q1' },
  ];
  const changed = [
    { ...events[0]!, account: 'other' }, { ...events[1]!, quantity: 11 }, { ...events[2]!, price: 100.02 }, { ...events[3]!, quantity: 13 },
    { ...events[4]!, ref_exec_id: 'a' }, { ...events[5]!, quantity: 2 }, { ...events[6]!, bid: 98 },
  ];
  const codes = ['order_conflict', 'route_conflict', 'execution_conflict', 'execution_conflict', 'execution_conflict', 'execution_conflict', 'event_id_conflict'];

  test('what was taken is a duplicate before and after, with the sequence of the original; other content is a conflict', async () => {
    const before = await storyEngine();
    const first = before.acceptBatch(events);
    assert.equal(first.accepted, events.length);
    const again = before.acceptBatch(events);
    assert.deepEqual([again.accepted, again.duplicates], [0, events.length]);
    await before.close();
    const after = await EnginePipeline.open({ folder: before.folder, receiptUs: before.receiptUs });
    const lastSequence = after.sequencer.lastSequence;
    assert.deepEqual(after.acceptBatch(events).duplicate_of, again.duplicate_of);
    const conflicts = after.acceptBatch(changed);
    assert.deepEqual(conflicts.rejected.map(({ code }) => code), codes);
    assert.deepEqual([conflicts.accepted, conflicts.duplicates], [0, 0]);
    assert.equal(after.sequencer.lastSequence, lastSequence, 'nothing was journaled');
    await after.close();
  });

  test('an Idempotency-Key and its answer are known after a restart', async () => {
    const before = await storyEngine();
    const answer = before.acceptBatch([order(0)], { key: 'k', bodyHash: 7 });
    await before.close();
    const after = await EnginePipeline.open({ folder: before.folder });
    assert.deepEqual(after.sequencer.registry.answeredBatches.get('k'), { bodyHash: 7, answerJson: JSON.stringify(answer) });
    await after.close();
  });

  test('a session keeps its id, metrics and thresholds', async () => {
    const before = await storyEngine();
    before.start({ order_id: 'A', monitoring_metrics: ['SLIPPAGE'], alert_thresholds: { SLIPPAGE: 9 }, real_time_updates: false });
    before.accept(order(0));
    const session = before.sequencer.registry.sessions.get(before.orderNo('A'));
    await before.close();
    const after = await EnginePipeline.open({ folder: before.folder });
    assert.deepEqual(after.sequencer.registry.sessions.get(after.orderNo('A')), session);
    assert.deepEqual(Object.keys(after.status('A').current_metrics), ['SLIPPAGE']);
    await after.close();
  });

  test('an event must be about the order of its symbol, its execution and its child order', async () => {
    const engine = await storyEngine();
    engine.acceptBatch([order(0), order(0, { order_id: 'B' }), fill(1, 'a', 1), tell('route', 1, { child_order_id: 'c', venue: 'V', quantity: 1 })]);
    const codes = (event: object): (string | undefined)[] => engine.accept(event).rejected.map(({ code }) => code);
    assert.deepEqual(codes({ ...fill(2, 'z', 1), symbol: 'ZZZ' }), ['symbol_mismatch']);
    assert.deepEqual(codes(tell('execution_canceled', 2, { order_id: 'B', exec_id: 'y', ref_exec_id: 'a' })), ['order_mismatch']);
    assert.deepEqual(codes(fill(2, 'x', 1, 100, { order_id: 'B', child_order_id: 'c' })), ['order_mismatch']);
    assert.equal(engine.accept({ ...fill(2, 'z', 1), symbol: 'AAA' }).accepted, 1);
  });

  test('a field that a type does not know names nothing, whatever is in it', async () => {
    const engine = await storyEngine();
    engine.acceptBatch([order(0)]);
    const { registry } = engine.sequencer;
    for (const [field, table] of [['order_id', registry.orders], ['child_order_id', registry.children], ['exec_id', registry.venues], ['ref_exec_id', registry.venues]] as const) {
      for (const [no, value] of [5, null, {}, 'stranger'].entries()) {
        assert.equal(engine.accept({ ...quote(1 + no, 99, 101), [field]: value }).accepted, 1, `${field} ${String(value)}`);
        assert.equal(table.find('stranger'), undefined);
      }
    }
    assert.equal(engine.accept(order(9, { order_id: 'B', venue: 5, exec_id: 6 })).accepted, 1);
    assert.equal(registry.identities.executionCount, 0);
    assert.equal(registry.venues.size, 0);
  });
});

describe('remembered keys', () => {
  test('are known for at least the retention, and forgotten once two have gone by and something new comes', () => {
    const step = fc.record({ key: fc.nat(9), pauseUs: fc.nat(60) });
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 80 }), (steps) => {
        const remembered = new Remembered<number>(100);
        const setAt = new Map<string, number>();
        let us = 0;
        steps.forEach(({ key, pauseUs }, value) => {
          us += pauseUs;
          remembered.set(`k${key}`, value, us);
          setAt.set(`k${key}`, us);
          for (const [known, thenUs] of setAt) {
            if (us - thenUs < 100) assert.notEqual(remembered.get(known), undefined, `${known} after ${us - thenUs}`);
            if (us - thenUs >= 260) assert.equal(remembered.get(known), undefined, `${known} after ${us - thenUs}`);
          }
          assert.equal(remembered.get(`k${key}`), value);
        });
      }),
    );
  });

  test('a quiet time of more than two retentions forgets all at once', () => {
    const remembered = new Remembered<number>(100);
    remembered.set('a', 1, 0);
    remembered.set('b', 2, 50);
    remembered.set('c', 3, 300);
    assert.deepEqual(['a', 'b', 'c'].map((key) => remembered.get(key)), [undefined, undefined, 3]);
  });
});

describe('clocks', () => {
  test('receipt: one tick on the 10 ms grid, none twice, none back', () => {
    const clock = new TickClock('receipt');
    assert.deepEqual(clock.due(12_345), [10_000]);
    clock.absorb(10_000);
    assert.deepEqual(clock.due(19_999), []);
    assert.deepEqual(clock.due(5_000), []);
    assert.deepEqual(clock.due(100 * SECOND + 1), [100 * SECOND]);
  });

  test('event: a gap is crossed second by second, then to the grid', () => {
    const clock = new TickClock('event');
    assert.deepEqual(clock.due(5 * SECOND + 123_456), [5_120_000]);
    clock.absorb(5_120_000);
    assert.deepEqual(clock.due(5_129_999), []);
    assert.deepEqual(clock.due(5_130_000), [5_130_000]);
    assert.deepEqual(clock.due(8_250_000), [6 * SECOND, 7 * SECOND, 8 * SECOND, 8_250_000]);
    assert.deepEqual(clock.due(8 * SECOND), [6 * SECOND, 7 * SECOND, 8 * SECOND]);
    assert.deepEqual(clock.due(1 * SECOND), []);
  });

  test('event: however far the gap, about as many steps as are named at most, the last at its end', () => {
    fc.assert(
      fc.property(fc.nat(4_000 * SECOND), fc.nat(20_000 * SECOND), (from, gap) => {
        const clock = new TickClock('event');
        const start = Math.floor(from / GRID) * GRID;
        clock.absorb(start);
        const ticks = clock.due(start + gap);
        const end = Math.floor((start + gap) / GRID) * GRID;
        assert.ok(ticks.length <= GAP_TICKS_MAX + 2);
        assert.equal(ticks.at(-1), end > start ? end : undefined);
        ticks.forEach((tick, i) => {
          assert.ok(tick > (ticks[i - 1] ?? start) && tick % GRID === 0);
          if (i > 0) assert.ok(tick - ticks[i - 1]! <= SECOND);
        });
        if (gap <= GAP_TICKS_MAX * SECOND && ticks.length > 0) assert.ok(ticks[0]! - start <= SECOND, 'no second is left out');
      }),
    );
  });

  test('event: now follows the newest timestamp that has come, in any order, and never goes back', async () => {
    const engine = await storyEngine({ clock: 'event' });
    engine.accept(quote(10, 99, 101), quote(5, 99, 101), quote(12.3456, 99, 101), quote(11, 99, 101));
    assert.equal(engine.nowUs % (60 * SECOND), 12_340_000);
  });
});
