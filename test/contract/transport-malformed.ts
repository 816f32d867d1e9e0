/** Contract: what a transport refuses by itself, said by raw sockets. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { TransportName } from '../../gateway/transport/transport.ts';
import { eventually, RawClient, serve } from './transport-fixture.ts';

const post = (fields: string, body = ''): string => `POST /m HTTP/1.1\r\nHost: x\r\n${fields}\r\n${body}`;

/** Refused with this status and reason, and the connection ends. */
const REFUSED: readonly (readonly [string, string, number, string])[] = [
  ['duplicate Content-Length', post('Content-Length: 2\r\nContent-Length: 2\r\n', 'ab'), 400, 'bad_request'],
  ['conflicting Content-Length', post('Content-Length: 2\r\nContent-Length: 3\r\n', 'ab'), 400, 'bad_request'],
  ['two Hosts', 'GET /m HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n', 400, 'bad_request'],
  ['a head over the limit', post(`X: ${'a'.repeat(20_000)}\r\n`), 431, 'head_too_large'],
];

/** Never reaches a handler: refused with 400 or 501, or the connection is closed or left to idle out. */
const NOT_SERVED: readonly (readonly [string, string])[] = [
  ['Content-Length with a sign', post('Content-Length: -2\r\n', 'ab')],
  ['Content-Length with letters', post('Content-Length: 2x\r\n', 'ab')],
  ['Content-Length over 2^64', post('Content-Length: 99999999999999999999\r\n', 'ab')],
  ['Content-Length as a list', post('Content-Length: 2, 2\r\n', 'ab')],
  ['Content-Length and Transfer-Encoding', post('Content-Length: 2\r\nTransfer-Encoding: chunked\r\n', '0\r\n\r\n')],
  ['a transfer coding ending in chunked', post('Transfer-Encoding: xchunked\r\n', '0\r\n\r\n')],
  ['a transfer coding before chunked', post('Transfer-Encoding: gzip, chunked\r\n', '0\r\n\r\n')],
  ['a chunk length that is none', post('Transfer-Encoding: chunked\r\n', 'zz\r\nab\r\n0\r\n\r\n')],
  ['an unknown method', 'BREW /m HTTP/1.1\r\nHost: x\r\n\r\n'],
  ['noise', 'asdf\r\n\r\n'],
  ['no Host', 'GET /m HTTP/1.1\r\n\r\n'],
  ['a space before the colon', 'GET /m HTTP/1.1\r\nHost : x\r\n\r\n'],
  ['a target without a path', 'OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n'],
];

export function malformedContract(name: TransportName): void {
  for (const [what, bytes, status, reason] of REFUSED) {
    test(`refused: ${what}`, async (t) => {
      const { port, seen, refused } = await serve(t, name);
      const client = await RawClient.open(t, port);
      client.write(bytes);
      const all = await client.until(reason);
      assert.match(all, new RegExp(`^HTTP/1\\.1 ${status} `));
      assert.match(all, /connection: close\r\n/i);
      assert.ok(await eventually(() => client.isClosed));
      assert.deepEqual(seen, []);
      assert.deepEqual(refused, [reason]);
    });
  }

  test('never served: what is not well-formed', async (t) => {
    const { port, seen, refused, url } = await serve(t, name);
    for (const [what, bytes] of NOT_SERVED) {
      const client = await RawClient.open(t, port);
      client.write(bytes);
      const all = await client.until('}', 150);
      assert.match(all, name === 'node' ? /^HTTP\/1\.1 (400|501) / : /^$|^HTTP\/1\.1 (400|501) /, what);
      assert.deepEqual(seen, [], what);
      client.socket.destroy();
    }
    if (name === 'node') assert.equal(refused.length, NOT_SERVED.length);
    assert.equal((await fetch(url)).status, 200);
  });

  test('a head that comes in pieces is read, and one over the limit never is', async (t) => {
    const { port, seen } = await serve(t, name);
    const good = await RawClient.open(t, port);
    for (const piece of ['GET /pie', 'ces HTTP/1.1\r\nHo', `st: x\r\nX: ${'a'.repeat(3500)}`, '\r\n', '\r\n']) {
      good.write(piece);
      await delay(10);
    }
    assert.match(await good.until('"path":"/pieces"'), /200 OK/);
    const long = await RawClient.open(t, port);
    long.write(`GET /long HTTP/1.1\r\nHost: x\r\nX: ${'a'.repeat(12_000)}`);
    await delay(10);
    long.write(`${'a'.repeat(12_000)}\r\n\r\n`);
    assert.ok(await eventually(() => long.isClosed));
    assert.deepEqual(seen, ['GET /pieces']);
  });

  test('a body at the limit is read; a declared one over it is refused before it is sent', async (t) => {
    const { port, refused } = await serve(t, name);
    const client = await RawClient.open(t, port);
    client.write(post('Content-Length: 1000\r\n', 'a'.repeat(1000)));
    await client.until('a"');
    client.write(post('Content-Length: 1001\r\n'));
    const all = await client.until('body_too_large');
    assert.match(all, /HTTP\/1\.1 413 Payload Too Large\r\n/);
    assert.match(all, /the body of 1001 bytes is over the limit of 1000 bytes/);
    assert.deepEqual(refused, ['body_too_large']);
  });

  test('a chunked body is refused when it passes the limit, and not before', async (t) => {
    const { port, seen, refused } = await serve(t, name);
    const client = await RawClient.open(t, port);
    client.write(post('Transfer-Encoding: chunked\r\n'));
    client.write(`1f4\r\n${'a'.repeat(500)}\r\n`);
    client.write(`1f4\r\n${'b'.repeat(500)}\r\n`);
    await delay(30);
    assert.equal(client.all, '');
    client.write('1\r\nc\r\n');
    assert.match(await client.until('body_too_large'), /HTTP\/1\.1 413 /);
    assert.deepEqual(seen, []);
    assert.deepEqual(refused, ['body_too_large']);
    client.write('1\r\nd\r\n0\r\n\r\nGET /after HTTP/1.1\r\nHost: x\r\n\r\n');
    assert.match(await client.until('"path":"/after"'), /"path":"\/after"/);
  });

  test('a client that sends a large refused body before it reads still gets its answer', async (t) => {
    const { url } = await serve(t, name);
    const body = Buffer.alloc(3_000_000);
    for (let i = 0; i < 3; i += 1) {
      const answer = await fetch(url, { method: 'POST', body });
      assert.equal(answer.status, 413);
      assert.equal((await answer.json() as { code: string }).code, 'body_too_large');
    }
  });

  test('Expect: 100-continue with a body over the limit is 413', async (t) => {
    const { port } = await serve(t, name);
    const client = await RawClient.open(t, port);
    client.write(post('Expect: 100-continue\r\nContent-Length: 5000\r\n'));
    assert.match(await client.until('body_too_large'), /HTTP\/1\.1 413 /);
  });

  test('an onRefused that throws still answers with the status', async (t) => {
    const onRefused = (): never => {
      throw new Error('no words');
    };
    const { port, errors } = await serve(t, name, { onRefused });
    const client = await RawClient.open(t, port);
    client.write(post('Content-Length: 1001\r\n'));
    assert.match(await client.until('413}'), /HTTP\/1\.1 413 /);
    assert.equal(errors.length, 1);
  });
}
