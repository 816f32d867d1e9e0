/** Contract: WebSockets once they are open. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { StreamHandler, StreamSocket, TransportHandlers, TransportName, UpgradeRequest } from '../../gateway/transport/transport.ts';
import { eventually, openWs, serve, StreamRecorder } from './transport-fixture.ts';

const accepting = (handler: StreamHandler, protocol?: string): Partial<TransportHandlers> => ({
  onUpgrade: () => ({ accept: true, protocol, handler }),
});

export function streamContract(name: TransportName): void {
  test('a silent peer is pinged, and cut when it does not answer; one that answers stays', async (t) => {
    const silent = new StreamRecorder();
    const lively = new StreamRecorder();
    const onUpgrade = ({ query, header }: UpgradeRequest) => {
      const handler = header('x-silent') === undefined ? lively : silent;
      return { accept: true, protocol: query.get('p') ?? undefined, handler } as const;
    };
    const served = await serve(t, name, { onUpgrade });
    const mute = await openWs(t, served, [], { autoPong: false, headers: { 'x-silent': '1' } });
    await openWs(t, served);
    let pings = 0;
    mute.ws.on('ping', () => (pings += 1));
    assert.ok(await eventually(() => silent.closeCodes.length > 0, 15_000));
    assert.ok(pings >= 1);
    assert.deepEqual(silent.closeCodes, [1006]);
    assert.deepEqual(lively.closeCodes, []);
  });

  test('text and binary, both ways, empty ones too', async (t) => {
    const recorder = new StreamRecorder();
    const served = await serve(t, name, accepting(recorder));
    const { ws, frames } = await openWs(t, served);
    ws.send('héllo');
    ws.send(Buffer.from([0, 255]));
    ws.send('');
    for (let i = 0; i < 20; i += 1) ws.send(Buffer.alloc(900, i));
    assert.ok(await eventually(() => recorder.messages.length === 23));
    const [first, second, third] = recorder.messages;
    assert.equal(Buffer.from(first!.bytes).toString(), 'héllo');
    assert.equal(first!.isBinary, false);
    assert.deepEqual([...second!.bytes, second!.isBinary], [0, 255, true]);
    assert.equal(third!.bytes.byteLength, 0);
    for (let i = 0; i < 20; i += 1) assert.ok(recorder.messages[i + 3]!.bytes.every((byte) => byte === i));
    const socket = recorder.sockets[0]!;
    assert.equal(socket.send('wörd'), 'sent');
    assert.equal(socket.send(Uint8Array.of(1, 2)), 'sent');
    assert.equal(socket.send(''), 'sent');
    assert.equal(socket.send(Buffer.from('a view of a longer buffer').subarray(2, 6)), 'sent');
    assert.ok(await eventually(() => frames.length === 4));
    assert.deepEqual(frames, ['wörd', Buffer.from([1, 2]), '', Buffer.from('view')]);
    assert.equal(socket.bufferedBytes, 0);
  });

  test('closing: code and reason to the peer, onClose once and after close has returned', async (t) => {
    const recorder = new StreamRecorder();
    const served = await serve(t, name, accepting(recorder));
    const { closed } = await openWs(t, served);
    assert.ok(await eventually(() => recorder.sockets.length === 1));
    const socket = recorder.sockets[0]!;
    assert.throws(() => socket.close(1006, ''), /close code 1006 may not be sent/);
    socket.close(4001, `why ${'ü'.repeat(100)}`);
    socket.close(4002, 'again');
    assert.deepEqual(recorder.closeCodes, []);
    assert.equal(socket.send('late'), 'dropped');
    assert.equal(socket.bufferedBytes, 0);
    assert.deepEqual(await closed, { code: 4001, reason: `why ${'ü'.repeat(59)}` });
    assert.deepEqual(recorder.closeCodes, [4001]);
  });

  test('closing by the peer: its code, 1005 for none, 1006 for a broken connection', async (t) => {
    const recorder = new StreamRecorder();
    const served = await serve(t, name, accepting(recorder));
    for (const [i, leave] of (['code', 'none', 'broken'] as const).entries()) {
      const { ws } = await openWs(t, served);
      if (leave === 'code') ws.close(4005, 'bye');
      else if (leave === 'none') ws.close();
      else ws.terminate();
      assert.ok(await eventually(() => recorder.closeCodes.length === i + 1));
    }
    assert.deepEqual(recorder.closeCodes, [4005, 1005, 1006]);
  });

  test('a message over the limit closes with 1009, one at it does not', async (t) => {
    const recorder = new StreamRecorder();
    const served = await serve(t, name, accepting(recorder));
    const { ws, closed } = await openWs(t, served);
    ws.send('a'.repeat(1000));
    ws.send('a'.repeat(1001));
    ws.send('after');
    assert.equal((await closed).code, 1009);
    assert.ok(await eventually(() => recorder.closeCodes.length === 1));
    assert.equal(recorder.messages.length, 1);
    const huge = await openWs(t, served);
    huge.ws.send('a'.repeat(100_000));
    assert.equal((await huge.closed).code, name === 'node' ? 1009 : 1006);
    assert.ok(await eventually(() => recorder.closeCodes.length === 2));
    assert.deepEqual(recorder.closeCodes, [1009, 1009]);
  });

  test('a reader that stops: buffered, dropped at the limit, others unaffected, drained when it reads', async (t) => {
    const recorder = new StreamRecorder();
    const served = await serve(t, name, accepting(recorder));
    const slow = await openWs(t, served);
    const quick = await openWs(t, served);
    assert.ok(await eventually(() => recorder.sockets.length === 2));
    const [slowSocket, quickSocket] = recorder.sockets;
    slow.ws.pause();
    const frame = Buffer.alloc(100_000, 7);
    const outcomes = new Set<string>();
    let kept = 0;
    for (let i = 0; i < 500 && !outcomes.has('dropped'); i += 1) {
      const outcome = slowSocket!.send(frame);
      outcomes.add(outcome);
      if (outcome !== 'dropped') kept += 1;
      assert.ok(slowSocket!.bufferedBytes <= 1_000_100);
    }
    assert.deepEqual([...outcomes], ['sent', 'buffered', 'dropped']);
    assert.ok(slowSocket!.bufferedBytes > 800_000);
    assert.equal(slowSocket!.send('small still fits'), 'buffered');
    assert.equal(recorder.drains, 0);
    for (let i = 0; i < 50; i += 1) {
      assert.equal(quickSocket!.send(`tick ${i}`), 'sent');
      await eventually(() => quick.frames.length === i + 1, 1000);
    }
    assert.equal(quick.frames.length, 50);
    slow.ws.resume();
    assert.ok(await eventually(() => recorder.drains === 1 && slow.frames.length === kept + 1));
    assert.equal(slowSocket!.bufferedBytes, 0);
    assert.equal(slow.frames.at(-1), 'small still fits');
    assert.equal(slowSocket!.send('on'), 'sent');
  });

  test('a frame longer than the limit is always dropped, text counted in bytes', async (t) => {
    const recorder = new StreamRecorder();
    const served = await serve(t, name, accepting(recorder));
    const { frames } = await openWs(t, served);
    assert.ok(await eventually(() => recorder.sockets.length === 1));
    assert.equal(recorder.sockets[0]!.send('ü'.repeat(500_001)), 'dropped');
    assert.notEqual(recorder.sockets[0]!.send('ü'.repeat(500_000)), 'dropped');
    assert.ok(await eventually(() => frames.length === 1));
  });

  test('corked frames keep their order, whatever their size; those that a slow reader leaves behind are drained', async (t) => {
    const recorder = new StreamRecorder();
    const served = await serve(t, name, accepting(recorder));
    const slow = await openWs(t, served);
    const other = await openWs(t, served);
    assert.ok(await eventually(() => recorder.sockets.length === 2));
    const [socket, otherSocket] = recorder.sockets;
    slow.ws.pause();
    const frames = Array.from({ length: 40 }, (_, i) => `${i} ${'x'.repeat(i % 3 === 0 ? 40_000 : 10)}`);
    let sent = 0;
    for (let rounds = 0; rounds < 30 && socket!.bufferedBytes === 0; rounds += 1) {
      socket!.cork(() => {
        for (const frame of frames) {
          assert.notEqual(socket!.send(frame), 'dropped');
          assert.equal(otherSocket!.send('beside'), 'sent');
        }
      });
      sent += frames.length;
      await delay(1);
    }
    assert.ok(socket!.bufferedBytes > 0);
    const drains = recorder.drains;
    slow.ws.resume();
    assert.ok(await eventually(() => slow.frames.length === sent && other.frames.length === sent));
    assert.deepEqual(slow.frames, Array.from({ length: sent }, (_, i) => frames[i % frames.length]));
    assert.ok(await eventually(() => recorder.drains > drains && socket!.bufferedBytes === 0));
  });

  test('what is sent when a socket has drained, and is too much again, arrives too', async (t) => {
    const frame = Buffer.alloc(900_000, 7);
    let left = 40;
    const fill = (socket: StreamSocket): void => {
      while (left > 0 && socket.bufferedBytes === 0) {
        left -= 1;
        socket.send(frame);
      }
    };
    const recorder = new StreamRecorder();
    const handler: StreamHandler = {
      onOpen: (socket) => recorder.onOpen(socket),
      onMessage: fill,
      onDrain: fill,
      onClose: () => undefined,
    };
    const served = await serve(t, name, accepting(handler));
    const { ws, frames } = await openWs(t, served);
    ws.pause();
    ws.send('begin');
    assert.ok(await eventually(() => recorder.sockets[0]!.bufferedBytes > 0));
    ws.resume();
    assert.ok(await eventually(() => frames.length === 40), `${frames.length} frames of 40`);
  });

  test('corking a socket that is closed, or closes inside, breaks nothing', async (t) => {
    const recorder = new StreamRecorder();
    const served = await serve(t, name, accepting(recorder));
    const { frames, closed } = await openWs(t, served);
    assert.ok(await eventually(() => recorder.sockets.length === 1));
    const socket = recorder.sockets[0]!;
    socket.cork(() => {
      socket.send('last words');
      socket.close(4000, 'inside');
    });
    let outcome: string | undefined;
    socket.cork(() => (outcome = socket.send('late')));
    assert.equal(outcome, 'dropped');
    assert.deepEqual(await closed, { code: 4000, reason: 'inside' });
    assert.deepEqual(frames, ['last words']);
    assert.ok(await eventually(() => recorder.closeCodes.length === 1));
    socket.cork(() => undefined);
    assert.deepEqual(served.errors, []);
  });

  test('a slow reader is closed with a code, which comes after what was buffered', async (t) => {
    const recorder = new StreamRecorder();
    const served = await serve(t, name, accepting(recorder));
    const slow = await openWs(t, served);
    assert.ok(await eventually(() => recorder.sockets.length === 1));
    slow.ws.pause();
    const frame = Buffer.alloc(100_000);
    let kept = 0;
    while (recorder.sockets[0]!.send(frame) !== 'dropped') kept += 1;
    recorder.sockets[0]!.close(4008, 'too slow');
    await delay(50);
    assert.deepEqual(recorder.closeCodes, [4008]);
    slow.ws.resume();
    assert.deepEqual(await slow.closed, { code: 4008, reason: 'too slow' });
    assert.equal(slow.frames.length, kept);
  });

  test('a stream callback that throws closes its own socket with 1011 and is reported', async (t) => {
    const recorder = new StreamRecorder();
    const handler: StreamHandler = {
      onOpen: (socket) => recorder.onOpen(socket),
      onMessage: () => {
        throw new Error('thrown');
      },
      onDrain: () => undefined,
      onClose: (socket, code) => recorder.onClose(socket, code),
    };
    const served = await serve(t, name, accepting(handler));
    const victim = await openWs(t, served);
    const other = await openWs(t, served);
    victim.ws.send('x');
    assert.deepEqual(await victim.closed, { code: 1011, reason: 'internal error' });
    assert.deepEqual(recorder.closeCodes, [1011]);
    assert.equal(served.errors.length, 1);
    recorder.sockets[1]!.send('alive');
    assert.ok(await eventually(() => other.frames.length === 1));
  });

  test('close of the transport says 1001 to every socket and leaves none', async (t) => {
    const recorder = new StreamRecorder();
    const served = await serve(t, name, accepting(recorder));
    const clients = [await openWs(t, served), await openWs(t, served)];
    assert.ok(await eventually(() => recorder.sockets.length === 2));
    await served.transport.close();
    assert.deepEqual(recorder.closeCodes, [1001, 1001]);
    for (const { closed } of clients) assert.deepEqual(await closed, { code: 1001, reason: 'server closes' });
  });
}
