/** Garbage on the WebSocket intake: every frame is answered or ends its connection with a reason, and changes nothing. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import fc from '../../support/properties.ts';
import { Packr } from 'msgpackr';
import { ERRORS } from '../../../engine/domain/errors.ts';
import { Client } from '../../support/client.ts';
import { IntakeSocket, type IntakeProtocol } from '../../support/intake-socket.ts';
import { startService, type RunningService } from '../../support/service.ts';
import { Timeline } from '../../support/timeline.ts';

const SEED = 20_261_124;
const RUNS = 120;

const line = new Timeline('FRAMES', '2026-03-02T14:30:00Z');
const packr = new Packr({ useRecords: false });
const pack = (value: unknown): Uint8Array => Uint8Array.from(packr.pack(value));
const bytes = (...parts: readonly (number | Uint8Array)[]): Uint8Array => Buffer.concat(parts.map((part) => (typeof part === 'number' ? Uint8Array.of(part) : part)));
/** A frame in MessagePack with batch 1 and these bytes as its events. */
const withEvents = (...events: readonly (number | Uint8Array)[]): Uint8Array => bytes(0x82, pack('batch'), pack(1), pack('events'), ...events);
const nested = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
const fill = line.fill(2, 'safe', 'safe-2', 4, 10);
const replaced = { ...line.of(1, 'safe', 'order_replaced', { quantity: 10 }), schedule: Array.from({ length: 1_000 }, (_, i) => ({ time: line.at(i), fraction: i / 999 })) };

/** What comes, and how it ends: a close code with the error's code, or the code of a refused batch. */
type Expected = readonly [closeCode: number, code: string] | string;

describe('garbage on the WebSocket intake', () => {
  let service: RunningService;
  let client: Client;
  let shown: string;

  const answers = async (): Promise<string> => (await client.request('GET', client.path('safe', 'status'))).text + (await client.request('GET', client.path('safe', 'analytics'))).text;

  before(async () => {
    service = await startService({ flags: ['--clock', 'event'] });
    client = new Client(service.url);
    await client.accept(line.quote(0, 9, 11), line.order(1, 'safe', { quantity: 10 }), line.fill(2, 'safe', 'safe-1', 4, 10), line.now(3));
    await client.statusWhen('safe', (status) => status.last_updated === line.at(3));
    shown = await answers();
  });

  after(async () => {
    assert.equal(await service.stop(), 0, service.stderr());
  });

  const assertUntouched = async (): Promise<void> => {
    assert.equal(service.process.exitCode, null, service.stderr());
    assert.equal(await answers(), shown);
  };

  /** Sends one frame and, where the connection lives on, shows that the next batch is answered. */
  const outcomeOf = async (protocol: IntakeProtocol, data: string | Uint8Array): Promise<Expected> => {
    const socket = await IntakeSocket.open(service.url, protocol);
    try {
      socket.sendRaw(data);
      socket.sendRaw(socket.encode({ batch: Number.MAX_SAFE_INTEGER, events: [] }));
      const isAnswered = (): boolean => socket.frames.some((frame) => 'batch' in frame && frame.batch === Number.MAX_SAFE_INTEGER);
      const closed = await Promise.race([socket.closed, new Promise<undefined>((resolve) => socket.ws.on('message', () => isAnswered() && resolve(undefined)))]);
      const first = socket.frames[0];
      if (closed === undefined) {
        assert.ok(first !== undefined && 'batch' in first);
        return first.type === 'refused' ? first.code : `accepted ${first.accepted}, rejected ${first.rejected.length}`;
      }
      assert.equal(socket.frames.length, 1, JSON.stringify(socket.frames));
      assert.ok(first?.type === 'error', JSON.stringify(first));
      assert.ok(first.code in ERRORS);
      assert.ok(closed.reason.startsWith(`${first.code}: `), closed.reason);
      return [closed.code, first.code];
    } finally {
      socket.close();
    }
  };

  const unreadable: Expected = [1007, 'frame_malformed'];
  const numberless: Expected = [1008, 'batch_number_invalid'];
  const cases: readonly (readonly [what: string, protocol: IntakeProtocol, data: string | Uint8Array, expected: Expected])[] = [
    ['text where MessagePack was agreed', 'msgpack', JSON.stringify({ batch: 1, events: [fill] }), [1003, 'frame_encoding_wrong']],
    ['binary where JSON was agreed', 'json', pack({ batch: 1, events: [fill] }), [1003, 'frame_encoding_wrong']],
    ['nothing as text', 'json', '', unreadable],
    ['nothing as bytes', 'msgpack', new Uint8Array(0), unreadable],
    ['half a JSON text', 'json', JSON.stringify({ batch: 1, events: [fill] }).slice(0, -2), unreadable],
    ['two JSON texts', 'json', '{"batch":1,"events":[]}{"batch":2,"events":[]}', unreadable],
    ['truncated MessagePack', 'msgpack', pack({ batch: 1, events: [fill] }).slice(0, -3), unreadable],
    ['two MessagePack values', 'msgpack', bytes(pack({ batch: 1, events: [] }), pack({ batch: 2, events: [] })), unreadable],
    ['a byte that MessagePack does not use', 'msgpack', Uint8Array.of(0xc1), numberless],
    ['an array that claims 4 billion values', 'msgpack', withEvents(0xdd, Uint8Array.of(0xff, 0xff, 0xff, 0xff)), unreadable],
    ['a map that claims 4 billion keys', 'msgpack', Uint8Array.of(0xdf, 0xff, 0xff, 0xff, 0xff, 0xc0), unreadable],
    ['MessagePack arrays 1,000,000 deep', 'msgpack', new Uint8Array(1_000_000).fill(0x91), unreadable],
    ['one event by reference 9,999 times', 'msgpack', withEvents(0xdc, Uint8Array.of(0x27, 0x10), Uint8Array.of(0xd6, 0x69, 0, 0, 0, 1), pack(replaced), ...Array.from({ length: 9_999 }, () => Uint8Array.of(0xd6, 0x70, 0, 0, 0, 1))), unreadable],
    ['an open array 1,000,000 deep', 'json', '['.repeat(1_000_000), unreadable],
    ...['null', '7', '"batch"', '[]', '[1,2]', '{}', '{"events":[]}'].map((text) => [`the frame ${text}`, 'json', text, numberless] as const),
    ...[0, -1, 1.5, '1', null, true, [1], 2 ** 53, 1e308].map((batch) => [`batch ${JSON.stringify(batch)}`, 'json', JSON.stringify({ batch, events: [fill] }), numberless] as const),
    ['a batch of 1e999', 'json', '{"batch":1e999,"events":[]}', numberless],
    ['a batch that is not a number', 'msgpack', pack({ batch: Number.NaN, events: [fill] }), numberless],
    ['a batch of 64 bits', 'msgpack', bytes(0x82, pack('batch'), Uint8Array.of(0xcf, 255, 255, 255, 255, 255, 255, 255, 255), pack('events'), pack([fill])), numberless],
    ['a batch in __proto__', 'json', '{"__proto__":{"batch":1,"events":[]}}', numberless],
    ...[null, 7, 'events', {}, { 0: fill, length: 1 }].map((events) => [`events ${JSON.stringify(events).slice(0, 20)}`, 'json', JSON.stringify({ batch: 1, events }), 'validation_failed'] as const),
    ['no events', 'json', '{"batch":1}', 'validation_failed'],
    ['10,001 events', 'msgpack', pack({ batch: 1, events: new Array(10_001).fill(0) }), 'batch_too_large'],
    ['events 400,000 deep', 'json', `{"batch":1,"events":${nested(400_000)}}`, 'accepted 0, rejected 1'],
    ['events 400,000 deep under a key', 'json', `{"batch":1,"idempotency_key":"deep","events":${nested(400_000)}}`, 'validation_failed'],
    ['a big number of an extension under a key', 'msgpack', bytes(0x83, pack('batch'), pack(1), pack('idempotency_key'), pack('big'), pack('events'), 0x91, Uint8Array.of(0xd4, 0x42, 1)), 'validation_failed'],
    ['events of every kind that is no event', 'msgpack', pack({ batch: 1, events: [0, -1, 1e308, Number.NaN, '', 'x', null, true, [], [[]], {}, { type: 1 }, { type: 'quote' }, Buffer.alloc(9), new Date(0)] }), 'accepted 0, rejected 15'],
    ['a fill with huge numbers', 'msgpack', pack({ batch: 1, events: [{ ...fill, quantity: 1e308 }, { ...fill, price: Number.POSITIVE_INFINITY }, { ...fill, price: 2 ** 64 }] }), 'accepted 0, rejected 3'],
  ];
  for (const [what, protocol, data, expected] of cases) {
    test(what, async () => {
      assert.deepEqual(await outcomeOf(protocol, data), expected);
    });
  }

  test('MessagePack extensions of every type', async () => {
    for (let type = 0; type < 256; type++) {
      const outcome = await outcomeOf('msgpack', withEvents(0x91, Uint8Array.of(0xd4, type, 1)));
      assert.ok(outcome === 'accepted 0, rejected 1' || String(outcome) === String(unreadable), `type ${type}: ${String(outcome)}`);
    }
    await assertUntouched();
  });

  test('bytes at random, and good frames with bytes changed', async () => {
    const good = Buffer.from(pack({ batch: 1, events: [{ ...fill, exec_id: 7 }, 'nonsense'], idempotency_key: 'k' }));
    const changed = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }).map((changes) => {
      const copy = Uint8Array.from(good);
      for (const [at, byte] of changes) copy[at] = byte;
      return copy;
    });
    const frame = fc.oneof(fc.uint8Array({ maxLength: 200 }), changed, fc.anything().map((value) => pack({ batch: 1, events: value })), fc.jsonValue().map((value) => pack(value)));
    await fc.assert(
      fc.asyncProperty(frame, async (data) => {
        const outcome = await outcomeOf('msgpack', data);
        assert.ok(Array.isArray(outcome) || !String(outcome).startsWith('accepted') || String(outcome).startsWith('accepted 0'), String(outcome));
      }),
      { numRuns: RUNS, seed: SEED },
    );
    await assertUntouched();
  });

  test('texts at random', async () => {
    const frame = fc.oneof(fc.string({ maxLength: 100 }), fc.jsonValue().map((value) => JSON.stringify(value)), fc.jsonValue().map((events) => JSON.stringify({ batch: 1, events })));
    await fc.assert(
      fc.asyncProperty(frame, async (text) => {
        const outcome = await outcomeOf('json', text);
        assert.ok(Array.isArray(outcome) || !String(outcome).startsWith('accepted') || String(outcome).startsWith('accepted 0'), String(outcome));
      }),
      { numRuns: RUNS, seed: SEED + 1 },
    );
    await assertUntouched();
  });
});
