/** The fill table's orderings, and the FIX states of an order step by step, each against the words of FIX 4.4 appendix D. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from '../../support/properties.ts';

import type { Fill } from '../../../engine/orders/fill.ts';
import { AMENDED, FillTable } from '../../../engine/orders/fill-table.ts';
import { clockTo, fill, order, storyEngine, tell } from '../../support/engine-story.ts';

const plain = (executionNo: number, execId: string, timestampUs: number): Fill =>
  ({ executionNo, execId, timestampUs, sequence: executionNo, quantity: 1, price: 1, fee: 0, venueNo: 0, childNo: -1, liquidity: -1 });
const amended = (executionNo: number, execId: string, quantity: number, isBust = false) => ({ executionNo, execId, timestampUs: executionNo, isBust, quantity, price: 2, fee: Number.NaN, venueNo: -1 });

const put = (table: FillTable, orderNo: number, fill: Fill): number => table.add(orderNo, fill, table.execIds.keepText(fill.execId));

function idsOf(table: FillTable, orderNo: number): string[] {
  const ids: string[] = [];
  table.forEach(orderNo, ({ execId }) => ids.push(execId));
  return ids;
}

describe('fill table', () => {
  test('is in (timestamp, exec_id) order whatever the order of arrival, and says how many a fill comes before', () => {
    const one = fc.record({ us: fc.nat(5), id: fc.string({ minLength: 1, maxLength: 2, unit: fc.constantFrom('a', 'b', '0', 'é', '\uffee', '\u{1f600}') }), orderNo: fc.nat(1) });
    fc.assert(
      fc.property(fc.uniqueArray(one, { selector: ({ id }) => id, maxLength: 25 }), (fills) => {
        const table = new FillTable();
        const known: typeof fills = [];
        fills.forEach(({ us, id, orderNo }, no) => {
          const behind = known.filter((other) => other.orderNo === orderNo && (other.us > us || (other.us === us && other.id > id)));
          assert.equal(put(table, orderNo, plain(no, id, us)), behind.length);
          known.push({ us, id, orderNo });
        });
        for (const orderNo of [0, 1]) {
          const expected = fills.filter((other) => other.orderNo === orderNo).sort((a, b) => a.us - b.us || (a.id < b.id ? -1 : 1));
          assert.deepEqual(idsOf(table, orderNo), expected.map(({ id }) => id));
        }
      }),
    );
  });

  test('a correction takes the place, time, venue and fee of its original; a bust takes it out', () => {
    const table = new FillTable();
    put(table, 0, { ...plain(0, 'a', 1), fee: 3, venueNo: 7, childNo: 4, liquidity: 2 });
    put(table, 0, plain(1, 'b', 2));
    assert.equal(table.amend(0, 0, amended(2, 'c', 9)), 'applied');
    const fills: Fill[] = [];
    table.forEach(0, (one) => fills.push(one));
    const { execId, timestampUs, quantity, price, fee, venueNo, childNo, liquidity } = fills[0]!;
    assert.deepEqual({ execId, timestampUs, quantity, price, fee, venueNo, childNo, liquidity }, { execId: 'c', timestampUs: 1, quantity: 9, price: 2, fee: 3, venueNo: 7, childNo: 4, liquidity: 2 });
    assert.equal(table.amend(0, 1, amended(3, 'd', 0, true)), 'applied');
    assert.deepEqual(idsOf(table, 0), ['c']);
  });

  test('what names an id that is not the latest of its chain does not fit and changes nothing', () => {
    const table = new FillTable();
    put(table, 0, plain(0, 'a', 1));
    table.amend(0, 0, amended(1, 'b', 5));
    assert.equal(table.amend(0, 0, amended(2, 'c', 6)), 'misfit');
    assert.deepEqual(idsOf(table, 0), ['b']);
  });

  test('a whole chain may come backwards', () => {
    const table = new FillTable();
    assert.equal(table.amend(0, 2, amended(3, 'bust', 0, true)), 'waits');
    assert.equal(table.amend(0, 1, amended(2, 'c', 7)), 'waits');
    assert.equal(table.amend(0, 0, amended(1, 'b', 6)), 'waits');
    assert.deepEqual(idsOf(table, 0), []);
    assert.equal(put(table, 0, plain(0, 'a', 1)), AMENDED);
    assert.deepEqual(idsOf(table, 0), []);
    put(table, 0, plain(4, 'z', 0));
    assert.deepEqual(idsOf(table, 0), ['z']);
  });
});

type Step = readonly [event: Record<string, unknown>, state: string, filled: number, leaves: number, more?: { quantity?: number; overfilled?: boolean }];

const bust = (second: number, exec_id: string, ref_exec_id: string) => tell('execution_canceled', second, { exec_id, ref_exec_id });
const correct = (second: number, exec_id: string, ref_exec_id: string, quantity: number, price = 100) => tell('execution_corrected', second, { exec_id, ref_exec_id, quantity, price });

const STORIES: Readonly<Record<string, readonly Step[]>> = {
  'part-filled, then filled': [
    [order(0), 'NEW', 0, 100],
    [fill(1, 'a', 30), 'PARTIALLY_FILLED', 30, 70],
    [fill(2, 'b', 70), 'FILLED', 100, 0],
  ],
  'a bust re-opens a filled order': [
    [order(0), 'NEW', 0, 100],
    [fill(1, 'a', 60), 'PARTIALLY_FILLED', 60, 40],
    [fill(2, 'b', 40), 'FILLED', 100, 0],
    [bust(3, 'x', 'b'), 'PARTIALLY_FILLED', 60, 40],
    [bust(4, 'y', 'a'), 'NEW', 0, 100],
    [fill(5, 'c', 100), 'FILLED', 100, 0],
  ],
  'corrections up and down, over the end and back': [
    [order(0), 'NEW', 0, 100],
    [fill(1, 'a', 90), 'PARTIALLY_FILLED', 90, 10],
    [correct(2, 'b', 'a', 100), 'FILLED', 100, 0],
    [correct(3, 'c', 'b', 40), 'PARTIALLY_FILLED', 40, 60],
    [correct(4, 'd', 'c', 120), 'FILLED', 120, 0, { overfilled: true }],
    [correct(5, 'e', 'b', 1), 'FILLED', 120, 0, { overfilled: true }],
  ],
  'an overfill is kept and flagged': [
    [order(0), 'NEW', 0, 100],
    [fill(1, 'a', 130), 'FILLED', 130, 0, { overfilled: true }],
  ],
  'replaced up: a filled order goes on': [
    [order(0), 'NEW', 0, 100],
    [fill(1, 'a', 100), 'FILLED', 100, 0],
    [tell('order_replaced', 2, { quantity: 150 }), 'PARTIALLY_FILLED', 100, 50, { quantity: 150 }],
  ],
  'replaced down': [
    [order(0), 'NEW', 0, 100],
    [fill(1, 'a', 30), 'PARTIALLY_FILLED', 30, 70],
    [tell('order_replaced', 2, { quantity: 50 }), 'PARTIALLY_FILLED', 30, 20, { quantity: 50 }],
    [tell('order_replaced', 3, { quantity: 30 }), 'FILLED', 30, 0, { quantity: 30 }],
  ],
  'replaced below the filled quantity: it is set to that, and back down when a fill of it is busted': [
    [order(0), 'NEW', 0, 100],
    [fill(1, 'a', 60), 'PARTIALLY_FILLED', 60, 40],
    [fill(2, 'b', 20), 'PARTIALLY_FILLED', 80, 20],
    [tell('order_replaced', 3, { quantity: 50 }), 'FILLED', 80, 0, { quantity: 80 }],
    [bust(4, 'x', 'b'), 'FILLED', 60, 0, { quantity: 60 }],
    [bust(5, 'y', 'a'), 'NEW', 0, 50, { quantity: 50 }],
  ],
  'a pending replace changes neither quantity nor what fills do, and is over with the replace': [
    [order(0), 'NEW', 0, 100],
    [tell('order_pending_replace', 1), 'PENDING_REPLACE', 0, 100],
    [fill(2, 'a', 30), 'PENDING_REPLACE', 30, 70],
    [tell('order_replaced', 3, { quantity: 120 }), 'PARTIALLY_FILLED', 30, 90, { quantity: 120 }],
  ],
  'filled while a cancel is pending': [
    [order(0), 'NEW', 0, 100],
    [tell('order_pending_cancel', 1), 'PENDING_CANCEL', 0, 100],
    [fill(2, 'a', 40), 'PENDING_CANCEL', 40, 60],
    [fill(3, 'b', 60), 'PENDING_CANCEL', 100, 0],
    [tell('order_cancel_rejected', 4), 'FILLED', 100, 0],
  ],
  'a pending cancel outlives a replace and ends with the cancel': [
    [order(0), 'NEW', 0, 100],
    [tell('order_pending_cancel', 1), 'PENDING_CANCEL', 0, 100],
    [tell('order_replaced', 2, { quantity: 80 }), 'PENDING_CANCEL', 0, 80, { quantity: 80 }],
    [tell('order_canceled', 3), 'CANCELED', 0, 0, { quantity: 80 }],
  ],
  'cancelled, then a late fill counts and leaves nothing': [
    [order(0), 'NEW', 0, 100],
    [fill(1, 'a', 30), 'PARTIALLY_FILLED', 30, 70],
    [tell('order_canceled', 2), 'CANCELED', 30, 0],
    [fill(1.5, 'late', 20), 'CANCELED', 50, 0],
    [fill(3, 'later', 50), 'FILLED', 100, 0],
    [bust(4, 'x', 'later'), 'CANCELED', 50, 0],
  ],
  'a cancel of a filled order waits behind the fills': [
    [order(0), 'NEW', 0, 100],
    [fill(1, 'a', 100), 'FILLED', 100, 0],
    [tell('order_canceled', 2), 'FILLED', 100, 0],
    [bust(3, 'x', 'a'), 'CANCELED', 0, 0],
  ],
  'done for day, then cancelled; a replace and a pending request no longer fit': [
    [order(0), 'NEW', 0, 100],
    [fill(1, 'a', 30), 'PARTIALLY_FILLED', 30, 70],
    [tell('order_done_for_day', 2), 'DONE_FOR_DAY', 30, 0],
    [tell('order_replaced', 3, { quantity: 500 }), 'DONE_FOR_DAY', 30, 0],
    [tell('order_pending_cancel', 4), 'DONE_FOR_DAY', 30, 0],
    [tell('order_canceled', 5), 'CANCELED', 30, 0],
    [tell('order_expired', 6), 'CANCELED', 30, 0],
  ],
  rejected: [
    [order(0), 'NEW', 0, 100],
    [tell('order_rejected', 1, { reason: 'limits' }), 'REJECTED', 0, 0],
  ],
  expired: [
    [order(0), 'NEW', 0, 100],
    [fill(1, 'a', 10), 'PARTIALLY_FILLED', 10, 90],
    [tell('order_expired', 2), 'EXPIRED', 10, 0],
  ],
};

describe('FIX order states', () => {
  for (const [name, steps] of Object.entries(STORIES)) {
    test(name, async () => {
      const engine = await storyEngine();
      for (const [event, state, filled, leaves, more = {}] of steps) {
        assert.deepEqual(engine.accept(event).rejected, []);
        const status = engine.status('A');
        const found = [status.state, status.filled_quantity, status.leaves_quantity, status.quantity, status.overfilled];
        assert.deepEqual(found, [state, filled, leaves, more.quantity ?? 100, more.overfilled ?? false], JSON.stringify(event));
        assert.equal(status.execution_progress, filled / (more.quantity ?? 100));
      }
      await engine.close();
    });
  }

  test('everything about an order may come before it', async () => {
    const engine = await storyEngine();
    engine.accept(bust(3, 'x', 'b'), fill(2, 'b', 40), fill(1, 'a', 30), tell('order_canceled', 4));
    assert.equal(engine.orders.find('A'), undefined);
    engine.accept(order(0));
    const { state, filled_quantity: filled } = engine.status('A');
    assert.deepEqual([state, filled], ['CANCELED', 30]);
  });

  test('the end is the last live fill when filled, else the event that ended it', async () => {
    const engine = await storyEngine();
    engine.accept(order(0), fill(5, 'b', 60), fill(3, 'a', 40), tell('order_canceled', 9));
    assert.equal(engine.analytics('A').execution_summary.end_time, '2024-06-03T09:00:05.000000Z');
    engine.accept(bust(10, 'x', 'b'));
    clockTo(engine, 11);
    assert.equal(engine.analytics('A').execution_summary.end_time, '2024-06-03T09:00:09.000000Z');
    assert.equal(engine.analytics('A').execution_summary.provisional, false);
  });

  test('a known exec_id with other content is a conflict and is not applied', async () => {
    const engine = await storyEngine();
    engine.accept(order(0), fill(1, 'a', 30));
    for (const other of [fill(1, 'a', 31), fill(1, 'a', 30, 101), fill(2, 'a', 30), fill(1, 'a', 30, 100, { venue: 'ARCX' }), fill(1, 'a', 30, 100, { fee: 1 }), bust(1, 'a', 'zz')]) {
      assert.deepEqual(engine.accept(other).rejected.map(({ code }) => code), ['execution_conflict'], JSON.stringify(other));
    }
    assert.equal(engine.status('A').filled_quantity, 30);
    assert.deepEqual(engine.accept(fill(1, 'a', 30)).duplicate_of.length, 1);
  });
});
