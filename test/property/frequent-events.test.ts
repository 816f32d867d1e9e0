/**
 * Reading events into columns is a short way of the same: whatever the bytes, the answers and the journal are those of the
 * general way, which reads values, validates them and asks the admission.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from '../support/properties.ts';
import { Packr } from 'msgpackr';

import { MAILBOX_BYTES } from '../../engine/domain/limits.ts';
import { formatTimestamp, parseTimestampUs } from '../../engine/domain/timestamp.ts';
import type { Journal } from '../../engine/journal/journal.ts';
import { createMailbox, MailboxReceiver, MailboxSender } from '../../engine/ring/mailbox.ts';
import { Router } from '../../engine/sequencer/router.ts';
import { Sequencer } from '../../engine/sequencer/sequencer.ts';
import { TimestampBytes } from '../../engine/sequencer/timestamp-bytes.ts';
import type { GatewayContext } from '../../gateway/context.ts';
import { batchOf, decodeBatch, decodeFrame, type DecodedBatch, decodeValues, frameNumber, unpackValue } from '../../gateway/ingest/decode-batch.ts';
import { type Taking, takeBatch } from '../../gateway/ingest/take-batch.ts';

const NOW_US = 1_767_225_600_000_000;
const SHARDS = 2;
const RUNS = Number(process.env['EXECMON_PROPERTY_RUNS'] ?? 300);
const packr = new Packr({ useRecords: false });

/** A sequencer whose journal and mailboxes are kept as bytes. */
/** Drained rings are as good as new ones, and 32 MiB each are not freed as fast as lives go by. */
const spareRings: SharedArrayBuffer[] = [];

class Intake {
  readonly journal: Buffer[] = [];
  private readonly sequencer: Sequencer;
  private readonly rings: SharedArrayBuffer[];
  private readonly mailboxes: MailboxReceiver[] = [];

  constructor() {
    const rings = Array.from({ length: SHARDS }, () => spareRings.pop() ?? createMailbox(MAILBOX_BYTES));
    this.rings = rings;
    this.mailboxes = rings.map((ring) => new MailboxReceiver(ring));
    this.sequencer = new Sequencer(new Router(rings.map((ring) => new MailboxSender(ring))), 'event', () => NOW_US, (error) => {
      throw error;
    });
    const journal = { nextSequence: 1, failed: undefined, beginCommit: () => undefined, append: (bytes: Uint8Array) => void this.journal.push(Buffer.from(bytes)) };
    this.sequencer.attach(journal as unknown as Journal);
  }

  take(decode: () => DecodedBatch): Taking {
    const context = { sequencer: this.sequencer, registry: this.sequencer.registry, intakeClosed: () => undefined } as unknown as GatewayContext;
    return takeBatch(context, undefined, decode);
  }

  sent(): Buffer[] {
    const messages: Buffer[] = [];
    for (const mailbox of this.mailboxes) mailbox.receive((message) => messages.push(Buffer.from(message)), Number.POSITIVE_INFINITY);
    return messages;
  }

  /** Of no use afterwards. */
  release(): void {
    this.sent();
    spareRings.push(...this.rings);
  }
}

const oneOf = <T>(...values: T[]): fc.Arbitrary<T> => fc.constantFrom(...values);
const ids = (prefix: string, count: number): fc.Arbitrary<string> => fc.integer({ min: 0, max: count - 1 }).map((no) => `${prefix}${no}`);
const often = <T>(usual: fc.Arbitrary<T>, unusual: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> => fc.oneof({ arbitrary: usual as fc.Arbitrary<unknown>, weight: 20 }, { arbitrary: unusual, weight: 1 });
const unusual = fc.oneof(
  oneOf<unknown>(null, true, false, '', 0, -0, -1, 1e15, 1.0000001e15, 1e-12, 9e-13, 1e300, Number.NaN, Number.POSITIVE_INFINITY, [], {}, 'é', 'a\u0000b', '\ud800', '"', '\\', '\n', '\u007f', 'x'.repeat(33), 'x'.repeat(129), 'x'.repeat(257)),
  fc.double(),
  fc.string({ unit: 'binary', maxLength: 5 }),
  fc.jsonValue({ maxDepth: 2 }),
);
const anyTime = fc.oneof(
  { arbitrary: fc.integer({ min: 0, max: 90_000_000 }).map((us) => formatTimestamp(NOW_US + us)), weight: 10 },
  { arbitrary: oneOf('2026-01-01T00:00:00Z', '2026-01-01T00:00:00.1Z', '2026-01-01T00:00:00.123456789Z', '2026-01-01t00:00:01z', '2026-01-01T01:00:00+01:00', '2026-01-01T00:00:60Z'), weight: 2 },
  { arbitrary: oneOf('2026-02-30T00:00:00Z', '2026-01-01T24:00:00Z', '2026-01-01T00:00:61Z', '1969-12-31T23:59:59Z', '2255-01-01T00:00:00Z', '2026-01-01T00:00:00.Z', '2026-01-01T00:00:00', 'now'), weight: 1 },
);
const amount = fc.oneof(fc.integer({ min: 1, max: 1_000_000 }), fc.integer({ min: 1, max: 1_000_000_000 }).map((n) => n / 1_024), fc.double({ min: 1e-9, max: 1e9, noNaN: true }));
const orNothing = (usual: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> => often(usual, unusual);

const event = (type: string, needed: Record<string, fc.Arbitrary<unknown>>, optional: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<object> =>
  fc
    .record({ type: often(oneOf(type), unusual), timestamp: often(anyTime, unusual), ...mapped(needed), ...mapped(optional), event_id: ids('e', 5), unknown: unusual }, { requiredKeys: ['type', 'timestamp', ...Object.keys(needed)] as never[] })
    .chain((fields) => fc.shuffledSubarray(Object.keys(fields), { minLength: Math.max(0, Object.keys(fields).length - 1) }).map((keys) => withoutRare(fields, keys)));

const mapped = (fields: Record<string, fc.Arbitrary<unknown>>): Record<string, fc.Arbitrary<unknown>> =>
  Object.fromEntries(Object.entries(fields).map(([name, usual]) => [name, orNothing(usual)]));

/** Fields that always lead away from the short way are dropped from most events. */
function withoutRare(fields: Record<string, unknown>, keys: string[]): object {
  const isKept = (key: string): boolean => !['event_id', 'unknown'].includes(key) || JSON.stringify(fields).length % 5 === 0;
  return Object.fromEntries(keys.filter(isKept).map((key) => [key, fields[key]]));
}

const anyEvent: fc.Arbitrary<unknown> = fc.oneof(
  { arbitrary: event('execution', { exec_id: ids('x', 40), order_id: ids('o', 4), venue: ids('V', 3), quantity: amount, price: amount }, { child_order_id: ids('c', 4), symbol: ids('S', 3), liquidity: oneOf('ADDED', 'REMOVED', 'ROUTED', 'AUCTION', 'added'), fee: fc.double({ min: -10, max: 10, noNaN: true }) }), weight: 10 },
  { arbitrary: event('quote', { symbol: ids('S', 4) }, { bid: amount, ask: amount, bid_size: fc.integer({ min: 0, max: 900 }), ask_size: fc.integer({ min: 0, max: 900 }), venue: ids('V', 3), order_id: ids('o', 4) }), weight: 6 },
  { arbitrary: event('trade', { symbol: ids('S', 4), price: amount, quantity: amount }, { venue: ids('V', 4), vwap_eligible: fc.boolean(), conditions: fc.array(oneOf('O', '6', 'X'), { maxLength: 2 }) }), weight: 4 },
  { arbitrary: event('order', { order_id: ids('o', 4), symbol: ids('S', 3), side: oneOf('BUY', 'SELL'), quantity: amount }, {}), weight: 3 },
  { arbitrary: event('route', { order_id: ids('o', 4), child_order_id: ids('c', 4), venue: ids('V', 3), quantity: amount }, {}), weight: 2 },
  { arbitrary: event('execution_canceled', { order_id: ids('o', 4), exec_id: ids('b', 9), ref_exec_id: ids('x', 40) }, {}), weight: 1 },
  { arbitrary: unusual, weight: 1 },
);

const START = ['0', '1'].flatMap((no) => [
  { type: 'order', timestamp: formatTimestamp(NOW_US), order_id: `o${no}`, symbol: `S${no}`, side: 'BUY', quantity: 1_000 },
  { type: 'route', timestamp: formatTimestamp(NOW_US), order_id: `o${no}`, child_order_id: `c${no}`, venue: 'V0', quantity: 100 },
]);

function assertSame(bodies: readonly Uint8Array[], contentType: string): void {
  const [short, general] = [new Intake(), new Intake()];
  for (const intake of [short, general]) intake.take(() => batchOf(START, 'the body'));
  for (const body of bodies) {
    assert.deepEqual(short.take(() => decodeBatch(body, contentType)), general.take(() => decodeValues(body, contentType)));
  }
  assert.deepEqual(Buffer.concat(short.journal).compare(Buffer.concat(general.journal)), 0);
  assert.deepEqual(short.sent(), general.sent());
  for (const intake of [short, general]) intake.release();
}

/** Bytes with one of them changed, taken out or doubled. */
const damaged = (bytes: Buffer, place: number, byte: number, how: number): Buffer => {
  const at = place % (bytes.length + 1);
  if (how === 0) return Buffer.concat([bytes.subarray(0, at), Buffer.of(byte), bytes.subarray(at + 1)]);
  if (how === 1) return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
  return how === 2 ? bytes.subarray(0, at) : Buffer.concat([bytes.subarray(0, at), Buffer.of(byte), bytes.subarray(at)]);
};

const batches = fc.array(fc.array(anyEvent, { maxLength: 12 }), { minLength: 1, maxLength: 3 });
const damage = fc.tuple(fc.nat(), fc.oneof(fc.integer({ min: 0, max: 255 }), oneOf(...Buffer.from('{}[]",:\\ 019eE.-+truefalsn'))), fc.integer({ min: 0, max: 3 }));
const asJson = (events: unknown, indent: number | undefined): Buffer => Buffer.from(JSON.stringify(events, undefined, indent));

describe('events read into columns', () => {
  test('JSON: the answers and records of the general way', () => {
    fc.assert(fc.property(batches, oneOf(undefined, 1), (all, indent) => assertSame(all.map((events) => asJson(events, indent)), 'application/json')), { numRuns: RUNS });
  });

  test('MessagePack: the answers and records of the general way', () => {
    fc.assert(fc.property(batches, (all) => assertSame(all.map((events) => Buffer.from(packr.pack(events))), 'application/msgpack')), { numRuns: RUNS });
  });

  test('damaged JSON', () => {
    fc.assert(fc.property(fc.array(anyEvent, { minLength: 1, maxLength: 4 }), damage, (events, [place, byte, how]) => assertSame([damaged(asJson(events, undefined), place, byte, how)], 'application/json')), { numRuns: RUNS * 3 });
  });

  test('damaged MessagePack', () => {
    fc.assert(fc.property(fc.array(anyEvent, { minLength: 1, maxLength: 4 }), damage, (events, [place, byte, how]) => assertSame([damaged(Buffer.from(packr.pack(events)), place, byte, how)], 'application/msgpack')), { numRuns: RUNS * 3 });
  });

  test('a frame is read as msgpackr reads it, or left to it', () => {
    const frames = fc.record({ batch: often(fc.integer({ min: 1, max: 70_000 }), unusual), events: fc.array(anyEvent, { maxLength: 4 }), mark: often(fc.string({ maxLength: 40 }), unusual) }, { requiredKeys: [] });
    let readCount = 0;
    fc.assert(
      fc.property(frames, fc.option(damage, { freq: 3 }), (frame, hurt) => {
        const whole = Buffer.from(packr.pack(frame));
        const bytes = hurt === null ? whole : damaged(whole, ...hurt);
        const read = decodeFrame(bytes);
        if (read === undefined) return;
        readCount++;
        const value = unpackValue(bytes) as { batch: number; events: unknown };
        assert.equal(read.batch, value.batch);
        const [short, general] = [new Intake(), new Intake()];
        for (const intake of [short, general]) intake.take(() => batchOf(START, 'the body'));
        const again = decodeFrame(bytes)!.events;
        assert.deepEqual(short.take(() => batchOf(again, 'events')), general.take(() => batchOf(value.events, 'events')));
        assert.equal(Buffer.concat(short.journal).compare(Buffer.concat(general.journal)), 0);
        for (const intake of [short, general]) intake.release();
      }),
      { numRuns: RUNS },
    );
    assert.ok(readCount > RUNS / 5, `only ${readCount} frames were read into columns`);
  });

  test('a frame whose number alone is read is one that has this number, its events last, and no key', () => {
    const fields: fc.Arbitrary<readonly string[]> = fc.oneof(fc.constantFrom(['batch', 'events'], ['batch', 'mark', 'events'], ['mark', 'batch', 'events']), fc.shuffledSubarray(['batch', 'events', 'mark', 'idempotency_key', 'after']));
    const frames = fc.record({ batch: often(fc.integer({ min: 1, max: 70_000 }), unusual), events: fc.array(anyEvent, { maxLength: 4 }), mark: often(fc.string({ maxLength: 40 }), unusual), idempotency_key: unusual, after: unusual });
    let [numbered, other] = [0, 0];
    fc.assert(
      fc.property(frames, fields, fc.option(damage, { freq: 2 }), (values, names, hurt) => {
        const whole = Buffer.from(packr.pack(Object.fromEntries(names.map((name) => [name, (values as Record<string, unknown>)[name]]))));
        const bytes = hurt === null ? whole : damaged(whole, ...hurt);
        const number = frameNumber(bytes);
        const read = decodeFrame(bytes);
        if (number === undefined) return void other++;
        numbered++;
        // Where events can be read too, it is as the whole is read.
        if (read !== undefined) assert.equal(read.batch, number);
        if (hurt !== null) return;
        assert.deepEqual([names.at(-1), names.includes('idempotency_key'), names.includes('after'), values.batch], ['events', false, false, number]);
      }),
      { numRuns: RUNS * 3 },
    );
    assert.ok(numbered > RUNS / 20 && other > RUNS / 20, `${numbered} with a number, ${other} others`);
  });

  test('the events of a usual feed are all in columns', () => {
    const events = [
      { type: 'execution', timestamp: formatTimestamp(NOW_US), exec_id: 'x', order_id: 'o0', venue: 'V0', quantity: 100, price: 100.015625, liquidity: 'ADDED', fee: -0.25, child_order_id: 'c0', symbol: 'S0' },
      { type: 'quote', timestamp: formatTimestamp(NOW_US), symbol: 'S0', bid: 99.98, ask: null, bid_size: 0, ask_size: 12345678.9 },
      { type: 'trade', timestamp: formatTimestamp(NOW_US), symbol: 'S0', price: 1e-5, quantity: 1e9, venue: 'V0', vwap_eligible: false },
    ];
    for (const [body, type] of [[asJson(events, 2), 'application/json'], [Buffer.from(packr.pack(events)), 'application/msgpack']] as const) {
      const decoded = decodeBatch(body, type);
      assert.ok(decoded.ok && decoded.frequent !== undefined);
      assert.equal(decoded.values.length, 0);
      assert.deepEqual([0, 1, 2].map((row) => decoded.frequent!.eventOf(row)), events.map((event) => ({ ...event })));
    }
  });

  test('a text is in the columns exactly when each of its bytes is printable ASCII, wherever it stands', () => {
    for (let length = 1; length <= 9; length++) {
      for (let at = 0; at < length; at++) {
        for (let byte = 0; byte < 0x80; byte++) {
          const symbol = 'S'.repeat(at) + String.fromCharCode(byte) + ' ~'.repeat(4).slice(0, length - at - 1);
          const decoded = decodeBatch(Buffer.from(packr.pack([{ type: 'quote', timestamp: formatTimestamp(NOW_US), symbol, bid: 1 }])), 'application/msgpack');
          assert.ok(decoded.ok && decoded.frequent !== undefined);
          assert.equal(decoded.frequent.isFrequent(0), byte >= 0x20 && byte <= 0x7e, JSON.stringify(symbol));
        }
      }
    }
    for (const symbol of ['\u0080', 'SSSS\u00ff', 'é', 'S\u20ac', 'SS\u{1f600}']) {
      const decoded = decodeBatch(Buffer.from(packr.pack([{ type: 'quote', timestamp: formatTimestamp(NOW_US), symbol, bid: 1 }])), 'application/msgpack');
      assert.ok(decoded.ok && decoded.frequent !== undefined && !decoded.frequent.isFrequent(0));
    }
  });

  test('numbers are the doubles that JSON.parse makes of them', () => {
    const digits = (max: number): fc.Arbitrary<string> => fc.array(oneOf(...'0123456789'), { minLength: 1, maxLength: max }).map((all) => all.join(''));
    const texts = fc.tuple(oneOf('', '-'), digits(18), fc.option(digits(18)), fc.option(fc.tuple(oneOf('e', 'E', 'e+', 'e-'), digits(2))));
    fc.assert(
      fc.property(texts, ([sign, whole, decimals, exponent]) => {
        const text = `${sign}${whole}${decimals === null ? '' : `.${decimals}`}${exponent === null ? '' : exponent.join('')}`;
        assertSame([Buffer.from(`[{"type":"quote","timestamp":"2026-01-01T00:00:00Z","symbol":"S0","bid":${text}}]`)], 'application/json');
      }),
      { numRuns: RUNS * 3 },
    );
  });

  test('events alike, as a client writes them one after the other, and what is damaged in one of them', () => {
    const fills = [['type', 'execution'], ['timestamp', ''], ['exec_id', ''], ['order_id', 'o0'], ['venue', 'V0'], ['quantity', 7], ['price', 100.25], ['liquidity', 'ADDED']] as const;
    const quotes = [['type', 'quote'], ['timestamp', ''], ['symbol', 'S0'], ['bid', 99.5], ['ask', 100.5], ['bid_size', 100], ['ask_size', 300]] as const;
    const trades = [['type', 'trade'], ['timestamp', ''], ['symbol', 'S1'], ['price', 100.25], ['quantity', 100]] as const;
    const alike = fc.record({ shapes: fc.array(oneOf<readonly (readonly [string, string | number])[]>(fills, quotes, trades), { minLength: 2, maxLength: 8 }), times: fc.array(anyTime, { minLength: 8, maxLength: 8 }), hurt: fc.option(damage, { freq: 3 }) });
    fc.assert(
      fc.property(alike, ({ shapes, times, hurt }) => {
        const events = shapes.map((shape, no) => Object.fromEntries(shape.map(([name, value]) => [name, name === 'timestamp' ? times[no] : name === 'exec_id' ? `x${no}` : value])));
        const body = asJson(events, undefined);
        assertSame([body, hurt === null ? body : damaged(body, ...hurt)], 'application/json');
      }),
      { numRuns: RUNS * 3 },
    );
  });

  test('timestamps in bytes', () => {
    const times = new TimestampBytes();
    let readCount = 0;
    fc.assert(
      fc.property(anyTime, fc.option(damage, { freq: 2 }), (text, hurt) => {
        const bytes = hurt === null ? Buffer.from(text) : damaged(Buffer.from(text), ...hurt);
        const quoted = Buffer.concat([Buffer.from('"'), bytes]);
        const us = times.parse(quoted, new DataView(quoted.buffer, quoted.byteOffset, quoted.byteLength), 1, bytes.length);
        if (Number.isNaN(us)) return;
        readCount++;
        assert.equal(us, parseTimestampUs(bytes.toString('latin1')));
      }),
      { numRuns: RUNS * 3 },
    );
    assert.ok(readCount > RUNS, `only ${readCount} were read`);
  });
});
