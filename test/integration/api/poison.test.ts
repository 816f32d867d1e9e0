/**
 * Valid requests at the edge of the schemas, each on a service of its own, because one that is not withstood may end the
 * service or damage its journal: none may do more than be refused.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, eventually } from '../../support/client.ts';
import { makeDataFolder, type DataFolder } from '../../support/data-folder.ts';
import { startService, type RunningService } from '../../support/service.ts';
import { Timeline } from '../../support/timeline.ts';

const RESTART_MS_MAX = 8_000;
const STORED_MS_MAX = 1_500;
const line = new Timeline('POISON', '2026-03-02T14:30:00Z');

/** A service on a folder that stays, for as long as `body` takes; whatever is left is cleaned up. */
async function onService(body: (client: Client, restart: () => Promise<Client>) => Promise<void>): Promise<void> {
  const folder: DataFolder = await makeDataFolder();
  const options = { flags: ['--clock', 'event'], dataDir: folder.path, readyMsMax: RESTART_MS_MAX };
  let service: RunningService | undefined;
  try {
    service = await startService(options);
    await body(new Client(service.url), async () => {
      await service!.kill();
      service = await startService(options);
      return new Client(service.url);
    });
    assert.equal(service.process.exitCode, null, `the service has ended: ${service.stderr()}`);
  } finally {
    await service?.stop().catch(() => undefined);
    await folder.remove();
  }
}

describe('a request at the edge', () => {
  test('an order id of 60 characters outside the basic plane (120 UTF-16 units) is one of 60 characters', async () => {
    const orderId = '😀'.repeat(60);
    await onService(async (client, restart) => {
      const answer = await client.post([line.order(0, orderId, { quantity: 10 })]);
      if (answer.accepted === 0) return;
      await sleep(STORED_MS_MAX);
      assert.equal((await client.request('GET', '/health/live').catch(() => undefined))?.status, 200, 'the service has ended');
      await client.statusWhen(orderId, () => true);
      const later = await restart();
      await sleep(STORED_MS_MAX);
      await later.statusWhen(orderId, () => true);
    });
  });

  test('a schedule knot with an unknown field 20,000 deep: answered by event, and the journal can be read again', async () => {
    const deep = '['.repeat(20_000) + ']'.repeat(20_000);
    const knots = `[{"time":"${line.at(0)}","fraction":0,"note":${deep}},{"time":"${line.at(9)}","fraction":1}]`;
    const custom = `{"type":"order","timestamp":"${line.at(0)}","order_id":"deep","symbol":"POISON","side":"BUY","quantity":10,"algorithm":"CUSTOM","schedule":${knots}}`;
    await onService(async (client, restart) => {
      const body = `[${JSON.stringify(line.order(0, 'before', { quantity: 10 }))},${custom}]`;
      const answer = await client.postRaw(body, 'application/json');
      await client.accept(line.order(0, 'after', { quantity: 10 }), line.fill(1, 'after', 'after-1', 5, 10));
      const later = await restart();
      assert.equal((await later.statusWhen('after', () => true)).filled_quantity, 5);
      assert.equal(answer.status, 200, answer.text);
      assert.equal((await later.status('before')).quantity, 10);
    });
  });

  const slow = Array.from({ length: 1_500 }, (_, i) => `slow-${i}`);
  const orders = slow.map((id) => line.order(0, id, { quantity: 100, algorithm: 'TWAP', end_time: line.at(100) }));

  test('a status is answered while a thousand alerts fire', async () => {
    await onService(async (client) => {
      await client.accept(...orders);
      await client.statusWhen(slow.at(-1)!, () => true);
      await client.accept(line.now(20));
      for (const id of slow) {
        const answer = await client.request('GET', client.path(id, 'status'));
        assert.equal(answer.status, 200, answer.text);
      }
    });
  });

  test('a restart takes a journal with thousands of alerts', async () => {
    await onService(async (client, restart) => {
      await client.accept(...orders);
      await client.accept(line.now(20));
      await sleep(STORED_MS_MAX);
      await client.accept(...slow.map((id) => line.of(21, id, 'order_canceled')), line.now(23));
      await sleep(STORED_MS_MAX);
      assert.equal((await client.status(slow.at(-1)!)).state, 'CANCELED');
      const later = await restart();
      assert.equal((await later.status(slow.at(-1)!)).state, 'CANCELED');
    });
  });
});

describe('texts and numbers that are hard to keep', () => {
  let service: RunningService;
  let client: Client;

  before(async () => {
    service = await startService({ flags: ['--clock', 'event'] });
    client = new Client(service.url);
  });

  after(async () => {
    assert.equal(await service.stop(), 0, service.stderr());
  });

  test('an order of a symbol with half a surrogate pair keeps its fills, or is refused', async () => {
    const body = JSON.stringify([{ ...line.order(0, 'half-symbol', { quantity: 100 }), symbol: 'HALF' }]).replace('HALF', '\\udc01');
    const { accepted } = (await client.postRaw(body, 'application/json')).body as { accepted: number };
    if (accepted === 0) return;
    const sequence = await client.accept(line.fill(1, 'half-symbol', 'half-symbol-1', 10, 10));
    assert.equal((await client.statusAfter('half-symbol', sequence)).filled_quantity, 10);
    const quoted = await client.postRaw(JSON.stringify([{ ...line.quote(2, 9, 11), symbol: 'HALF' }]).replace('HALF', '\\udc01'), 'application/json');
    const shown = await client.statusAfter('half-symbol', (quoted.body as { sequence: number }).sequence);
    assert.equal(shown.filled_quantity, 10);
  });

  test('NUL in a name is refused, naming the field: a database does not keep it', async () => {
    const { rejected, accepted } = await client.post([line.order(0, 'nul\u0000', { quantity: 100 }), line.fill(1, 'nul', 'nul\u0000exec', 10, 10)]);
    assert.equal(accepted, 0);
    assert.deepEqual(rejected.map(({ detail }) => detail.split(' ')[0]), ['order_id', 'exec_id']);
  });

  test('control characters in names are kept', async () => {
    const orderId = 'tab\tescape\u001b';
    const sequence = await client.accept(line.order(0, orderId, { quantity: 100 }), line.fill(1, orderId, 'bell\u0007', 10, 10, { venue: 'v\u0001' }));
    assert.equal((await client.statusAfter(orderId, sequence)).filled_quantity, 10);
    assert.deepEqual((await client.analytics(orderId)).execution_summary.venue_distribution, { 'v\u0001': 1 });
    await eventually('everything is stored', async () => {
      const ready = (await client.request('GET', '/health/ready')).body as { storage: { held_rows: number; error?: string } };
      assert.equal(ready.storage.error, undefined);
      return ready.storage.held_rows === 0;
    });
  });

  test('huge numbers are refused, naming the field; the largest that are taken leave every answer within its schema', async () => {
    const { rejected } = await client.post([line.order(0, 'huge', { quantity: 1e308 }), line.fill(1, 'large', 'huge-1', 10, 1e308)]);
    assert.deepEqual(rejected.map(({ detail }) => detail.split(' ')[0]), ['quantity', 'price']);
    const sequence = await client.accept(line.order(0, 'large', { quantity: 1e15 }), line.fill(1, 'large', 'large-1', 1e15, 1e15, { fee: 1e15 }));
    assert.equal((await client.statusAfter('large', sequence)).filled_quantity, 1e15);
    await client.analytics('large');
  });

  test('one huge print does not take the benchmarks of the rest of the day', async () => {
    const own = new Timeline('HUGE', '2026-03-02T14:30:00Z');
    await client.post([own.trade(0, 1e300, 1e300), own.quote(0, 1e308, 1e308), own.quote(1, 99, 101)]);
    const sequence = await client.accept(own.order(2, 'honest', { quantity: 100 }), own.trade(3, 100, 50), own.quote(4, 99, 101), own.fill(4, 'honest', 'honest-1', 10, 100), own.now(6));
    await client.statusWhen('honest', (status) => status.last_updated === own.at(6) && sequence > 0);
    const { benchmark_comparison: benchmarks } = await client.analytics('honest');
    assert.equal(benchmarks.INTERVAL_VWAP.price, 100);
    assert.equal(benchmarks.TWAP.price, 100);
  });

  test('updates of a pending session do not use up the room of its order’s events', async () => {
    const updates = Array.from({ length: 4_100 }, (_, i) => i);
    const worker = async (): Promise<void> => {
      while (updates.pop() !== undefined) await client.start({ order_id: 'crowded' });
    };
    await Promise.all(Array.from({ length: 64 }, worker));
    const answer = await client.post([line.fill(1, 'crowded', 'crowded-1', 1, 10)]);
    assert.deepEqual(answer.rejected, []);
  });

  test('an exec_id with half a surrogate pair is known again, or refused', async () => {
    await client.accept(line.order(0, 'half', { quantity: 100 }));
    const body = JSON.stringify([line.fill(1, 'half', 'HALF', 10, 10)]).replace('HALF', '\\ud800');
    const first = (await client.postRaw(body, 'application/json')).body as { accepted: number };
    const second = (await client.postRaw(body, 'application/json')).body as { accepted: number };
    assert.ok(first.accepted + second.accepted <= 1, 'the same fill was taken twice');
  });

  test('after an exec_id with half a surrogate pair other executions are taken', async () => {
    await client.accept(line.order(0, 'other', { quantity: 100 }));
    const body = JSON.stringify([line.fill(1, 'other', 'HALF', 10, 10)]).replace('HALF', '\\udfff');
    for (let i = 0; i < 3; i++) await client.postRaw(body, 'application/json');
    await client.accept(line.fill(2, 'other', 'other-1', 10, 10), line.fill(2, 'other', 'other-2', 10, 10));
  });
});
