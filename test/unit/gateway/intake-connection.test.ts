/** What a connection of the WebSocket intake does with batches that there is no room for. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Packr, unpack } from 'msgpackr';

import type { GatewayContext } from '../../../gateway/context.ts';
import { IntakeConnection, type SharedIntake } from '../../../gateway/ingest/intake-connection.ts';
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

test('without room a batch is refused by its number, whatever its events are; with room they are looked at', async () => {
  const pipeline = await EnginePipeline.open();
  const answers: Answer[] = [];
  let hasRoom = false;
  const connections: IntakeConnection[] = [];
  const shared: SharedIntake = {
    context: { sequencer: pipeline.sequencer, registry: pipeline.sequencer.registry, intakeClosed: () => undefined } as unknown as GatewayContext,
    hasRoom: () => hasRoom,
    hold: () => undefined,
    sendSoon: (connection) => connection.sendAnswers(),
    entered: (connection) => void connections.push(connection),
    left: () => undefined,
  };
  const socket = {
    bufferedBytes: 0,
    send: (message: Uint8Array) => void answers.push(unpack(message) as Answer),
    cork: (send: () => void) => send(),
    close: (code: number, reason: string) => void answers.push({ type: 'closed', code: `${code} ${reason.split(':')[0]}` }),
  } as unknown as StreamSocket;
  const connection = new IntakeConnection(shared, 'msgpack');
  connection.onOpen(socket);
  const quote = packr.pack([{ type: 'quote', timestamp: '2026-03-02T14:30:00Z', symbol: 'S', bid: 99, ask: 101 }]);

  connection.onMessage(socket, frame(1, UNREADABLE_EVENTS), true);
  connection.onMessage(socket, frame(2, quote), true);
  assert.deepEqual(answers.slice(1).map(({ type, batch, code }) => [type, batch, code]), [['refused', 1, 'overloaded'], ['refused', 2, 'overloaded']]);
  assert.equal(pipeline.sequencer.registry.symbols.find('S'), undefined, 'nothing was taken');

  hasRoom = true;
  connection.onMessage(socket, frame(3, quote), true);
  await pipeline.durable();
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(answers.slice(3).map(({ type, batch }) => [type, batch]), [['ack', 3]]);
  connection.onMessage(socket, frame(4, UNREADABLE_EVENTS), true);
  assert.deepEqual(answers.at(-1), { type: 'closed', code: '1007 frame_malformed' });
  // A number that was used is not passed over for want of room.
  hasRoom = false;
  connection.onMessage(socket, frame(3, quote), true);
  assert.deepEqual(answers.at(-1), { type: 'closed', code: '1008 batch_number_invalid' });
  await pipeline.close();
});
