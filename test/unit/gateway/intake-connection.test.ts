/** What a connection of the WebSocket intake does with batches that there is no room for. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { Packr, unpack } from 'msgpackr';

import { INTAKE_TURN_MS, MAILBOX_TURN_BYTES } from '../../../engine/domain/limits.ts';
import type { GatewayContext } from '../../../gateway/context.ts';
import { IntakeConnection, type SharedIntake } from '../../../gateway/ingest/intake-connection.ts';
import type { StreamProtocol } from '../../../gateway/streams/frames.ts';
import type { StreamSocket } from '../../../gateway/transport/transport.ts';
import { EnginePipeline } from '../../support/engine-pipeline.ts';

const packr = new Packr({ useRecords: false });
/** An array of one event that says it has more bytes than there are. */
const UNREADABLE_EVENTS = Buffer.from([0x91, 0xc6, 0x7f, 0xff, 0xff, 0xff]);

interface Answer {
  readonly type: string;
  readonly batch?: number;
  readonly code?: string;
}

/** A frame with its events as they are given. */
function frame(batch: number, events: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([0x82]), packr.pack('batch'), packr.pack(batch), packr.pack('events'), events]);
}

/** A connection, what it was answered, and whether connections find room for what waits. */
function connect(pipeline: EnginePipeline, protocol: StreamProtocol = 'msgpack'): { readonly answers: Answer[]; hasRoom: boolean; send(frame: Buffer): void } {
  const answers: Answer[] = [];
  const made = { answers, hasRoom: true, send: (bytes: Buffer) => connection.onMessage(socket, bytes, protocol === 'msgpack') };
  const shared: SharedIntake = {
    context: { sequencer: pipeline.sequencer, registry: pipeline.sequencer.registry, intakeClosed: () => undefined } as unknown as GatewayContext,
    hasRoom: () => made.hasRoom,
    hold: () => undefined,
    sendSoon: (connection) => connection.sendAnswers(),
    entered: () => undefined,
    left: () => undefined,
  };
  const socket = {
    bufferedBytes: 0,
    send: (message: Uint8Array | string) => void answers.push((typeof message === 'string' ? JSON.parse(message) : unpack(message)) as Answer),
    cork: (send: () => void) => send(),
    close: (code: number, reason: string) => void answers.push({ type: 'closed', code: `${code} ${reason.split(':')[0]}` }),
  } as unknown as StreamSocket;
  const connection = new IntakeConnection(shared, protocol);
  connection.onOpen(socket);
  answers.length = 0;
  return made;
}

const QUOTE = { type: 'quote', timestamp: '2026-03-02T14:30:00Z', symbol: 'S', bid: 99, ask: 101 } as const;
const quote = packr.pack([QUOTE]);

test('without room a batch is refused by its number, whatever its events are; with room they are looked at', async () => {
  const pipeline = await EnginePipeline.open();
  const connection = connect(pipeline);
  const { answers } = connection;
  connection.hasRoom = false;
  connection.send(frame(1, UNREADABLE_EVENTS));
  connection.send(frame(2, quote));
  assert.deepEqual(answers.map(({ type, batch, code }) => [type, batch, code]), [['refused', 1, 'overloaded'], ['refused', 2, 'overloaded']]);
  assert.equal(pipeline.sequencer.registry.symbols.find('S'), undefined, 'nothing was taken');

  connection.hasRoom = true;
  connection.send(frame(3, quote));
  await answered(pipeline);
  assert.deepEqual(answers.slice(2).map(({ type, batch }) => [type, batch]), [['ack', 3]]);
  connection.send(frame(4, UNREADABLE_EVENTS));
  assert.deepEqual(answers.at(-1), { type: 'closed', code: '1007 frame_malformed' });
  // A number that was used is not passed over for want of room.
  connection.hasRoom = false;
  connection.send(frame(3, quote));
  assert.deepEqual(answers.at(-1), { type: 'closed', code: '1008 batch_number_invalid' });
  await pipeline.close();
});

for (const protocol of ['msgpack', 'json'] as const) {
  test(`${protocol}: the last room is for who had no turn lately: a connection that sends on and on leaves it to others`, async () => {
    const pipeline = await EnginePipeline.open();
    const { sequencer } = pipeline;
    const quoteFrame = (batch: number): Buffer => (protocol === 'msgpack' ? frame(batch, quote) : Buffer.from(JSON.stringify({ type: 'batch', batch, events: [QUOTE] })));
    const events = Array.from({ length: 10_000 }, (_, index) => ({ index, event: QUOTE }));
    // The shard does not come to them.
    while (sequencer.hasRoom(MAILBOX_TURN_BYTES)) sequencer.accept({ events, rejected: [] });
    assert.ok(sequencer.hasRoom(), 'there is room still, but not for all');
    const [busy, other] = [connect(pipeline, protocol), connect(pipeline, protocol)];
    busy.send(quoteFrame(1));
    busy.send(quoteFrame(2));
    other.send(quoteFrame(1));
    await answered(pipeline);
    assert.deepEqual(busy.answers.map(({ type, batch, code }) => [type, batch, code]), [['ack', 1, undefined], ['refused', 2, 'overloaded']]);
    assert.deepEqual(other.answers.map(({ type, batch }) => [type, batch]), [['ack', 1]]);

    await sleep(INTAKE_TURN_MS + 1);
    busy.send(quoteFrame(3));
    busy.send(quoteFrame(4));
    await answered(pipeline);
    assert.deepEqual(busy.answers.slice(2).map(({ type, batch }) => [type, batch]), [['ack', 3], ['refused', 4]]);

    while (sequencer.hasRoom()) sequencer.accept({ events, rejected: [] });
    const late = connect(pipeline, protocol);
    late.send(quoteFrame(1));
    await answered(pipeline);
    assert.equal(late.answers[0]?.code, 'overloaded', 'without any room nobody is heard');
    pipeline.work();
    await pipeline.close();
  });
}

async function answered(pipeline: EnginePipeline): Promise<void> {
  await pipeline.sequencer.durable();
  await new Promise((resolve) => setImmediate(resolve));
}
