/** The Idempotency-Key of a batch: the same answer and no second effect, in one life of the service and in the next. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { assertRefused, Client } from '../../support/client.ts';
import { makeDataFolder, type DataFolder } from '../../support/data-folder.ts';
import { startService, type RunningService } from '../../support/service.ts';
import { Timeline } from '../../support/timeline.ts';

const line = new Timeline('IDEM', '2026-03-02T14:30:00Z');
const EVENT_CLOCK = ['--clock', 'event'];

describe('Idempotency-Key', () => {
  let folder: DataFolder;
  let service: RunningService;
  let client: Client;

  before(async () => {
    folder = await makeDataFolder();
    service = await startService({ flags: EVENT_CLOCK, dataDir: folder.path });
    client = new Client(service.url);
  });

  after(async () => {
    assert.equal(await service.stop(), 0, service.stderr());
    await folder.remove();
  });

  const post = (key: string, events: readonly object[]) => client.postRaw(JSON.stringify(events), 'application/json', { 'idempotency-key': key });
  // Events without an identity of their own: sent twice they would act twice.
  const trades = (quantity: number) => [line.order(0, `key-${quantity}`, { quantity: 10 }), line.trade(1, 10, quantity), { type: 'nonsense' }, line.trade(2, 11, quantity)];
  const volumeOf = async (orderId: string) => (await client.analytics(orderId)).benchmark_comparison.INTERVAL_VWAP.volume;

  test('the same body again: the same answer, no second effect', async () => {
    const first = await post('k1', trades(100));
    await client.statusAfter('key-100', (first.body as { sequence: number }).sequence);
    const again = await post('k1', trades(100));
    assert.equal(first.status, 200);
    assert.equal(again.text, first.text);
    assert.equal((first.body as { accepted: number }).accepted, 3);
    assert.equal(await volumeOf('key-100'), 200);
  });

  test('sent at once many times it acts once', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => post('k2', trades(7))));
    assert.equal(new Set(answers.map((answer) => answer.text)).size, 1);
    await client.statusAfter('key-7', (answers[0]!.body as { sequence: number }).sequence);
    assert.equal(await volumeOf('key-7'), 200 + 2 * 7);
  });

  test('another body under the key: 422, nothing is taken', async () => {
    await post('k3', [line.order(0, 'k3-a', { quantity: 1 })]);
    assertRefused(await post('k3', [line.order(0, 'k3-b', { quantity: 1 })]), 422, 'idempotency_key_reused');
    assertRefused(await client.request('GET', client.path('k3-b', 'status')), 404, 'order_not_found');
  });

  test('a refused request does not take the key', async () => {
    assertRefused(await client.postRaw('[', 'application/json', { 'idempotency-key': 'k4' }), 400, 'malformed_body');
    assert.equal((await post('k4', [line.order(0, 'k4', { quantity: 1 })])).status, 200);
  });

  test('an empty or overlong key: 400', async () => {
    assertRefused(await post('x'.repeat(256), []), 400, 'bad_request');
    assert.equal((await post('x'.repeat(255), [])).status, 200);
  });

  for (const [how, end] of [
    ['SIGKILL', () => service.kill()],
    ['SIGTERM', async () => assert.equal(await service.stop(), 0)],
  ] as const) {
    test(`after ${how} the key and an event_id are still known`, async () => {
      const body = [line.order(0, how, { quantity: 10 }), { ...line.trade(5, 10, 1_000), event_id: `ev-${how}` }];
      const first = await post(how, body);
      assert.equal((first.body as { accepted: number }).accepted, 2, first.text);
      await end();
      service = await startService({ flags: EVENT_CLOCK, dataDir: folder.path });
      client = new Client(service.url);
      const volume = await volumeOf(how);
      assert.equal((await post(how, body)).text, first.text);
      assertRefused(await post(how, [...body, body[0]!]), 422, 'idempotency_key_reused');
      const single = await client.post([body[1]!]);
      assert.deepEqual(single.duplicate_of, [{ index: 0, sequence: (first.body as { sequence: number }).sequence }]);
      const conflict = await client.post([{ ...body[1]!, quantity: 1 }]);
      assert.equal(conflict.rejected[0]?.code, 'event_id_conflict');
      assert.equal(await volumeOf(how), volume);
    });
  }
});
