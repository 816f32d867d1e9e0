/** Garbage on every door: each byte gets an answer, nothing that is shown changes, and the service lives on. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { Packr } from 'msgpackr';
import { Client } from '../../support/client.ts';
import { makeDataFolder, type DataFolder } from '../../support/data-folder.ts';
import { seededRandom } from '../../support/seeded-random.ts';
import { startService, type RunningService } from '../../support/service.ts';
import { Timeline } from '../../support/timeline.ts';

const SEED = 20_261_123;
const ROUNDS = 150;
const CONTENT_TYPES = ['application/json', 'application/x-ndjson', 'application/msgpack', 'text/plain'] as const;

const line = new Timeline('GARBAGE', '2026-03-02T14:30:00Z');
const packr = new Packr({ useRecords: false });

describe('garbage', () => {
  let folder: DataFolder;
  let service: RunningService;
  let client: Client;
  let status: string;
  let analytics: string;

  before(async () => {
    folder = await makeDataFolder();
    service = await startService({ flags: ['--clock', 'event'], dataDir: folder.path });
    client = new Client(service.url);
    const sequence = await client.accept(line.quote(0, 9, 11), line.order(1, 'safe', { quantity: 10 }), line.fill(2, 'safe', 'safe-1', 4, 10), line.now(3));
    await client.statusWhen('safe', (shown) => shown.last_updated === line.at(3) && sequence > 0);
    analytics = (await client.request('GET', client.path('safe', 'analytics'))).text;
    status = (await client.request('GET', client.path('safe', 'status'))).text;
  });

  after(async () => {
    assert.equal(await service.stop(), 0, service.stderr());
    await folder.remove();
  });

  const assertUntouched = async (): Promise<void> => {
    assert.equal(service.process.exitCode, null, service.stderr());
    assert.equal((await client.request('GET', client.path('safe', 'analytics'))).text, analytics);
    assert.equal((await client.request('GET', client.path('safe', 'status'))).text, status);
  };
  const post = async (body: string | Uint8Array, contentType: string): Promise<number> => {
    const answer = await client.postRaw(body, contentType);
    assert.ok(answer.status === 200 || (answer.status >= 400 && answer.status < 500), `${answer.status} ${answer.text} for ${Buffer.from(body).toString('hex').slice(0, 400)}`);
    assert.ok(answer.body !== undefined, 'the answer is JSON');
    if (answer.status === 200) assert.equal((answer.body as { accepted: number }).accepted, 0, Buffer.from(body).toString('hex').slice(0, 400));
    return answer.status;
  };

  test('random bytes as bodies', async () => {
    const random = seededRandom(SEED);
    for (let round = 0; round < ROUNDS; round++) {
      const body = Uint8Array.from({ length: Math.floor(random() * 300) }, () => Math.floor(random() * 256));
      await post(body, CONTENT_TYPES[round % CONTENT_TYPES.length]!);
    }
    await assertUntouched();
  });

  test('a good body with one byte changed, that no longer is an event of the order', async () => {
    const random = seededRandom(SEED + 1);
    const fill = line.fill(2, 'safe', 'safe-2', 4, 10);
    for (const [encoded, contentType] of [[Buffer.from(JSON.stringify([fill])), 'application/json'], [packr.pack([fill]), 'application/msgpack']] as const) {
      for (let round = 0; round < ROUNDS; round++) {
        const body = Uint8Array.from(encoded);
        body[Math.floor(random() * body.length)] = Math.floor(random() * 32);
        const answer = await client.postRaw(body, contentType);
        assert.ok(answer.status === 200 || answer.status === 400 || answer.status === 422, `${answer.status} ${answer.text}`);
        if (answer.status !== 200 || (answer.body as { accepted: number }).accepted === 0) continue;
        // A change that makes another valid event, such as another digit: it is what it says, take it back.
        const taken = (contentType === 'application/json' ? JSON.parse(Buffer.from(body).toString('utf8')) : packr.unpack(body)) as { order_id: string; exec_id: string }[];
        const back = await client.post([{ ...line.of(2, taken[0]!.order_id, 'execution_canceled'), exec_id: `undo-${contentType}-${round}`, ref_exec_id: taken[0]!.exec_id }]);
        assert.equal(back.accepted, 1);
      }
    }
    assert.equal((await client.statusWhen('safe', (shown) => shown.filled_quantity === 4)).average_price, 10);
    await client.statusWhen('safe', () => true);
    analytics = (await client.request('GET', client.path('safe', 'analytics'))).text;
    status = (await client.request('GET', client.path('safe', 'status'))).text;
  });

  const nested = (depth: number, open: string, close: string): string => open.repeat(depth) + close.repeat(depth);
  const wholes: readonly (readonly [what: string, body: string | Uint8Array, contentType: string])[] = [
    ['arrays 400,000 deep', nested(400_000, '[', ']'), 'application/json'],
    ['objects 100,000 deep', `[${'{"a":'.repeat(100_000)}0${'}'.repeat(100_000)}]`, 'application/json'],
    ['an open array 1,000,000 deep', '['.repeat(1_000_000), 'application/json'],
    ['MessagePack arrays 1,000,000 deep', new Uint8Array(1_000_000).fill(0x91), 'application/msgpack'],
    ['MessagePack maps 500,000 deep', new Uint8Array(1_000_000).fill(0x81), 'application/msgpack'],
    ['a MessagePack array that claims 4 billion values', Uint8Array.from([0xdd, 0xff, 0xff, 0xff, 0xff, 0xc0]), 'application/msgpack'],
    ['a MessagePack map that claims 4 billion keys', Uint8Array.from([0x91, 0xdf, 0xff, 0xff, 0xff, 0xff, 0xc0]), 'application/msgpack'],
    ['a MessagePack text that claims 4 GB', Uint8Array.from([0x91, 0xdb, 0xff, 0xff, 0xff, 0xff, 0x41]), 'application/msgpack'],
    ['every MessagePack extension', Uint8Array.from([0xdc, 0, 255, ...Array.from({ length: 255 }, (_, type) => [0xd4, type, 1]).flat()]), 'application/msgpack'],
    ['a number of 100,000 digits', `[{"type":"trade","timestamp":"${line.at(1)}","symbol":"G","price":${'9'.repeat(100_000)},"quantity":1}]`, 'application/json'],
  ];
  for (const [what, body, contentType] of wholes) {
    test(what, async () => {
      await post(body, contentType);
      await assertUntouched();
    });
  }

  test('__proto__, constructor and toString as keys do not reach any object', async () => {
    const keys = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'];
    for (const key of keys) {
      await post(`[{"${key}":{"type":"quote","accepted":1},"timestamp":"${line.at(1)}"}]`, 'application/json');
      await post(packr.pack([new Map([[key, { type: 'quote' }]])]), 'application/msgpack');
      await post(`[{"type":"${key}","timestamp":"${line.at(1)}"}]`, 'application/json');
    }
    // As names they are names like others.
    const names = keys.map((key) => line.fill(1, 'proto-order', key, 1, 10, { venue: key, child_order_id: key }));
    const sequence = await client.accept(line.order(0, 'proto-order', { quantity: 10 }), ...names);
    await client.statusAfter('proto-order', sequence);
    const distribution = (await client.analytics('proto-order')).execution_summary.venue_distribution;
    assert.deepEqual(new Map(Object.entries(distribution)), new Map(keys.map((key) => [key, 0.2])));
    await assertUntouched();
  });

  test('after all of it the service takes events and starts again on what it wrote', async () => {
    await service.kill();
    service = await startService({ flags: ['--clock', 'event'], dataDir: folder.path });
    client = new Client(service.url);
    assert.equal((await client.request('GET', client.path('safe', 'analytics'))).text, analytics);
    const sequence = await client.accept(line.fill(3, 'safe', 'safe-after', 1, 10));
    assert.equal((await client.statusAfter('safe', sequence)).filled_quantity, 5);
  });
});
