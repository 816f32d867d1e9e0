/** Messages of WebSockets that come faster than they are handled: their order, what has its turn between them, and how they end. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { GuardedHandlers } from '../../../gateway/transport/guarded-handlers.ts';
import type { GuardedStream } from '../../../gateway/transport/guarded-stream.ts';
import type { StreamSocket, TransportHandlers } from '../../../gateway/transport/transport.ts';
import { MESSAGE_TURN_MS, MESSAGES_AT_ONCE_MS, MESSAGES_WAITING_BYTES_MAX } from '../../../gateway/transport/transport-limits.ts';

const handlers = { onError: (error: unknown) => assert.fail(String(error)) } as unknown as TransportHandlers;
/** Memory that the transport uses again for every message. */
const memory = Buffer.alloc(16);
const MUCH = 'm'.charCodeAt(0);
const TURNS_MAX = 1_000;

/** Takes longer than all messages of a turn of the event loop may. */
const LONG = 'long';
/** Takes longer than those that waited may in one turn. */
const SLOW = 'slow';
/** Makes its handler close the socket. */
const CLOSE = 'close';

class Peer {
  readonly stream: GuardedStream;
  private readonly socket: StreamSocket;
  private hasLeft = false;

  constructor(guarded: GuardedHandlers, name: string, log: string[]) {
    this.stream = guarded.stream({
      onOpen: () => undefined,
      onMessage: (socket, data) => {
        const text = Buffer.from(data.subarray(0, 16)).toString('latin1').trim();
        log.push(`${name} ${text}`);
        if (text === LONG) burn(MESSAGES_AT_ONCE_MS + 1);
        if (text === SLOW) burn(MESSAGE_TURN_MS + 1);
        if (text === CLOSE) socket.close(1008, 'as told');
      },
      onDrain: () => undefined,
      onClose: (_socket, code) => log.push(`${name} closed ${code}`),
    });
    // As the sockets of both transports do it.
    this.socket = {
      close: (code: number) => {
        this.stream.letGo();
        if (this.hasLeft) return;
        queueMicrotask(() => this.stream.close(this.socket, code));
      },
    } as unknown as StreamSocket;
  }

  says(...texts: readonly string[]): void {
    for (const text of texts) {
      memory.fill(0x20).write(text, 'latin1');
      this.stream.message(this.socket, memory, true);
    }
  }

  saysMuch(bytes: number): void {
    this.stream.message(this.socket, new Uint8Array(bytes).fill(MUCH), true);
  }

  leaves(): void {
    this.hasLeft = true;
    this.stream.close(this.socket, 1005);
  }
}

function burn(ms: number): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}

async function allHandled(log: readonly string[], count: number): Promise<void> {
  for (let turn = 0; turn < TURNS_MAX && log.length < count; turn++) await nextTurn();
  await nextTurn();
}

test('what comes in time is handled as it comes; what waits is handled in its order, one of each stream after the other', async () => {
  const guarded = new GuardedHandlers(handlers);
  const log: string[] = [];
  const [a, b] = [new Peer(guarded, 'a', log), new Peer(guarded, 'b', log)];
  a.says('1');
  b.says('1');
  a.says(LONG);
  assert.deepEqual(log, ['a 1', 'b 1', `a ${LONG}`]);
  a.says('2', '3', '4');
  b.says('2', '3');
  assert.equal(log.length, 3, 'they wait');
  await allHandled(log, 8);
  assert.deepEqual(log.slice(3), ['a 2', 'b 2', 'a 3', 'b 3', 'a 4']);
  a.says('5');
  assert.equal(log.at(-1), 'a 5', 'nothing waits any more');
});

test('timers and everything else have their turn between messages that wait', async () => {
  const log: string[] = [];
  const a = new Peer(new GuardedHandlers(handlers), 'a', log);
  a.says(LONG, SLOW, SLOW, SLOW, SLOW);
  setTimeout(() => {
    log.push('timer');
    a.says('behind');
  }, 0);
  await allHandled(log, 7);
  assert.deepEqual(log.toSorted(), [`a ${LONG}`, `a ${SLOW}`, `a ${SLOW}`, `a ${SLOW}`, `a ${SLOW}`, 'a behind', 'timer'].toSorted());
  assert.ok(log.indexOf('timer') < 4, log.join(', '));
  assert.equal(log.at(-1), 'a behind', 'what comes while others wait is handled behind them');
});

test('a socket that is closed from this side receives nothing more, and ends once', async () => {
  const log: string[] = [];
  const a = new Peer(new GuardedHandlers(handlers), 'a', log);
  a.says(LONG, '1', CLOSE, '2', '3');
  await allHandled(log, 4);
  assert.deepEqual(log, [`a ${LONG}`, 'a 1', `a ${CLOSE}`, 'a closed 1008']);
});

test('what a peer has sent before it closed is handled before that', async () => {
  const log: string[] = [];
  const a = new Peer(new GuardedHandlers(handlers), 'a', log);
  a.says(LONG, '1', SLOW, '2');
  a.leaves();
  assert.equal(log.length, 1);
  await allHandled(log, 5);
  assert.deepEqual(log, [`a ${LONG}`, 'a 1', `a ${SLOW}`, 'a 2', 'a closed 1005']);
});

test('a peer that has closed behind messages that wait ends once, also when its socket is closed from this side meanwhile', async () => {
  const guarded = new GuardedHandlers(handlers);
  const log: string[] = [];
  const [a, b, c] = [new Peer(guarded, 'a', log), new Peer(guarded, 'b', log), new Peer(guarded, 'c', log)];
  a.says(LONG, '1', '2');
  b.says('1', CLOSE, '2');
  c.says('1', '2');
  for (const peer of [a, b, c]) peer.leaves();
  // Of an answer that cannot be sent any more.
  a.stream.letGo();
  await allHandled(log, 7);
  assert.deepEqual(log.slice(1).toSorted(), ['a closed 1005', 'b 1', `b ${CLOSE}`, 'b closed 1005', 'c 1', 'c 2', 'c closed 1005'].toSorted());
  a.says('3');
  assert.equal(log.at(-1), 'a 3', 'nothing waits any more');
});

test('what waits is bounded: a stream that adds more has its own handled at once, in their order', async () => {
  const guarded = new GuardedHandlers(handlers);
  const log: string[] = [];
  const [a, b] = [new Peer(guarded, 'a', log), new Peer(guarded, 'b', log)];
  a.says(LONG, '1');
  b.says('1');
  a.saysMuch(MESSAGES_WAITING_BYTES_MAX - 2 * memory.length);
  assert.equal(log.length, 1);
  a.says('2');
  assert.deepEqual(log, [`a ${LONG}`, 'a 1', `a ${'m'.repeat(memory.length)}`, 'a 2']);
  await allHandled(log, 5);
  assert.deepEqual(log.at(-1), 'b 1');
});
