/** Contract: requests and responses, listening and closing. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Agent, request as httpRequest } from 'node:http';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { chooseTransport } from '../../gateway/transport/choose-transport.ts';
import type { HttpRequest, HttpResponse, TransportName } from '../../gateway/transport/transport.ts';
import { eventually, RawClient, serve, text } from './transport-fixture.ts';

const LARGE = Buffer.alloc(5_000_000, 'abcdefghij');

export function httpContract(name: TransportName): void {
  test('a request arrives whole: method, raw path, query, joined fields, body, address', async (t) => {
    const { url } = await serve(t, name);
    const answer = await fetch(`${url}/a%2Fb%20c?x=1&y=%20z&x=2`, {
      method: 'POST',
      headers: [['x-twice', 'one'], ['X-Twice', 'two']],
      body: 'héllo',
    });
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-type'), 'text/plain');
    assert.ok(answer.headers.get('date'));
    assert.deepEqual(await answer.json(), {
      method: 'POST',
      path: '/a%2Fb%20c',
      query: [['x', '1'], ['y', ' z'], ['x', '2']],
      twice: 'one, two',
      body: 'héllo',
      remoteAddress: '127.0.0.1',
    });
  });

  test('a request may be kept and read after an await, and its body until there', async (t) => {
    const onRequest = async (request: HttpRequest): Promise<HttpResponse> => {
      const body = Uint8Array.from(request.body);
      await delay(20);
      return text(`${request.header('x-a')} ${request.query.get('q')} ${Buffer.from(body).toString()}`);
    };
    const { url } = await serve(t, name, { onRequest });
    const answer = await fetch(`${url}/?q=1`, { method: 'PUT', headers: { 'x-a': 'v' }, body: 'body' });
    assert.equal(await answer.text(), 'v 1 body');
  });

  test('bytes are answered as bytes; the status line has its reason', async (t) => {
    const { port } = await serve(t, name, { onRequest: () => text(Uint8Array.of(0, 255, 13, 10), 429) });
    const client = await RawClient.open(t, port);
    client.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const all = await client.until('\x00\xff\r\n');
    assert.match(all, /^HTTP\/1\.1 429 Too Many Requests\r\n/);
    assert.match(all, /content-length: 4\r\n/i);
  });

  test('HEAD is a GET without its body, and the connection goes on', async (t) => {
    const { port, seen } = await serve(t, name, { onRequest: () => text('twelve bytes') });
    const client = await RawClient.open(t, port);
    client.write('HEAD /h HTTP/1.1\r\nHost: x\r\n\r\n');
    const head = await client.until('\r\n\r\n');
    assert.match(head, /content-length: 12\r\n/i);
    assert.ok(head.endsWith('\r\n\r\n'));
    client.write('GET /g HTTP/1.1\r\nHost: x\r\n\r\n');
    await client.until('twelve bytes');
    assert.deepEqual(seen, ['GET /h', 'GET /g']);
  });

  test('204 and 304 have no body and no length', async (t) => {
    const { port } = await serve(t, name, { onRequest: ({ path }) => text('', path === '/204' ? 204 : 304) });
    const client = await RawClient.open(t, port);
    client.write('GET /204 HTTP/1.1\r\nHost: x\r\n\r\nGET /304 HTTP/1.1\r\nHost: x\r\n\r\n');
    const all = await client.until('304 Not Modified');
    assert.match(all, /^HTTP\/1\.1 204 No Content\r\n/);
    assert.doesNotMatch(all, /content-length|transfer-encoding/i);
  });

  test('a connection is kept for the next request, and closed when the client says so', async (t) => {
    const { port, seen } = await serve(t, name);
    const client = await RawClient.open(t, port);
    for (const path of ['/1', '/2', '/3']) {
      client.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nhi`);
      await client.until(`"path":"${path}"`);
    }
    client.write('GET /4 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
    assert.ok(await eventually(() => client.isClosed));
    assert.equal(seen.length, 4);
    assert.equal(client.all.match(/HTTP\/1\.1 200 OK/g)?.length, 4);
  });

  test('pipelined requests are answered in order', async (t) => {
    const { port } = await serve(t, name);
    const client = await RawClient.open(t, port);
    const requests = Array.from({ length: 20 }, (_, i) => `POST /p${i} HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc`);
    client.write(requests.join(''));
    const all = await client.until('"path":"/p19"');
    const paths = [...all.matchAll(/"path":"\/p(\d+)"/g)].map((match) => Number(match[1]));
    assert.deepEqual(paths, Array.from({ length: 20 }, (_, i) => i));
  });

  test('pipelined behind a promise: in order, or the connection is closed; never mixed up', async (t) => {
    const onRequest = async ({ path }: HttpRequest): Promise<HttpResponse> => {
      await delay(path === '/slow' ? 60 : 5);
      return text(`answer ${path}`);
    };
    const { port } = await serve(t, name, { onRequest });
    const client = await RawClient.open(t, port);
    client.write('GET /slow HTTP/1.1\r\nHost: x\r\n\r\nGET /fast HTTP/1.1\r\nHost: x\r\n\r\n');
    const all = await client.until('answer /fast', 1000);
    if (name === 'node') assert.ok(all.indexOf('answer /slow') >= 0 && all.indexOf('answer /slow') < all.indexOf('answer /fast'));
    else assert.ok(client.isClosed && all === '');
  });

  test('50 requests at once', async (t) => {
    const onRequest = async (request: HttpRequest): Promise<HttpResponse> => {
      const body = Uint8Array.from(request.body);
      await delay(Number(request.query.get('ms')));
      return text(body);
    };
    const { url } = await serve(t, name, { onRequest });
    const bodies = Array.from({ length: 50 }, (_, i) => `body ${i}`);
    const answers = await Promise.all(
      bodies.map(async (body, i) => (await fetch(`${url}/?ms=${(i * 7) % 50}`, { method: 'POST', body })).text()),
    );
    assert.deepEqual(answers, bodies);
  });

  test('Expect: 100-continue is answered before the body is sent', async (t) => {
    const { port } = await serve(t, name);
    const client = await RawClient.open(t, port);
    client.write('POST /e HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n');
    assert.equal(await client.until('\r\n\r\n'), 'HTTP/1.1 100 Continue\r\n\r\n');
    client.write('body');
    assert.match(await client.until('"body":"body"'), /HTTP\/1\.1 200 OK/);
  });

  test('an Upgrade to something else is ignored, body and all', async (t) => {
    const { port } = await serve(t, name);
    const client = await RawClient.open(t, port);
    const fields = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n';
    client.write(`POST /h2c HTTP/1.1\r\nHost: x\r\n${fields}Content-Length: 8\r\n\r\nbod`);
    await delay(20);
    client.write('y1234');
    assert.match(await client.until('body1234'), /"path":"\/h2c"/);
    client.write('GET /next HTTP/1.1\r\nHost: x\r\n\r\n');
    assert.match(await client.until('"path":"/next"'), /"path":"\/next"/);
  });

  test('a large response reaches a slow client whole, others are not held up', async (t) => {
    const { port, url } = await serve(t, name, { onRequest: ({ path }) => text(path === '/large' ? LARGE : 'small') });
    const outgoing = httpRequest({ port, host: '127.0.0.1', path: '/large', agent: new Agent() });
    outgoing.end();
    const [response] = await once(outgoing, 'response');
    response.pause();
    await delay(100);
    assert.equal(await (await fetch(`${url}/other`)).text(), 'small');
    const chunks: Buffer[] = [];
    for await (const chunk of response) {
      chunks.push(chunk);
      if (chunks.length % 8 === 0) await delay(1);
    }
    assert.ok(Buffer.concat(chunks).equals(LARGE));
  });

  test('a handler that throws, rejects or answers the impossible: 500, reported, and life goes on', async (t) => {
    const onRequest = ({ path }: HttpRequest): HttpResponse | Promise<HttpResponse> => {
      if (path === '/throws') throw new Error('thrown');
      if (path === '/rejects') return Promise.reject(new Error('rejected'));
      if (path === '/splits') return { status: 200, headers: { 'x-a': 'a\r\nset-cookie: b=c' }, body: '' };
      if (path === '/name') return { status: 200, headers: { 'x a': 'a' }, body: '' };
      if (path === '/frames') return { status: 200, headers: { 'Content-Length': '1' }, body: 'long' };
      if (path === '/status') return text('', 99);
      return text('fine');
    };
    const { url, errors } = await serve(t, name, { onRequest });
    for (const path of ['/throws', '/rejects', '/splits', '/name', '/frames', '/status']) {
      const answer = await fetch(url + path);
      assert.equal(answer.status, 500, path);
      assert.equal(answer.headers.get('set-cookie'), null);
      assert.equal(answer.headers.get('content-type'), 'application/problem+json');
      assert.doesNotMatch(await answer.text(), /thrown|rejected/);
    }
    assert.equal(errors.length, 6);
    assert.equal(await (await fetch(`${url}/ok`)).text(), 'fine');
  });

  test('an abort in the middle of a body or of an answer reaches no handler twice and breaks nothing', async (t) => {
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const onRequest = async ({ path }: HttpRequest): Promise<HttpResponse> => {
      if (path === '/held') await held;
      return text('late');
    };
    const { port, url, seen, errors } = await serve(t, name, { onRequest });
    const inBody = await RawClient.open(t, port);
    inBody.write('POST /half HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nabc');
    const inAnswer = await RawClient.open(t, port);
    inAnswer.write('GET /held HTTP/1.1\r\nHost: x\r\n\r\n');
    assert.ok(await eventually(() => seen.length === 1));
    inBody.socket.resetAndDestroy();
    inAnswer.socket.resetAndDestroy();
    await delay(50);
    release();
    assert.equal(await (await fetch(`${url}/ok`)).text(), 'late');
    assert.deepEqual(seen, ['GET /held', 'GET /ok']);
    assert.deepEqual(errors, []);
  });

  test('an address in use is a rejection that says so', async (t) => {
    const first = await serve(t, name);
    await assert.rejects(serve(t, name).then(({ transport }) => transport.listen('127.0.0.1', 0)), /listens once/);
    const handlers = { onRequest: () => text(''), onUpgrade: () => ({ accept: false, response: text('') }) as const };
    const others = { onRefused: () => text(''), onError: () => undefined };
    const second = chooseTransport({ ...handlers, ...others }, {}, name);
    t.after(() => second.close());
    const expected = new RegExp(`cannot listen on 127\\.0\\.0\\.1:${first.port}: the port is in use`);
    await assert.rejects(second.listen('127.0.0.1', first.port), expected);
  });

  test('stopListening keeps what is open; close ends it, and may be called again', async (t) => {
    const { transport, port } = await serve(t, name);
    const client = await RawClient.open(t, port);
    client.write('GET /1 HTTP/1.1\r\nHost: x\r\n\r\n');
    await client.until('"path":"/1"');
    transport.stopListening();
    await assert.rejects(RawClient.open(t, port), /ECONNREFUSED/);
    client.write('GET /2 HTTP/1.1\r\nHost: x\r\n\r\n');
    assert.match(await client.until('"path":"/2"'), /"path":"\/2"/);
    await transport.close();
    assert.ok(await eventually(() => client.isClosed, 500));
    await transport.close();
  });

  test('close cuts a request that has no answer', async (t) => {
    const { transport, port, seen } = await serve(t, name, { onRequest: () => new Promise<HttpResponse>(() => undefined) });
    const client = await RawClient.open(t, port);
    client.write('GET /never HTTP/1.1\r\nHost: x\r\n\r\n');
    assert.ok(await eventually(() => seen.length === 1));
    await transport.close();
    assert.ok(await eventually(() => client.isClosed, 500));
  });
}
