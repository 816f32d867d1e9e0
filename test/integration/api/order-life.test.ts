/** What events do to an order, in any order of arrival: FIX semantics as product.md and metrics.md have them. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from '../../support/client.ts';
import { startService, type RunningService } from '../../support/service.ts';
import { Timeline, type TestEvent } from '../../support/timeline.ts';

const line = new Timeline('LIFE', '2026-03-02T14:30:00Z');

describe('the life of an order', () => {
  let service: RunningService;
  let client: Client;

  before(async () => {
    service = await startService({ flags: ['--clock', 'event'] });
    client = new Client(service.url);
  });

  after(async () => {
    assert.equal(await service.stop(), 0, service.stderr());
  });

  const order = (id: string, fields: object = {}) => line.order(0, id, { quantity: 100, ...fields });
  /** Sends events one batch each, the last of which is about the order, and reads what is shown. */
  const shown = async (id: string, ...events: readonly TestEvent[]) => {
    let sequence = 0;
    for (const event of events) sequence = await client.accept(event);
    const status = await client.statusAfter(id, sequence);
    const { state, quantity, filled_quantity: filled, leaves_quantity: leaves, overfilled, average_price: price } = status;
    return { state, quantity, filled, leaves, overfilled, price };
  };
  const correct = (id: string, execId: string, ref: string, quantity: number, price: number) =>
    line.of(50, id, 'execution_corrected', { exec_id: execId, ref_exec_id: ref, quantity, price });
  const bust = (id: string, execId: string, ref: string) => line.of(50, id, 'execution_canceled', { exec_id: execId, ref_exec_id: ref });
  const base = { quantity: 100, overfilled: false };

  test('a fill before its order', async () => {
    await client.accept(line.fill(1, 'early', 'early-1', 40, 10));
    assert.equal((await client.request('GET', client.path('early', 'status'))).status, 404);
    assert.deepEqual(await shown('early', order('early')), { ...base, state: 'PARTIALLY_FILLED', filled: 40, leaves: 60, price: 10 });
  });

  test('a whole life before the order is the same as behind it', async () => {
    const life = (id: string) => [
      line.of(9, id, 'order_canceled'),
      bust(id, `${id}-b`, `${id}-2`),
      line.fill(2, id, `${id}-2`, 50, 12),
      line.fill(1, id, `${id}-1`, 40, 10),
    ];
    const expected = { ...base, state: 'CANCELED', filled: 40, leaves: 0, price: 10 };
    assert.deepEqual(await shown('behind', order('behind'), ...life('behind')), expected);
    await client.accept(...life('ahead'));
    assert.deepEqual(await shown('ahead', order('ahead')), expected);
  });

  test('a bust before its fill', async () => {
    assert.deepEqual(await shown('bf', order('bf'), bust('bf', 'bf-b', 'bf-1')), { ...base, state: 'NEW', filled: 0, leaves: 100, price: null });
    assert.deepEqual(await shown('bf', line.fill(1, 'bf', 'bf-1', 40, 10)), { ...base, state: 'NEW', filled: 0, leaves: 100, price: null });
  });

  test('an orphan bust is accepted and changes no number', async () => {
    assert.deepEqual(await shown('orphan', order('orphan'), line.fill(1, 'orphan', 'orphan-1', 40, 10), bust('orphan', 'orphan-b', 'nobody')), { ...base, state: 'PARTIALLY_FILLED', filled: 40, leaves: 60, price: 10 });
  });

  test('a late fill after a cancel counts, and nothing is left', async () => {
    const events = [order('late'), line.of(5, 'late', 'order_canceled', { reason: 'by trader' }), line.fill(4, 'late', 'late-1', 30, 10)];
    assert.deepEqual(await shown('late', ...events), { ...base, state: 'CANCELED', filled: 30, leaves: 0, price: 10 });
  });

  for (const [type, state] of [['order_canceled', 'CANCELED'], ['order_expired', 'EXPIRED'], ['order_rejected', 'REJECTED'], ['order_done_for_day', 'DONE_FOR_DAY'], ['order_pending_replace', 'PENDING_REPLACE'], ['order_pending_cancel', 'PENDING_CANCEL']] as const) {
    test(`${type} makes it ${state}`, async () => {
      const leaves = state.startsWith('PENDING') ? 100 : 0;
      assert.deepEqual(await shown(type, order(type), line.of(5, type, type)), { ...base, state, filled: 0, leaves, price: null });
    });
  }

  test('a replace changes the quantity, a pending replace does not', async () => {
    assert.deepEqual(await shown('rep', order('rep'), line.of(2, 'rep', 'order_pending_replace')), { ...base, state: 'PENDING_REPLACE', filled: 0, leaves: 100, price: null });
    assert.deepEqual(await shown('rep', line.of(3, 'rep', 'order_replaced', { quantity: 150 })), { state: 'NEW', quantity: 150, overfilled: false, filled: 0, leaves: 150, price: null });
  });

  test('a replace below what is filled sets the quantity to it, and the order is filled', async () => {
    const events = [order('below'), line.fill(1, 'below', 'below-1', 60, 10), line.of(2, 'below', 'order_replaced', { quantity: 50 })];
    assert.deepEqual(await shown('below', ...events), { state: 'FILLED', quantity: 60, overfilled: false, filled: 60, leaves: 0, price: 10 });
    assert.deepEqual(await shown('below', line.of(3, 'below', 'order_replaced', { quantity: 80 })), { state: 'PARTIALLY_FILLED', quantity: 80, overfilled: false, filled: 60, leaves: 20, price: 10 });
  });

  test('an overfill is kept and flagged, and a bust takes it back', async () => {
    const events = [order('over'), line.fill(1, 'over', 'over-1', 80, 10), line.fill(2, 'over', 'over-2', 40, 13)];
    assert.deepEqual(await shown('over', ...events), { quantity: 100, overfilled: true, state: 'FILLED', filled: 120, leaves: 0, price: 11 });
    assert.equal((await client.status('over')).execution_progress, 1.2);
    assert.equal((await client.analytics('over')).execution_summary.overfilled, true);
    assert.deepEqual(await shown('over', bust('over', 'over-b', 'over-2')), { ...base, state: 'PARTIALLY_FILLED', filled: 80, leaves: 20, price: 10 });
  });

  test('a bust re-opens a filled order', async () => {
    assert.deepEqual(await shown('open', order('open'), line.fill(1, 'open', 'open-1', 100, 10)), { ...base, state: 'FILLED', filled: 100, leaves: 0, price: 10 });
    assert.equal((await client.analytics('open')).execution_summary.provisional, false);
    assert.deepEqual(await shown('open', bust('open', 'open-b', 'open-1')), { ...base, state: 'NEW', filled: 0, leaves: 100, price: null });
    assert.equal((await client.analytics('open')).execution_summary.provisional, true);
  });

  test('a cancel of a filled order is accepted; it stays filled', async () => {
    assert.deepEqual(await shown('cf', order('cf'), line.fill(1, 'cf', 'cf-1', 100, 10), line.of(2, 'cf', 'order_canceled')), { ...base, state: 'FILLED', filled: 100, leaves: 0, price: 10 });
  });

  test('a chain of corrections, each naming the latest, in the right and in the reverse order', async () => {
    const chain = (id: string) => [line.fill(1, id, `${id}-1`, 40, 10), correct(id, `${id}-2`, `${id}-1`, 30, 11), correct(id, `${id}-3`, `${id}-2`, 20, 12)];
    const expected = { ...base, state: 'PARTIALLY_FILLED', filled: 20, leaves: 80, price: 12 };
    assert.deepEqual(await shown('chain', order('chain'), ...chain('chain')), expected);
    assert.deepEqual(await shown('niahc', order('niahc'), ...chain('niahc').reverse()), expected);
    assert.deepEqual(await shown('chain', bust('chain', 'chain-b', 'chain-3')), { ...base, state: 'NEW', filled: 0, leaves: 100, price: null });
  });

  test('a correction of what is no longer the latest is accepted and changes nothing', async () => {
    const events = [order('stale'), line.fill(1, 'stale', 'stale-1', 40, 10), correct('stale', 'stale-2', 'stale-1', 30, 11), correct('stale', 'stale-3', 'stale-1', 5, 1)];
    assert.deepEqual(await shown('stale', ...events), { ...base, state: 'PARTIALLY_FILLED', filled: 30, leaves: 70, price: 11 });
  });

  test("a correction keeps the original's time, venue and fee unless it gives its own", async () => {
    const id = 'keep';
    await shown(id, order(id), line.fill(1, id, 'keep-1', 40, 10, { venue: 'V1', fee: 4 }), correct(id, 'keep-2', 'keep-1', 30, 11));
    const kept = await client.analytics(id);
    assert.deepEqual(kept.execution_summary.venue_distribution, { V1: 1 });
    assert.equal(kept.execution_summary.fees, 4);
    assert.equal(kept.execution_summary.last_fill_time, line.at(1));
    await shown(id, { ...correct(id, 'keep-3', 'keep-2', 30, 11), venue: 'V2', fee: 5 });
    const own = await client.analytics(id);
    assert.deepEqual(own.execution_summary.venue_distribution, { V2: 1 });
    assert.equal(own.execution_summary.fees, 5);
    assert.equal(own.execution_summary.last_fill_time, line.at(1));
  });

  test('fill rate over children: ended ones only, a rejected one counts as routed', async () => {
    const id = 'kids';
    const route = (child: string, quantity: number) => line.of(1, id, 'route', { child_order_id: child, venue: 'V', quantity });
    const rate = async (...events: readonly TestEvent[]) => {
      await shown(id, ...events);
      const { fill_rate: value, fill_rate_basis: basis } = (await client.analytics(id)).execution_summary;
      assert.equal((await client.status(id)).current_metrics.FILL_RATE, value);
      return [value, basis];
    };
    assert.deepEqual(await rate(order(id, { quantity: 1_000 }), line.fill(1, id, 'kids-0', 100, 10)), [0.1, 'parent']);
    assert.deepEqual(await rate(route('kids-a', 500), line.fill(2, id, 'kids-1', 200, 10, { child_order_id: 'kids-a' })), [null, 'children']);
    assert.deepEqual(await rate(line.of(3, id, 'route_canceled', { child_order_id: 'kids-a' })), [0.4, 'children']);
    // (200 + 0) / (500 + 300)
    assert.deepEqual(await rate(route('kids-b', 300), line.of(3, id, 'route_rejected', { child_order_id: 'kids-b' })), [0.25, 'children']);
    // open, then filled: (200 + 200) / (800 + 200)
    assert.deepEqual(await rate(route('kids-c', 200), line.of(3, id, 'route_accepted', { child_order_id: 'kids-c' })), [0.25, 'children']);
    assert.deepEqual(await rate(line.fill(4, id, 'kids-2', 200, 10, { child_order_id: 'kids-c' })), [0.4, 'children']);
  });
});
