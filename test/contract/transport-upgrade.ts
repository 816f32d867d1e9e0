/** Contract: the upgrade of a request to a WebSocket. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { TransportHandlers, TransportName, UpgradeRequest } from '../../gateway/transport/transport.ts';
import { eventually, openWs, RawClient, serve, StreamRecorder, text } from './transport-fixture.ts';

const HANDSHAKE = [
  'Connection: keep-alive, Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  'Sec-WebSocket-Version: 13',
];

const handshake = (fields: readonly string[], path = '/stream'): string =>
  `GET ${path} HTTP/1.1\r\nHost: x\r\n${fields.join('\r\n')}\r\n\r\n`;

export function upgradeContract(name: TransportName): void {
  test('the upgrade request is complete, a protocol is chosen, a decision may take time', async (t) => {
    const recorder = new StreamRecorder();
    const requests: UpgradeRequest[] = [];
    const onUpgrade: TransportHandlers['onUpgrade'] = async (request) => {
      await delay(20);
      requests.push(request);
      return { accept: true, protocol: 'msgpack', handler: recorder };
    };
    const served = await serve(t, name, { onUpgrade });
    const { ws } = await openWs(t, { ...served, url: `${served.url}/a%20b?x=1` }, ['json', 'msgpack']);
    assert.equal(ws.protocol, 'msgpack');
    assert.equal(ws.extensions, '');
    const [request] = requests;
    assert.deepEqual(request!.protocols, ['json', 'msgpack']);
    assert.equal(request!.path, '/a%20b');
    assert.equal(request!.query.get('x'), '1/stream');
    assert.equal(request!.header('sec-websocket-version'), '13');
    assert.equal(request!.remoteAddress, '127.0.0.1');
    assert.ok(await eventually(() => recorder.sockets.length === 1));
    assert.equal(recorder.sockets[0]!.protocol, 'msgpack');
  });

  test('a refused upgrade carries its response', async (t) => {
    const headers = { 'content-type': 'application/problem+json', 'www-authenticate': 'Bearer' };
    const response = { status: 401, headers, body: '{"code":"token_missing"}' };
    const { port } = await serve(t, name, { onUpgrade: () => Promise.resolve({ accept: false, response }) });
    const client = await RawClient.open(t, port);
    client.write(handshake(HANDSHAKE));
    const all = await client.until('token_missing"}');
    assert.match(all, /^HTTP\/1\.1 401 Unauthorized\r\n/);
    assert.match(all, /www-authenticate: Bearer\r\n/i);
    assert.match(all, /\r\n\r\n\{"code":"token_missing"\}$/);
  });

  test('a handshake that is none is refused before the gateway sees it', async (t) => {
    const broken: readonly (readonly [RegExp, readonly string[]])[] = [
      [/^HTTP\/1\.1 426 Upgrade Required/, HANDSHAKE.with(3, 'Sec-WebSocket-Version: 8')],
      [/^HTTP\/1\.1 400 /, HANDSHAKE.with(2, 'Sec-WebSocket-Key: short')],
      [/^HTTP\/1\.1 400 /, HANDSHAKE.with(2, 'Sec-WebSocket-Key: !!!!!!!!!!!!!!!!!!!!!!==')],
      [/^HTTP\/1\.1 400 /, HANDSHAKE.toSpliced(2, 1)],
    ];
    let asked = 0;
    const onUpgrade = () => {
      asked += 1;
      return { accept: false, response: text('asked', 404) } as const;
    };
    const { port, seen, refused } = await serve(t, name, { onUpgrade });
    for (const [expected, fields] of broken) {
      const client = await RawClient.open(t, port);
      client.write(handshake(fields));
      assert.match(await client.until('}'), expected);
    }
    assert.equal(asked, 0);
    assert.deepEqual(seen, []);
    assert.deepEqual(refused, broken.map(() => 'upgrade_invalid'));
  });

  test('an upgrade that fails inside is 500 and reported', async (t) => {
    const handler = new StreamRecorder();
    const onUpgrade = ({ path }: UpgradeRequest) => {
      if (path === '/throws') throw new Error('thrown');
      if (path === '/rejects') return Promise.reject(new Error('rejected'));
      return { accept: true, protocol: 'never-offered', handler } as const;
    };
    const { port, errors } = await serve(t, name, { onUpgrade });
    for (const path of ['/throws', '/rejects', '/protocol']) {
      const client = await RawClient.open(t, port);
      client.write(handshake(HANDSHAKE, path));
      assert.match(await client.until('500}'), /^HTTP\/1\.1 500 Internal Server Error\r\n/);
    }
    assert.equal(errors.length, 3);
    assert.equal(handler.sockets.length, 0);
  });

  test('a client that leaves while the upgrade is decided breaks nothing', async (t) => {
    const handler = new StreamRecorder();
    const onUpgrade = async () => {
      await delay(60);
      return { accept: true, protocol: undefined, handler } as const;
    };
    const served = await serve(t, name, { onUpgrade });
    const client = await RawClient.open(t, served.port);
    client.write(handshake(HANDSHAKE));
    await delay(20);
    client.socket.resetAndDestroy();
    await openWs(t, served);
    assert.ok(await eventually(() => handler.sockets.length === 1 || handler.closeCodes.length === 1));
    assert.deepEqual(served.errors, []);
  });
}
