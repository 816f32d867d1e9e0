/** Who was seen before: duplicates and conflicts of exec_id, child_order_id, order_id and event_id. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Client } from '../../support/client.ts';
import { startService, type RunningService } from '../../support/service.ts';
import { Timeline, type TestEvent } from '../../support/timeline.ts';

const line = new Timeline('IDENT', '2026-03-02T14:30:00Z');

describe('identity', () => {
  let service: RunningService;
  let client: Client;

  before(async () => {
    service = await startService({ flags: ['--clock', 'event'] });
    client = new Client(service.url);
  });

  after(async () => {
    assert.equal(await service.stop(), 0, service.stderr());
  });

  const rejectedAs = async (event: TestEvent): Promise<string | undefined> => {
    const answer = await client.post([event]);
    assert.equal(answer.accepted + answer.rejected.length, 1, JSON.stringify(answer));
    return answer.rejected[0]?.code;
  };

  test('the same fill in one batch and later is a duplicate, with the sequence of the original', async () => {
    const fill = line.fill(1, 'dup', 'dup-1', 30, 10);
    const sequence = await client.accept(line.order(0, 'dup', { quantity: 100 }), fill);
    const both = await client.post([fill, line.fill(2, 'dup', 'dup-2', 5, 10), line.fill(2, 'dup', 'dup-2', 5, 10)]);
    assert.equal(both.accepted, 1);
    assert.equal(both.duplicates, 2);
    assert.deepEqual(both.duplicate_of, [{ index: 0, sequence }, { index: 2, sequence: both.sequence }]);
    const status = await client.statusAfter('dup', both.sequence);
    assert.equal(status.filled_quantity, 35);
    assert.equal((await client.analytics('dup')).execution_summary.fill_count, 2);
  });

  test('a duplicate changes nothing, not even as_of_sequence', async () => {
    const fill = line.fill(1, 'still', 'still-1', 30, 10);
    const sequence = await client.accept(line.order(0, 'still', { quantity: 100 }), fill);
    const before = await client.statusAfter('still', sequence);
    assert.equal((await client.post([fill, fill])).duplicates, 2);
    await client.accept(line.order(0, 'still-barrier', { quantity: 1 }));
    await client.statusWhen('still-barrier', () => true);
    assert.deepEqual(await client.status('still'), before);
  });

  test('the same moment and number written in another way is the same fill', async () => {
    await client.accept(line.order(0, 'spelled', { quantity: 100 }));
    const fill = { ...line.fill(1, 'spelled', 'spelled-1', 30, 10), timestamp: '2026-03-02T14:30:01Z' };
    await client.accept(fill);
    const again = await client.postRaw(JSON.stringify([{ ...fill, timestamp: '2026-03-02T15:30:01.000+01:00', ignored: 1 }]).replace('"quantity":30', '"quantity":3.0e1'), 'application/json');
    assert.equal((again.body as { duplicates: number }).duplicates, 1, again.text);
  });

  test('other content under a known exec_id is a conflict and is not applied', async () => {
    const sequence = await client.accept(line.order(0, 'con', { quantity: 100 }), line.fill(1, 'con', 'con-1', 30, 10));
    const before = await client.statusAfter('con', sequence);
    for (const other of [
      line.fill(1, 'con', 'con-1', 31, 10),
      line.fill(1, 'con', 'con-1', 30, 10.5),
      line.fill(1.000001, 'con', 'con-1', 30, 10),
      line.fill(1, 'con', 'con-1', 30, 10, { venue: 'OTHER' }),
      line.fill(1, 'con', 'con-1', 30, 10, { fee: 1 }),
      line.fill(1, 'con', 'con-1', 30, 10, { liquidity: 'ADDED' }),
      line.of(1, 'con', 'execution_canceled', { exec_id: 'con-1', ref_exec_id: 'con-0' }),
      line.of(1, 'con', 'execution_corrected', { exec_id: 'con-1', ref_exec_id: 'con-0', quantity: 30, price: 10 }),
    ]) {
      assert.equal(await rejectedAs(other), 'execution_conflict', JSON.stringify(other));
    }
    assert.deepEqual(await client.status('con'), before);
  });

  test('a conflict inside one batch leaves the first', async () => {
    const answer = await client.post([line.order(0, 'inside', { quantity: 100 }), line.fill(1, 'inside', 'inside-1', 10, 10), line.fill(1, 'inside', 'inside-1', 20, 10)]);
    assert.deepEqual(answer.rejected.map(({ index, code }) => [index, code]), [[2, 'execution_conflict']]);
    assert.equal((await client.statusAfter('inside', answer.sequence)).filled_quantity, 10);
  });

  test('a known exec_id of another order is refused', async () => {
    await client.accept(line.order(0, 'mine', { quantity: 9 }), line.order(0, 'yours', { quantity: 9 }), line.fill(1, 'mine', 'owned-1', 3, 10));
    assert.equal(await rejectedAs(line.fill(1, 'yours', 'owned-1', 3, 10)), 'order_mismatch');
    assert.equal(await rejectedAs(line.of(2, 'yours', 'execution_canceled', { exec_id: 'owned-2', ref_exec_id: 'owned-1' })), 'order_mismatch');
    assert.equal((await client.statusWhen('mine', () => true)).filled_quantity, 3);
    assert.equal((await client.statusWhen('yours', () => true)).filled_quantity, 0);
  });

  test('the same order again is a duplicate, another one under its id a conflict', async () => {
    const order = line.order(0, 'twice', { quantity: 100, account: 'A' });
    const sequence = await client.accept(order);
    assert.deepEqual((await client.post([order])).duplicate_of, [{ index: 0, sequence }]);
    assert.equal(await rejectedAs({ ...order, quantity: 101 }), 'order_conflict');
    assert.equal(await rejectedAs({ ...order, symbol: 'OTHER' }), 'order_conflict');
    assert.equal((await client.statusAfter('twice', sequence)).quantity, 100);
  });

  test('child orders: duplicate, conflict, child of another order', async () => {
    const route = line.of(1, 'par', 'route', { child_order_id: 'par-c', venue: 'XNAS', quantity: 10 });
    await client.accept(line.order(0, 'par', { quantity: 100 }), line.order(0, 'par2', { quantity: 100 }), route);
    assert.equal((await client.post([route])).duplicates, 1);
    assert.equal(await rejectedAs({ ...route, quantity: 11 }), 'route_conflict');
    assert.equal(await rejectedAs({ ...route, venue: 'XNYS' }), 'route_conflict');
    assert.equal(await rejectedAs({ ...route, order_id: 'par2' }), 'order_mismatch');
    assert.equal(await rejectedAs(line.of(2, 'par2', 'route_rejected', { child_order_id: 'par-c' })), 'order_mismatch');
    assert.equal(await rejectedAs(line.fill(2, 'par2', 'par2-1', 1, 10, { child_order_id: 'par-c' })), 'order_mismatch');
  });

  test('an event that names the wrong symbol for its order is refused', async () => {
    await client.accept(line.order(0, 'sym', { quantity: 100 }));
    assert.equal(await rejectedAs(line.fill(1, 'sym', 'sym-1', 1, 10, { symbol: 'WRONG' })), 'symbol_mismatch');
    await client.accept(line.fill(1, 'sym', 'sym-1', 1, 10, { symbol: 'IDENT' }));
  });

  test('event_id: the same event is a duplicate, another one a conflict, for every type of event', async () => {
    const quote = { ...line.quote(3, 1, 2), event_id: 'ev-quote' };
    const cancel = { ...line.of(3, 'evo', 'order_pending_cancel'), event_id: 'ev-cancel' };
    const sequence = await client.accept(line.order(0, 'evo', { quantity: 5 }), quote);
    await client.accept(cancel);
    const again = await client.post([quote, cancel, { ...quote }]);
    assert.equal(again.duplicates, 3);
    assert.deepEqual(again.duplicate_of[0], { index: 0, sequence });
    assert.equal(await rejectedAs({ ...quote, bid: 1.5 }), 'event_id_conflict');
    assert.equal(await rejectedAs({ ...line.trade(3, 1, 1), event_id: 'ev-cancel' }), 'event_id_conflict');
    assert.equal(await rejectedAs({ ...quote, event_id: 'ev-other', bid: 1.5 }), undefined);
  });

  test('a refused event does not take its event_id', async () => {
    await client.accept(line.order(0, 'untaken', { quantity: 5 }), line.fill(1, 'untaken', 'untaken-1', 1, 10));
    assert.equal(await rejectedAs({ ...line.fill(1, 'untaken', 'untaken-1', 2, 10), event_id: 'ev-untaken' }), 'execution_conflict');
    assert.equal(await rejectedAs({ ...line.fill(2, 'untaken', 'untaken-2', 2, 10), event_id: 'ev-untaken' }), undefined);
  });

  test('a refused event does not move the clock', async () => {
    const sequence = await client.accept(
      line.order(0, 'clock', { quantity: 100, algorithm: 'TWAP', end_time: line.at(1_000) }),
      line.fill(5, 'clock', 'clock-1', 1, 10),
      line.now(10),
    );
    const before = await client.statusWhen('clock', (status) => status.last_updated === line.at(10));
    assert.ok(sequence > 0);
    assert.equal(await rejectedAs(line.fill(500, 'clock', 'clock-1', 1, 10)), 'execution_conflict');
    assert.equal(await rejectedAs(line.fill(600, 'clock', 'clock-2', 1, 10, { symbol: 'WRONG' })), 'symbol_mismatch');
    await client.accept(line.order(10, 'clock-barrier', { quantity: 1 }));
    await client.statusWhen('clock-barrier', () => true);
    const { as_of_sequence: _a, ...shown } = await client.status('clock');
    const { as_of_sequence: _b, ...expected } = before;
    assert.deepEqual(shown, expected);
  });
});
