/** The OpenAPI document, the routes it speaks of, and the errors that it promises: each that can be provoked is. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { ERRORS, type ErrorCode } from '../../../engine/domain/errors.ts';
import { Problem } from '../../../engine/domain/monitoring.ts';
import { assertRefused, Client, type Answer } from '../../support/client.ts';
import { compileValidator } from '../../../engine/domain/validate.ts';
import { startService, type RunningService } from '../../support/service.ts';
import { Timeline } from '../../support/timeline.ts';

type Json = Readonly<Record<string, unknown>>;
interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean; readonly schema: Json }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Json }>> };
  readonly responses: Readonly<Record<string, { readonly description: string; readonly content: Readonly<Record<string, { readonly schema: Json }>> }>>;
}
interface Document {
  readonly openapi: string;
  readonly info: Json;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Json>> };
}

/** Built in this version, of product.md section 2. */
const BUILT = [
  'post /api/v1/monitoring/start',
  'get /api/v1/monitoring/{order_id}/status',
  'get /api/v1/monitoring/{order_id}/analytics',
  'post /api/v1/events',
  'get /health/live',
  'get /health/ready',
  'get /openapi.json',
];
/** Only a broken disk, a full table, a dead shard or an overload provoke these. */
const NOT_PROVOKED: readonly ErrorCode[] = ['overloaded', 'not_ready', 'disk_full', 'journal_failed', 'capacity_reached', 'shard_rebuilding', 'shard_silent', 'database_unavailable', 'history_gone', 'internal_error'];

const line = new Timeline('OPENAPI', '2026-03-02T14:30:00Z');
const START = '/api/v1/monitoring/start';
const EVENTS = '/api/v1/events';
const isProblem = compileValidator(Problem);

describe('OpenAPI', () => {
  let service: RunningService;
  let client: Client;
  let document: Document;

  before(async () => {
    service = await startService({ flags: ['--clock', 'event'] });
    client = new Client(service.url);
    document = (await client.request('GET', '/openapi.json')).body as Document;
    await client.accept(line.order(0, 'known', { quantity: 1 }));
    await client.statusWhen('known', () => true);
  });

  after(async () => {
    assert.equal(await service.stop(), 0, service.stderr());
  });

  const operations = (): (readonly [string, Operation])[] =>
    Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => [`${method} ${path}`, operation] as const));
  const codesOf = (operation: Operation): ErrorCode[] =>
    Object.entries(operation.responses)
      .filter(([status]) => Number(status) >= 400)
      .flatMap(([, response]) => [...response.description.matchAll(/(?:^|; )([a-z_]+): /g)].map((match) => match[1] as ErrorCode));

  test('is a 3.1 document: version, info, unique operation ids, path parameters that fit, references that lead somewhere', () => {
    assert.match(document.openapi, /^3\.1\.\d+$/);
    for (const field of ['title', 'version']) assert.equal(typeof document.info[field], 'string');
    const ids = operations().map(([, operation]) => operation.operationId);
    assert.equal(new Set(ids).size, ids.length);
    for (const [name, operation] of operations()) {
      const path = name.split(' ')[1]!;
      const inPath = operation.parameters.filter((parameter) => parameter.in === 'path');
      assert.deepEqual(inPath.map((parameter) => parameter.name), [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]), name);
      assert.ok(inPath.every((parameter) => parameter.required));
      assert.ok(Object.keys(operation.responses).some((status) => /^2\d\d$/.test(status)), name);
      for (const [status, response] of Object.entries(operation.responses)) {
        assert.match(status, /^[1-5]\d\d$/);
        assert.ok(response.description.length > 0);
        for (const [mediaType, { schema }] of Object.entries(response.content)) {
          assert.equal(mediaType, Number(status) >= 400 ? 'application/problem+json' : 'application/json', `${name} ${status}`);
          assert.equal(typeof schema, 'object');
        }
      }
    }
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map((match) => match[1]!);
    assert.ok(references.length > 0);
    for (const reference of references) {
      const found = reference.slice(2).split('/').reduce<unknown>((at, key) => (at as Json | undefined)?.[key], document);
      assert.ok(found !== undefined, `${reference} leads nowhere`);
    }
  });

  test('has every route that is built, and each answers', async () => {
    assert.deepEqual(operations().map(([name]) => name).sort(), [...BUILT].sort());
    for (const [name] of operations()) {
      const [method, path] = name.split(' ') as [string, string];
      const answer = await client.request(method.toUpperCase(), path.replace('{order_id}', 'known'), method === 'post' ? { body: '[]', headers: { 'content-type': 'application/json' } } : {});
      assert.ok(![404, 405, 500].includes(answer.status), `${name}: ${answer.text}`);
    }
  });

  test('takes events in the three forms', () => {
    assert.deepEqual(Object.keys(document.paths[EVENTS]!['post']!.requestBody!.content).sort(), ['application/json', 'application/msgpack', 'application/x-ndjson']);
  });

  const send = (path: string, body: string, contentType = 'application/json', headers: Record<string, string> = {}): Promise<Answer> =>
    client.request('POST', path, { body, headers: { 'content-type': contentType, ...headers } });
  const large = JSON.stringify({ padding: 'x'.repeat(2 << 20) });
  const provocations: Readonly<Record<string, Readonly<Partial<Record<ErrorCode, () => Promise<Answer>>>>>> = {
    [`post ${START}`]: {
      malformed_body: () => send(START, '{'),
      validation_failed: () => send(START, '{}'),
      body_too_large: () => send(START, large),
      media_type_unsupported: () => send(START, '{}', 'text/plain'),
      origin_refused: () => send(START, '{}', 'application/json', { origin: 'http://elsewhere.example' }),
    },
    [`post ${EVENTS}`]: {
      malformed_body: () => send(EVENTS, '['),
      bad_request: () => send(EVENTS, '[]', 'application/json', { 'idempotency-key': 'x'.repeat(300) }),
      validation_failed: () => send(EVENTS, '{}'),
      media_type_unsupported: () => send(EVENTS, '', 'text/plain'),
      origin_refused: () => send(EVENTS, '[]', 'application/json', { origin: 'http://elsewhere.example' }),
      body_too_large: () => send(EVENTS, large),
      batch_too_large: () => send(EVENTS, JSON.stringify(new Array(10_001).fill(0))),
      idempotency_key_reused: async () => {
        const taken = JSON.stringify([{ type: 'quote', timestamp: '2026-03-02T14:30:00Z', symbol: 'KEY', bid: 1, ask: 2 }]);
        await send(EVENTS, taken, 'application/json', { 'idempotency-key': 'openapi' });
        return send(EVENTS, `${taken} `, 'application/json', { 'idempotency-key': 'openapi' });
      },
    },
    ...Object.fromEntries(
      ['status', 'analytics'].map((leaf) => [
        `get /api/v1/monitoring/{order_id}/${leaf}`,
        {
          bad_request: () => client.request('GET', `/api/v1/monitoring/%E0%A4%A/${leaf}`),
          query_malformed: () => client.request('GET', `/api/v1/monitoring/known/${leaf}?${leaf === 'status' ? 'as_of=soon' : 'explain=perhaps'}`),
          order_id_malformed: () => client.request('GET', `/api/v1/monitoring/${'x'.repeat(101)}/${leaf}`),
          order_not_found: () => client.request('GET', `/api/v1/monitoring/nobody/${leaf}`),
        },
      ]),
    ),
  };

  test('each documented error can be had, and is as documented', async () => {
    for (const [name, operation] of operations()) {
      for (const code of codesOf(operation)) {
        assert.ok(code in ERRORS, `${name} speaks of ${code}, which is in no catalogue`);
        assert.ok(operation.responses[String(ERRORS[code].status)] !== undefined, `${name} ${code} stands under another status`);
        if (NOT_PROVOKED.includes(code)) continue;
        const provoke = provocations[name]?.[code];
        assert.ok(provoke !== undefined, `nothing here provokes ${code} of ${name}`);
        assertRefused(await provoke(), ERRORS[code].status, code);
      }
    }
  });

  test('each error that a request can have is documented at its route', async () => {
    const get = (path: string): Promise<Answer> => client.request('GET', path);
    for (const [name, answer] of [
      ['get /api/v1/monitoring/{order_id}/status', await get('/api/v1/monitoring/%E0%A4%A/status')],
      ['get /api/v1/monitoring/{order_id}/analytics', await get('/api/v1/monitoring/%E0%A4%A/analytics')],
      ['get /api/v1/monitoring/{order_id}/status', await get(`/api/v1/monitoring/${'x'.repeat(101)}/status`)],
    ] as const) {
      const { code } = answer.body as { code: ErrorCode };
      const [, operation] = operations().find(([known]) => known === name)!;
      assert.ok(codesOf(operation).includes(code), `${name} answers ${answer.status} ${code}, documented are ${codesOf(operation).join(' ')}`);
    }
  });

  test('unknown paths are 404, wrong methods 405 with Allow, streams over plain HTTP 426', async () => {
    for (const path of ['/', '/api', '/api/v1/monitoring', '/api/v1/monitoring/known', '/api/v1/monitoring/known/status/', '/api/v1/monitoring/a/b/status', '/API/v1/events', '/health']) {
      assertRefused(await client.request('GET', path), 404, 'not_found');
    }
    for (const [method, path, allow] of [
      ['POST', client.path('known', 'status'), 'GET'],
      ['DELETE', client.path('known', 'analytics'), 'GET'],
      ['GET', START, 'POST'],
      ['PUT', EVENTS, 'POST'],
      ['PATCH', '/openapi.json', 'GET'],
    ] as const) {
      const answer = await client.request(method, path);
      assertRefused(answer, 405, 'method_not_allowed');
      assert.equal(answer.headers.get('allow'), allow);
    }
    assertRefused(await client.request('GET', client.path('known', 'stream')), 426, 'upgrade_required');
    assertRefused(await client.request('GET', '/api/v1/monitoring//status'), 422, 'order_id_malformed');
    for (const path of [client.path('known', 'status'), client.path('known', 'analytics')]) {
      for (const moment of ['yesterday', '2254-01-01T00:00:00Z', '']) assertRefused(await client.request('GET', `${path}?as_of=${moment}`), 400, 'query_malformed', 'as_of');
    }
  });

  test('every error that was answered is a problem document with a stable type', async () => {
    const answer = await client.request('GET', '/nowhere');
    const checked = isProblem(answer.body);
    assert.ok(checked.ok);
    assert.equal(checked.value.type, 'urn:execution-monitor:error:not_found');
  });
});
