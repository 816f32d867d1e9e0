/** POST /api/v1/monitoring/start with bad requests: each is refused by name and changes nothing. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { assertRefused, Client } from '../../support/client.ts';
import { startService, type RunningService } from '../../support/service.ts';
import { Timeline } from '../../support/timeline.ts';

const line = new Timeline('REFUSE', '2026-03-02T14:30:00Z');
const WATCHED = 'watched';

describe('start refuses', () => {
  let service: RunningService;
  let client: Client;
  let untouched: unknown;
  let statusText: string;

  before(async () => {
    service = await startService({ flags: ['--clock', 'event'] });
    client = new Client(service.url);
    await client.accept(line.order(0, WATCHED, { quantity: 10 }), line.now(1));
    const asked = { order_id: WATCHED, monitoring_metrics: ['SLIPPAGE'], alert_thresholds: { HIGH_COST: 8 }, real_time_updates: false };
    untouched = (await client.start(asked)).session;
    await client.statusWhen(WATCHED, (status) => Object.keys(status.current_metrics).length === 1 && status.last_updated === line.at(1));
    statusText = (await client.request('GET', client.path(WATCHED, 'status'))).text;
  });

  after(async () => {
    // Nothing changed: neither what is shown nor the session, which only this last good request may touch.
    assert.equal((await client.request('GET', client.path(WATCHED, 'status'))).text, statusText);
    assert.deepEqual((await client.start({ order_id: WATCHED })).session, untouched);
    assert.equal(await service.stop(), 0, service.stderr());
  });

  const good = { order_id: WATCHED, monitoring_metrics: ['FILL_RATE'], alert_thresholds: { HIGH_COST: 99 }, real_time_updates: true };
  const fields: readonly (readonly [what: string, request: unknown, field: string])[] = [
    ['no order_id', { ...good, order_id: undefined }, 'order_id'],
    ['an empty order_id', { ...good, order_id: '' }, 'order_id'],
    ['an order_id of 101 characters', { ...good, order_id: 'x'.repeat(101) }, 'order_id'],
    ['an order_id of 200 characters', { ...good, order_id: 'x'.repeat(200) }, 'order_id'],
    ['a number as order_id', { ...good, order_id: 17 }, 'order_id'],
    ['null as order_id', { ...good, order_id: null }, 'order_id'],
    ['an unknown metric', { ...good, monitoring_metrics: ['SLIPPAGE', 'SPEED'] }, 'monitoring_metrics.1'],
    ['a metric in small letters', { ...good, monitoring_metrics: ['slippage'] }, 'monitoring_metrics.0'],
    ['no metric at all', { ...good, monitoring_metrics: [] }, 'monitoring_metrics'],
    ['the same metric twice', { ...good, monitoring_metrics: ['SLIPPAGE', 'SLIPPAGE'] }, 'monitoring_metrics'],
    ['metrics that are no list', { ...good, monitoring_metrics: 'SLIPPAGE' }, 'monitoring_metrics'],
    ['an unknown threshold', { ...good, alert_thresholds: { HIGH_COST: 1, TOO_SLOW: 1 } }, 'alert_thresholds.TOO_SLOW'],
    ['a threshold that is a text', { ...good, alert_thresholds: { HIGH_COST: '5' } }, 'alert_thresholds.HIGH_COST'],
    ['a threshold that is null', { ...good, alert_thresholds: { HIGH_COST: null } }, 'alert_thresholds.HIGH_COST'],
    ['thresholds that are a list', { ...good, alert_thresholds: [5] }, 'alert_thresholds'],
    ['a text as real_time_updates', { ...good, real_time_updates: 'false' }, 'real_time_updates'],
    ['a number as real_time_updates', { ...good, real_time_updates: 0 }, 'real_time_updates'],
  ];
  for (const [what, request, field] of fields) {
    test(`${what}: 422 names ${field}`, async () => {
      assertRefused(await client.startRaw(JSON.stringify(request)), 422, 'validation_failed', field);
    });
  }

  const threshold = (literal: string): string => `{"order_id":"${WATCHED}","alert_thresholds":{"HIGH_COST":${literal}}}`;
  for (const literal of ['1e999', '-1e999', 'NaN', 'Infinity', '-Infinity']) {
    test(`the number ${literal}: 422 names the threshold`, async () => {
      const answer = await client.startRaw(threshold(literal));
      assertRefused(answer, 422, 'validation_failed', 'alert_thresholds.HIGH_COST');
      assert.match(answer.text, /finite/);
    });
  }

  test('a key __proto__ among the thresholds: 422 names it', async () => {
    const answer = await client.startRaw(`{"order_id":"${WATCHED}","alert_thresholds":{"__proto__":{"HIGH_COST":1}}}`);
    assertRefused(answer, 422, 'validation_failed', 'alert_thresholds.__proto__');
  });

  for (const [what, body] of [
    ['nothing', ''],
    ['half an object', '{"order_id":"watched"'],
    ['two objects', '{"order_id":"watched"}{"order_id":"watched"}'],
    ['a bare NaN in the wrong place', 'NaN{'],
    ['bytes that are no UTF-8', Uint8Array.from([0x22, 0xc3, 0x28, 0x22])],
  ] as const) {
    test(`${what}: 400`, async () => {
      assertRefused(await client.startRaw(body), 400, 'malformed_body');
    });
  }

  for (const body of ['null', '17', '"watched"', '[]', 'true']) {
    test(`the body ${body}: 422`, async () => {
      assertRefused(await client.startRaw(body), 422, 'validation_failed');
    });
  }

  test('a body of another media type: 415', async () => {
    assertRefused(await client.startRaw(JSON.stringify(good), 'text/plain'), 415, 'media_type_unsupported');
    assertRefused(await client.startRaw(JSON.stringify(good), 'application/x-www-form-urlencoded'), 415, 'media_type_unsupported');
  });

  test('a body of 2 MB: 413', async () => {
    assertRefused(await client.startRaw(JSON.stringify({ ...good, padding: 'x'.repeat(2 << 20) })), 413, 'body_too_large');
  });

  test('a refused request leaves no order and no session behind', async () => {
    assertRefused(await client.startRaw(JSON.stringify({ order_id: 'never', monitoring_metrics: ['SPEED'] })), 422, 'validation_failed');
    assertRefused(await client.request('GET', client.path('never', 'status')), 404, 'order_not_found');
    assert.equal((await client.start({ order_id: 'never' })).status, 201);
  });
});
