/** POST /api/v1/monitoring/start: the life of a session, and what it changes of the order's answers. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { METRICS } from '../../../engine/domain/enums.ts';
import { Client } from '../../support/client.ts';
import { makeDataFolder, type DataFolder } from '../../support/data-folder.ts';
import { startService, type RunningService } from '../../support/service.ts';
import { Timeline } from '../../support/timeline.ts';

const line = new Timeline('START', '2026-03-02T14:30:00Z');

describe('start', () => {
  let folder: DataFolder;
  let service: RunningService;
  let client: Client;

  before(async () => {
    folder = await makeDataFolder();
    service = await startService({ flags: ['--clock', 'event'], dataDir: folder.path });
    client = new Client(service.url);
  });

  after(async () => {
    assert.equal(await service.stop(), 0, service.stderr());
    await folder.remove();
  });

  test('201 the first time, 200 again, one session_id', async () => {
    const first = await client.start({ order_id: 'again' });
    const second = await client.start({ order_id: 'again' });
    assert.deepEqual([first.status, second.status], [201, 200]);
    assert.equal(second.session.session_id, first.session.session_id);
    assert.equal(second.session.started_at, first.session.started_at);
  });

  test('with nothing but the order id: all metrics, default thresholds, real-time updates', async () => {
    const { session } = await client.start({ order_id: 'defaults' });
    assert.deepEqual(session.monitoring_metrics, [...METRICS]);
    // metrics.md: SLOW_EXECUTION at speed < .70, HIGH_COST above max(5 bps, ..).
    assert.deepEqual(session.alert_thresholds, { SLOW_EXECUTION: 0.7, HIGH_COST: 5 });
    assert.equal(session.real_time_updates, true);
    assert.equal(session.links.status, '/api/v1/monitoring/defaults/status');
  });

  test('PENDING until the order is announced, then ACTIVE', async () => {
    const before = await client.start({ order_id: 'later' });
    assert.equal(before.session.status, 'PENDING');
    assert.equal((await client.request('GET', client.path('later', 'status'))).status, 404);
    await client.accept(line.order(0, 'later', { quantity: 10 }));
    const after = await client.start({ order_id: 'later' });
    assert.equal(after.session.status, 'ACTIVE');
    assert.equal(after.session.session_id, before.session.session_id);
    assert.equal((await client.statusWhen('later', () => true)).state, 'NEW');
  });

  test('what a PENDING session asked for holds when the order comes', async () => {
    await client.start({ order_id: 'held', monitoring_metrics: ['SLIPPAGE'], alert_thresholds: { SLIPPAGE: 3 } });
    const sequence = await client.accept(line.order(0, 'held', { quantity: 10 }));
    assert.deepEqual(Object.keys((await client.statusAfter('held', sequence)).current_metrics), ['SLIPPAGE']);
  });

  test('sessions of two orders are independent', async () => {
    await client.accept(line.order(0, 'one', { quantity: 10 }), line.order(0, 'two', { quantity: 10 }));
    const one = await client.start({ order_id: 'one', monitoring_metrics: ['FILL_RATE'], alert_thresholds: { HIGH_COST: 9 } });
    const two = await client.start({ order_id: 'two', monitoring_metrics: ['SLIPPAGE', 'EXECUTION_SPEED'], real_time_updates: false });
    assert.notEqual(one.session.session_id, two.session.session_id);
    assert.deepEqual(one.session.alert_thresholds, { SLOW_EXECUTION: 0.7, HIGH_COST: 9 });
    assert.deepEqual(two.session.alert_thresholds, { SLOW_EXECUTION: 0.7, HIGH_COST: 5 });
    assert.deepEqual(Object.keys((await client.statusWhen('one', () => true)).current_metrics), ['FILL_RATE']);
    assert.deepEqual(Object.keys((await client.statusWhen('two', () => true)).current_metrics).sort(), ['EXECUTION_SPEED', 'SLIPPAGE']);
  });

  test('an order without a session has all metrics', async () => {
    const sequence = await client.accept(line.order(0, 'unwatched', { quantity: 10 }));
    assert.deepEqual(Object.keys((await client.statusAfter('unwatched', sequence)).current_metrics).sort(), [...METRICS].sort());
  });

  test('a field that is left out of an update stays as it was', async () => {
    const asked = { monitoring_metrics: ['COST_EFFICIENCY'], alert_thresholds: { MARKET_IMPACT: 12.5 }, real_time_updates: false };
    const first = await client.start({ order_id: 'kept', ...asked });
    const effective = { SLOW_EXECUTION: 0.7, HIGH_COST: 5, MARKET_IMPACT: 12.5 };
    assert.deepEqual(first.session.alert_thresholds, effective);
    const same = (await client.start({ order_id: 'kept' })).session;
    assert.deepEqual(same, first.session);
    const turned = (await client.start({ order_id: 'kept', real_time_updates: true })).session;
    assert.deepEqual(turned, { ...first.session, real_time_updates: true });
    const narrowed = (await client.start({ order_id: 'kept', monitoring_metrics: ['SLIPPAGE'] })).session;
    assert.deepEqual(narrowed, { ...turned, monitoring_metrics: ['SLIPPAGE'] });
  });

  test('a given threshold replaces the default of the alert that it raises', async () => {
    const { session } = await client.start({ order_id: 'replaced', alert_thresholds: { EXECUTION_SPEED: 0.5, COST_EFFICIENCY: 0.4 } });
    assert.deepEqual(session.alert_thresholds, { EXECUTION_SPEED: 0.5, COST_EFFICIENCY: 0.4 });
  });

  test('a session is the same after a restart', async () => {
    const asked = { order_id: 'survivor', monitoring_metrics: ['SLIPPAGE'], alert_thresholds: { SLIPPAGE: 7 }, real_time_updates: false };
    const { session } = await client.start(asked);
    await service.kill();
    service = await startService({ flags: ['--clock', 'event'], dataDir: folder.path });
    client = new Client(service.url);
    const again = await client.start({ order_id: 'survivor' });
    assert.equal(again.status, 200);
    assert.deepEqual(again.session, session);
  });

  for (const [name, orderId] of [
    ['of 100 characters', 'x'.repeat(100)],
    ['in Greek and Japanese', 'Ωμέγα-注文-1'],
    ['with a slash, a space, a percent sign and quotes', 'a/b c%2F"d\'?#&'],
    ['that looks like a path', '../status'],
    ['named like an inherited property', '__proto__'],
    ['of one character outside the basic plane', '😀'],
  ] as const) {
    test(`an order id ${name} works on every path`, async () => {
      const { session } = await client.start({ order_id: orderId });
      assert.equal(session.order_id, orderId);
      const sequence = await client.accept(line.order(0, orderId, { quantity: 10 }));
      const status = await client.statusAfter(orderId, sequence);
      assert.equal(status.order_id, orderId);
      assert.equal((await client.request('GET', session.links.status)).status, 200);
      const analytics = await client.request('GET', session.links.analytics);
      assert.equal((analytics.body as { order_id: string }).order_id, orderId);
    });
  }
});
