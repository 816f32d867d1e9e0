/** The reader of the fan-out's subscribers: each update is found once, wherever the bytes are cut. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { FrameReader } from '../../../bench/load/frame-reader.ts';

const TEXT = 0x81;
const PING = 0x89;
const CLOSE = 0x88;

/** A frame as a server sends it, not masked. */
function frame(firstByte: number, payload: string): Buffer {
  const bytes = Buffer.from(payload);
  if (bytes.length < 126) return Buffer.concat([Buffer.from([firstByte, bytes.length]), bytes]);
  if (bytes.length < 1 << 16) {
    const head = Buffer.from([firstByte, 126, 0, 0]);
    head.writeUInt16BE(bytes.length, 2);
    return Buffer.concat([head, bytes]);
  }
  const head = Buffer.alloc(10);
  head[0] = firstByte;
  head[1] = 127;
  head.writeBigUInt64BE(BigInt(bytes.length), 2);
  return Buffer.concat([head, bytes]);
}

const update = (text: string): string => JSON.stringify({ type: 'update', text });
const UPDATES = [update(''), update('x'.repeat(300)), update('€')];
const SENT = Buffer.concat([
  frame(TEXT, JSON.stringify({ type: 'snapshot', text: 'y'.repeat(200) })),
  frame(TEXT, UPDATES[0]!),
  frame(PING, ''),
  frame(TEXT, UPDATES[1]!),
  frame(TEXT, JSON.stringify({ type: 'heartbeat' })),
  frame(TEXT, UPDATES[2]!),
  // Not an update, though the byte at the place of the type is one's.
  frame(PING, '123456789u'),
  frame(CLOSE, ''),
]);

/** The updates that are found when the pieces are read one after the other into the same memory. */
function found(...pieces: readonly Buffer[]): string[] {
  const texts: string[] = [];
  const reader = new FrameReader((bytes, start, end) => texts.push(bytes.toString('utf8', start, end)));
  const memory = Buffer.alloc(Math.max(...pieces.map(({ length }) => length)));
  for (const piece of pieces) {
    piece.copy(memory);
    reader.push(memory.subarray(0, piece.length));
    memory.fill(0);
  }
  return texts;
}

describe('the reader of frames', () => {
  test('finds updates among snapshots, heartbeats and pings', () => {
    assert.deepEqual(found(SENT), UPDATES);
  });

  test('finds them wherever the bytes are cut in two', () => {
    for (let cut = 1; cut < SENT.length; cut++) assert.deepEqual(found(SENT.subarray(0, cut), SENT.subarray(cut)), UPDATES, `cut at ${cut}`);
  });

  test('finds them when the bytes come one by one', () => {
    assert.deepEqual(found(...Array.from(SENT, (byte) => Buffer.from([byte]))), UPDATES);
  });

  test('takes a frame that needs the long form of its length', () => {
    const long = update('z'.repeat(1 << 16));
    const sent = Buffer.concat([frame(TEXT, long), frame(TEXT, UPDATES[0]!)]);
    for (const cut of [1, 2, 9, 10, 11, sent.length - 1]) assert.deepEqual(found(sent.subarray(0, cut), sent.subarray(cut)), [long, UPDATES[0]!], `cut at ${cut}`);
  });
});
