/** What EventClient does when a batch is not simply acknowledged. */
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { EventClient, RETRY_LIMITS, retryAfterMs, type RetryLimits } from '../../../gateway/replay/event-client.ts';
import { startScriptedServer, type ScriptedServer, type Step } from './scripted-server.ts';

const FAST: RetryLimits = { ...RETRY_LIMITS, givingUpMs: 300, firstContactMs: 100, backoffMsMin: 5, backoffMsMax: 20 };
const OVERLOADED = { status: 503, headers: { 'retry-after': '0' }, body: { code: 'overloaded', detail: 'try again' } };

async function scripted(t: TestContext, ...steps: Step[]): Promise<ScriptedServer> {
  const server = await startScriptedServer(steps);
  t.after(() => server.close());
  return server;
}

test('a batch is sent as NDJSON under a key of its own', async (t) => {
  const server = await scripted(t);
  const client = new EventClient(server.url, FAST);
  const { accepted, sequence } = await client.post(['{"a":1}', '{"a":2}']);
  await client.post(['{"a":3}']);
  assert.deepEqual([accepted, sequence], [2, 2]);
  assert.deepEqual(server.seen.map(({ lines }) => lines), [['{"a":1}', '{"a":2}'], ['{"a":3}']]);
  assert.equal(server.seen[0]?.contentType, 'application/x-ndjson');
  assert.notEqual(server.seen[0]?.idempotencyKey, server.seen[1]?.idempotencyKey);
});

test('after 503 and after a lost connection the same batch goes under the same key', async (t) => {
  const server = await scripted(t, OVERLOADED, 'cut', OVERLOADED);
  const client = new EventClient(server.url, FAST);
  assert.equal((await client.post(['{"a":1}'])).accepted, 1);
  assert.equal(client.retries, 3);
  assert.equal(server.seen.length, 4);
  assert.equal(new Set(server.seen.map(({ idempotencyKey }) => idempotencyKey)).size, 1);
  assert.ok(server.seen.every(({ lines }) => lines.length === 1 && lines[0] === '{"a":1}'));
});

test('Retry-After is waited for', async (t) => {
  const server = await scripted(t, { ...OVERLOADED, headers: { 'retry-after': '1' } });
  const startMs = performance.now();
  await new EventClient(server.url, { ...FAST, firstContactMs: 5_000, givingUpMs: 5_000 }).post(['{}']);
  assert.ok(performance.now() - startMs >= 990);
});

test('it gives up on a service that stays overloaded, and says why', async (t) => {
  const server = await scripted(t, ...Array.from({ length: 1_000 }, () => ({ ...OVERLOADED, headers: {} })));
  const posted = new EventClient(server.url, FAST).post(['{}']);
  await assert.rejects(posted, /gave up on .* after 0\.3 s: HTTP 503: overloaded: try again/);
});

test('a service that is not there is said to be not there', async () => {
  const server = await startScriptedServer();
  server.close();
  await assert.rejects(new EventClient(server.url, FAST).post(['{}']), /^ReplayError: no service at http.*: connection refused$/);
});

test('a service that cuts every connection is given up on', async (t) => {
  const server = await scripted(t, ...Array.from({ length: 1_000 }, () => 'cut' as const));
  await assert.rejects(new EventClient(server.url, FAST).post(['{}']), /no service at/);
});

test('a refusal of the whole batch is not repeated', async (t) => {
  const server = await scripted(t, { status: 413, body: { code: 'body_too_large', detail: 'over 1 MiB' } });
  const posted = new EventClient(server.url, FAST).post(['{}']);
  await assert.rejects(posted, /HTTP 413: body_too_large: over 1 MiB; send smaller batches/);
  assert.equal(server.seen.length, 1);
});

test('another kind of server is recognised', async (t) => {
  const server = await scripted(t, { status: 200, body: 'hello' });
  await assert.rejects(new EventClient(server.url, FAST).post(['{}']), /is no execution monitor/);
});

test('Retry-After as seconds, as a date, and as neither', () => {
  assert.equal(retryAfterMs('2'), 2_000);
  assert.equal(retryAfterMs(new Date(0).toUTCString()), 0);
  assert.equal(retryAfterMs('soon'), undefined);
  assert.equal(retryAfterMs(null), undefined);
});
