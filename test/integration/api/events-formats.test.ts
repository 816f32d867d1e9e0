/** POST /api/v1/events: the forms a batch may have, and what is refused as a whole or one event at a time. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Packr } from 'msgpackr';
import { assertRefused, Client } from '../../support/client.ts';
import { startService, type RunningService } from '../../support/service.ts';
import { Timeline } from '../../support/timeline.ts';

const line = new Timeline('FORM', '2026-03-02T14:30:00Z');
const packr = new Packr({ useRecords: false });
const json = (value: unknown): string => JSON.stringify(value);

describe('a batch of events', () => {
  let service: RunningService;
  let client: Client;

  before(async () => {
    service = await startService({ flags: ['--clock', 'event'] });
    client = new Client(service.url);
  });

  after(async () => {
    assert.equal(await service.stop(), 0, service.stderr());
  });

  const story = (id: string) => [line.order(0, id, { quantity: 100 }), line.fill(1, id, `${id}-1`, 30, 10), line.fill(2, id, `${id}-2`, 20, 11)];
  const forms: readonly (readonly [contentType: string, encode: (events: readonly object[]) => string | Uint8Array])[] = [
    ['application/json', json],
    ['application/json; charset=utf-8', json],
    ['application/x-ndjson', (events) => events.map(json).join('\n')],
    ['application/x-ndjson', (events) => `\r\n${events.map(json).join('\r\n\r\n')}\r\n`],
    ['application/msgpack', (events) => packr.pack(events)],
  ];
  for (const [index, [contentType, encode]] of forms.entries()) {
    test(`form ${index}, ${contentType}: all accepted, and shown`, async () => {
      const id = `form-${index}`;
      const answer = await client.postRaw(encode(story(id)), contentType);
      assert.equal(answer.status, 200, answer.text);
      const { sequence, ...counts } = answer.body as { sequence: number };
      assert.deepEqual(counts, { accepted: 3, duplicates: 0, duplicate_of: [], rejected: [] });
      const status = await client.statusAfter(id, sequence);
      assert.equal(status.filled_quantity, 50);
      assert.equal(status.average_price, 10.4);
    });
  }

  test('an empty batch is answered and does nothing', async () => {
    const { accepted, duplicates, rejected } = await client.post([]);
    assert.deepEqual({ accepted, duplicates, rejected }, { accepted: 0, duplicates: 0, rejected: [] });
  });

  test('another content type: 415', async () => {
    for (const contentType of ['text/plain', 'application/xml', 'text/csv', 'json']) {
      assertRefused(await client.postRaw(json(story('never')), contentType), 415, 'media_type_unsupported');
    }
  });

  for (const [what, contentType, body] of [
    ['an empty body', 'application/json', ''],
    ['half an array', 'application/json', '[{"type":"quote"}'],
    ['bytes that are no UTF-8', 'application/json', Uint8Array.from([0x5b, 0x22, 0xff, 0x22, 0x5d])],
    ['MessagePack that is cut off', 'application/msgpack', packr.pack([{ type: 'quote' }, { type: 'trade' }]).subarray(0, 12)],
    ['an empty MessagePack', 'application/msgpack', new Uint8Array()],
  ] as const) {
    test(`${what}: 400`, async () => {
      assertRefused(await client.postRaw(body, contentType), 400, 'malformed_body');
    });
  }

  test('a body that is no array: 422', async () => {
    assertRefused(await client.postRaw(json(line.quote(0, 1, 2)), 'application/json'), 422, 'validation_failed');
    assertRefused(await client.postRaw(packr.pack({ type: 'quote' }), 'application/msgpack'), 422, 'validation_failed');
  });

  test('a body of 2 MB: 413, and nothing of it is taken', async () => {
    const events = [line.order(0, 'too-large', { quantity: 1 }), { ...line.quote(0, 1, 2), padding: 'x'.repeat(2 << 20) }];
    assertRefused(await client.postRaw(json(events), 'application/json'), 413, 'body_too_large');
    assertRefused(await client.request('GET', client.path('too-large', 'status')), 404, 'order_not_found');
  });

  test('10,000 events are taken, 10,001 are not, in every form', async () => {
    const small = { type: 'x' };
    const most = await client.postRaw(json(new Array(10_000).fill(small)), 'application/json');
    assert.equal(most.status, 200);
    assert.equal((most.body as { rejected: unknown[] }).rejected.length, 10_000);
    const tooMany = new Array(10_001).fill(small) as unknown[];
    assertRefused(await client.postRaw(json(tooMany), 'application/json'), 413, 'batch_too_large');
    assertRefused(await client.postRaw(tooMany.map(json).join('\n'), 'application/x-ndjson'), 413, 'batch_too_large');
    assertRefused(await client.postRaw(packr.pack(tooMany), 'application/msgpack'), 413, 'batch_too_large');
  });

  const bad: readonly (readonly [what: string, event: unknown, code: string, names: string])[] = [
    ['an unknown type', { type: 'fill', timestamp: line.at(1) }, 'event_type_unknown', 'fill'],
    ['a type named like an inherited property', { type: 'constructor', timestamp: line.at(1) }, 'event_type_unknown', 'constructor'],
    ['no type', { timestamp: line.at(1) }, 'event_malformed', 'type'],
    ['no object', 17, 'event_malformed', 'object'],
    ['null', null, 'event_malformed', 'object'],
    ['a list', [line.quote(1, 1, 2)], 'event_malformed', 'object'],
    ['no timestamp', { type: 'trade', symbol: 'S', price: 1, quantity: 1 }, 'event_malformed', 'timestamp'],
    ['a timestamp without an offset', { ...line.trade(1, 1, 1), timestamp: '2026-03-02T14:30:00' }, 'event_malformed', 'timestamp'],
    ['a day that is none', { ...line.trade(1, 1, 1), timestamp: '2026-02-30T14:30:00Z' }, 'event_malformed', 'timestamp'],
    ['a timestamp as a number', { ...line.trade(1, 1, 1), timestamp: 1_772_000_000 }, 'event_malformed', 'timestamp'],
    ['a negative price', line.trade(1, -1, 1), 'event_malformed', 'price'],
    ['a quantity of 0', line.fill(1, 'o', 'e', 0, 1), 'event_malformed', 'quantity'],
    ['a price as a text', { ...line.trade(1, 1, 1), price: '10' }, 'event_malformed', 'price'],
    ['a side that is none', line.order(1, 'o', { quantity: 1, side: 'LONG' }), 'event_malformed', 'side'],
    ['a TWAP without an end', line.order(1, 'o', { quantity: 1, algorithm: 'TWAP' }), 'event_malformed', 'end_time'],
    ['an IS order without an end', line.order(1, 'o', { quantity: 1, algorithm: 'IS' }), 'event_malformed', 'end_time'],
    ['a schedule that falls', line.order(1, 'o', { quantity: 1, algorithm: 'CUSTOM', schedule: [{ time: line.at(0), fraction: 0 }, { time: line.at(1), fraction: 0.6 }, { time: line.at(2), fraction: 0.5 }, { time: line.at(3), fraction: 1 }] }), 'event_malformed', 'schedule.2.fraction'],
    ['a schedule that does not end at 1', line.order(1, 'o', { quantity: 1, algorithm: 'CUSTOM', schedule: [{ time: line.at(0), fraction: 0 }, { time: line.at(1), fraction: 0.6 }] }), 'event_malformed', 'schedule.1.fraction'],
    ['an order id of 101 characters', line.order(1, 'x'.repeat(101), { quantity: 1 }), 'event_malformed', 'order_id'],
    ['a correction of itself', line.of(1, 'o', 'execution_corrected', { exec_id: 'e', ref_exec_id: 'e', quantity: 1, price: 1 }), 'event_malformed', 'ref_exec_id'],
  ];
  for (const [index, [what, event, code, names]] of bad.entries()) {
    test(`an event with ${what} is rejected by its index and spoils nothing`, async () => {
      const id = `beside-${index}`;
      const batch = [line.order(0, id, { quantity: 10 }), event, line.fill(1, id, `${id}-1`, 4, 10)] as Record<string, unknown>[];
      const answer = await client.post(batch);
      assert.equal(answer.accepted, 2);
      assert.deepEqual(answer.rejected.map((rejected) => [rejected.index, rejected.code]), [[1, code]]);
      assert.ok(answer.rejected[0]!.detail.includes(names), answer.rejected[0]!.detail);
      assert.equal((await client.statusAfter(id, answer.sequence)).filled_quantity, 4);
    });
  }

  test('NaN and infinities in MessagePack are rejected with the field named', async () => {
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]) {
      const events = [line.trade(1, value, 1), line.quote(1, value, 2), line.fill(1, 'o', 'nan', 1, 1, { fee: value }), line.trade(1, 5, 1)];
      const answer = await client.postRaw(packr.pack(events), 'application/msgpack');
      const { accepted, rejected } = answer.body as { accepted: number; rejected: { index: number; detail: string }[] };
      assert.equal(accepted, 1, answer.text);
      assert.deepEqual(rejected.map(({ index, detail }) => [index, detail.split(' ')[0]]), [[0, 'price'], [1, 'bid'], [2, 'fee']]);
    }
  });

  test('a line of NDJSON that cannot be read is rejected by itself', async () => {
    const lines = [json(line.order(0, 'lines', { quantity: 10 })), '{"type":', json(line.fill(1, 'lines', 'lines-1', 4, 10))];
    const answer = await client.postRaw(lines.join('\n'), 'application/x-ndjson');
    const { accepted, rejected } = answer.body as { accepted: number; rejected: { index: number; code: string }[] };
    assert.equal(accepted, 2);
    assert.deepEqual(rejected.map(({ index, code }) => [index, code]), [[1, 'event_malformed']]);
  });
});
