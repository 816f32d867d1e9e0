/** Contract: which transport is chosen, and what listening promises. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { normalizeRemoteAddress } from '../../gateway/transport/remote-address.ts';
import { chooseTransport, loadUws } from '../../gateway/transport/choose-transport.ts';
import type { TransportHandlers } from '../../gateway/transport/transport.ts';
import { text } from './transport-fixture.ts';

const HANDLERS: TransportHandlers = {
  onRequest: () => text('ok'),
  onUpgrade: () => ({ accept: false, response: text('no', 404) }),
  onRefused: (_reason, status, detail) => text(detail, status),
  onError: () => undefined,
};

export function choosingContract(): void {
  test('auto takes uws exactly where its native binary loads, and nothing is printed', () => {
    const expected = 'library' in loadUws() ? 'uws' : 'node';
    if (process.versions.modules === '115' && process.platform === 'linux') assert.equal(expected, 'uws');
    assert.equal(chooseTransport(HANDLERS).name, expected);
    assert.equal(chooseTransport(HANDLERS, {}, 'node').name, 'node');
  });

  test('without a binary for this Node, auto is node and uws throws the reason', () => {
    const module = JSON.stringify(new URL('../../gateway/transport/choose-transport.js', import.meta.url).href);
    const script = `
      Object.defineProperty(process, 'versions', { value: { ...process.versions, modules: '127', node: '22.0.0' } });
      const { chooseTransport } = await import(${module});
      process.stdout.write(chooseTransport({}).name + '\\n');
      try { chooseTransport({}, {}, 'uws'); } catch (error) { process.stdout.write(error.message); }`;
    const run = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    assert.equal(run.stderr, '');
    assert.match(run.stdout, /^node\ntransport uws cannot be used: it has no binary uws_\w+_127\.node \(Node 22\.0\.0\)$/);
  });

  test('limits out of range are refused', () => {
    assert.throws(() => chooseTransport(HANDLERS, { idleSecondsMax: 5 }, 'node'), /idleSecondsMax must be 8 to 960/);
    assert.throws(() => chooseTransport(HANDLERS, { bodyBytesMax: 0 }, 'node'), /bodyBytesMax must be a positive/);
  });

  test('a peer address has one spelling', () => {
    assert.equal(normalizeRemoteAddress('127.0.0.1'), '127.0.0.1');
    assert.equal(normalizeRemoteAddress('::ffff:10.1.2.3'), '10.1.2.3');
    assert.equal(normalizeRemoteAddress('0000:0000:0000:0000:0000:ffff:7f00:0001'), '127.0.0.1');
    assert.equal(normalizeRemoteAddress('2001:0db8:0000:0000:0000:0000:0000:0001'), '2001:db8::1');
    assert.equal(normalizeRemoteAddress('fe80::1%eth0'), 'fe80::1');
    assert.equal(normalizeRemoteAddress(''), '');
  });
}
