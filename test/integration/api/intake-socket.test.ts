/** WS /api/v1/events/stream: batches, their answers in order, credit, keys; on both transports. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { ERRORS, type ErrorCode } from '../../../engine/domain/errors.ts';
import { BatchAnswer } from '../../../engine/domain/monitoring.ts';
import { compileValidator } from '../../../engine/domain/validate.ts';
import { assertRefused, Client, eventually } from '../../support/client.ts';
import { IntakeSocket, type Ack, type IntakeProtocol, type Refused, type SendOptions } from '../../support/intake-socket.ts';
import { PROJECT_ROOT } from '../../support/project-root.ts';
import { startService, type RunningService } from '../../support/service.ts';
import { Timeline } from '../../support/timeline.ts';

const PROTOCOLS: readonly IntakeProtocol[] = ['json', 'msgpack'];
const PIPELINED = 300;
const BURST = 1_000;
const CONNECTIONS_MAX = 256;
const ANSWER_MS_MAX = 2_000;
/** Long enough for the service to have taken what was sent. */
const UNREAD_MS = 1_500;

const line = new Timeline('INTAKE', '2026-03-02T14:30:00Z');
const isBatchAnswer = compileValidator(BatchAnswer);

/** Batches with something of everything: what is accepted, known already, refused, early, taken back. */
function batchesOfADay(): readonly (readonly unknown[])[] {
  return [
    [line.quote(0, 99, 101), line.order(0, 'day', { quantity: 1_000, algorithm: 'TWAP', end_time: line.at(100) })],
    [line.fill(1, 'day', 'day-1', 10, 100.5), line.fill(1, 'day', 'day-1', 10, 100.5), { type: 'nonsense' }, null],
    [line.trade(2, 100.7, 900), line.fill(3, 'day', 'day-2', 7, 100.9), line.fill(3, 'day', 'day-1', 11, 100.5)],
    [],
    [line.fill(4, 'later', 'later-1', 5, 10), line.of(5, 'day', 'execution_corrected', { exec_id: 'day-3', ref_exec_id: 'day-2', quantity: 8, price: 101 })],
    [line.order(5, 'later', { quantity: 9 }), { ...line.trade(6, 101, 10), event_id: 'trade-1' }],
    [{ ...line.trade(6, 101, 10), event_id: 'trade-1' }, { ...line.trade(6, 102, 10), event_id: 'trade-1' }, line.now(30)],
  ];
}

/** What the intake says by itself; what it says of single events is that of HTTP. */
const CODES: readonly ErrorCode[] = [
  'validation_failed', 'batch_too_large', 'idempotency_key_reused', 'predecessor_refused', 'overloaded', 'disk_full', 'not_ready', 'journal_failed',
  'frame_encoding_wrong', 'frame_malformed', 'batch_number_invalid', 'credit_exceeded', 'capacity_reached', 'origin_refused', 'upgrade_required',
];
const manual = readFileSync(join(PROJECT_ROOT, 'docs/intake.md'), 'utf8');

test('docs/intake.md names the error codes of the intake, and no others', () => {
  const named = new Set([...manual.matchAll(/`([a-z_]+)`/g)].map((match) => match[1]!));
  assert.deepEqual(CODES.filter((code) => !named.has(code)), []);
  assert.deepEqual([...named].filter((word) => word in ERRORS).sort(), [...CODES].sort());
});

for (const transport of ['uws', 'node'] as const) {
  describe(`WebSocket intake over ${transport}`, () => {
    let service: RunningService;
    let client: Client;
    const sockets: IntakeSocket[] = [];

    before(async () => {
      service = await startService({ flags: ['--clock', 'event', '--transport', transport] });
      client = new Client(service.url);
    });

    after(async () => {
      for (const socket of sockets) socket.close();
      assert.equal(await service.stop(), 0, service.stderr());
    });

    const open = async (protocol: IntakeProtocol = 'json', headers: Record<string, string> = {}): Promise<IntakeSocket> => {
      const socket = await IntakeSocket.open(service.url, protocol, { headers });
      sockets.push(socket);
      return socket;
    };
    const refusalOf = async (socket: IntakeSocket, events: unknown, options: SendOptions = {}): Promise<Refused> => {
      const answer = await socket.send(events, options);
      assert.equal(answer.type, 'refused', JSON.stringify(answer));
      return answer as Refused;
    };

    test('gives the answers of POST /api/v1/events and moves the same numbers', async () => {
      const other = await startService({ flags: ['--clock', 'event', '--transport', transport] });
      try {
        const http = new Client(other.url);
        const [json, packed] = [await open('json'), await open('msgpack')];
        for (const [n, events] of batchesOfADay().entries()) {
          const { type, batch, credits, ...answer } = await (n % 2 === 0 ? json : packed).accept(events as object[]);
          assert.deepEqual([type, batch, credits], ['ack', Math.floor(n / 2) + 1, 1]);
          assert.ok(isBatchAnswer(answer).ok);
          assert.deepEqual(answer, (await http.postRaw(JSON.stringify(events), 'application/json')).body);
        }
        for (const id of ['day', 'later']) {
          const isOver = (shown: { last_updated: string }): boolean => shown.last_updated === line.at(30);
          assert.deepEqual(await client.statusWhen(id, isOver), await http.statusWhen(id, isOver));
          assert.deepEqual(await client.analytics(id), await http.analytics(id));
        }
      } finally {
        await other.stop();
      }
    });

    test('begins with what a client may do', async () => {
      const [documented] = /\{"type":"welcome".*\}/.exec(manual)!;
      assert.deepEqual((await open()).welcome, JSON.parse(documented));
    });

    for (const protocol of PROTOCOLS) {
      test(`${protocol}: pipelined batches are answered in order, each once, and all of them count`, async () => {
        const id = `pipe-${protocol}`;
        const socket = await open(protocol);
        await socket.accept([line.order(0, id, { quantity: 1e6 })]);
        const answers = await Promise.all(Array.from({ length: PIPELINED }, (_, n) => socket.send([line.fill(1, id, `${id}-${n}`, 1, 10), line.fill(1, id, `${id}-${n}-b`, 1, 10)], { batch: 10 + 3 * n })));
        assert.deepEqual(socket.frames.map((frame) => (frame as Ack).batch), [1, ...Array.from({ length: PIPELINED }, (_, n) => 10 + 3 * n)]);
        const sequences = answers.map((answer) => (answer as Ack).sequence);
        assert.deepEqual(sequences, [...new Set(sequences)].sort((a, b) => a - b));
        assert.ok(answers.every((answer) => answer.type === 'ack' && answer.accepted === 2));
        assert.equal((await client.statusAfter(id, sequences.at(-1)!)).filled_quantity, 2 * PIPELINED);
      });
    }

    test('batches of two connections have their place by arrival', async () => {
      const [one, two] = [await open('json'), await open('msgpack')];
      await one.accept([line.order(0, 'turns', { quantity: 1e6 })]);
      let last = 0;
      for (let n = 0; n < 20; n++) {
        const { sequence } = await (n % 2 === 0 ? one : two).accept([line.of(n, 'turns', 'order_replaced', { quantity: 100 + n })]);
        assert.ok(sequence > last);
        last = sequence;
      }
      assert.equal((await client.statusAfter('turns', last)).quantity, 119);
    });

    test('a batch that is refused as a whole has no effect and the connection goes on', async () => {
      const socket = await open('msgpack');
      const fill = line.fill(1, 'refused', 'refused-1', 1, 10);
      const refused = async (events: unknown, options: SendOptions & { key?: unknown; after?: unknown } = {}) => {
        const { code, credits, retry_after_ms: wait } = await refusalOf(socket, events, options as SendOptions);
        assert.deepEqual([credits, wait], [1, undefined]);
        return code;
      };
      await socket.accept([line.order(0, 'refused', { quantity: 10 })]);
      assert.equal(await refused({ 0: fill }), 'validation_failed');
      assert.equal(await refused(undefined), 'validation_failed');
      assert.equal(await refused(new Array(10_001).fill(0)), 'batch_too_large');
      assert.equal(await refused([fill], { key: '' }), 'validation_failed');
      assert.equal(await refused([fill], { key: 'x'.repeat(256) }), 'validation_failed');
      for (const key of [7, null, ['k'], true]) assert.equal(await refused([fill], { key: key as unknown as string }), 'validation_failed');
      for (const after of [-1, 0.5, '1', null, 1_000]) assert.equal(await refused([fill], { after: after as unknown as number }), 'validation_failed');
      const { sequence } = await socket.accept([line.fill(2, 'refused', 'refused-2', 2, 10)]);
      assert.equal((await client.statusAfter('refused', sequence)).filled_quantity, 2);
    });

    test('after: a batch behind one that was not taken is not taken either', async () => {
      const socket = await open();
      await socket.accept([line.order(0, 'chain', { quantity: 10 })], { after: 0 });
      const answers = await Promise.all([
        socket.send([line.of(1, 'chain', 'order_replaced', { quantity: 20 })], { after: 1 }),
        socket.send('not events', { after: 2 }),
        socket.send([line.of(3, 'chain', 'order_replaced', { quantity: 40 })], { after: 3 }),
        socket.send([line.of(4, 'chain', 'order_replaced', { quantity: 50 })], { after: 4 }),
      ]);
      assert.deepEqual(answers.map((answer) => (answer.type === 'ack' ? 'ack' : answer.code)), ['ack', 'validation_failed', 'predecessor_refused', 'predecessor_refused']);
      const { sequence } = await socket.accept([line.of(3, 'chain', 'order_replaced', { quantity: 30 })], { after: 2 });
      assert.equal((await client.statusAfter('chain', sequence)).quantity, 30);
    });

    test('an idempotency_key: the same answer on every connection and by HTTP, no second effect', async () => {
      const events = [line.order(0, 'keyed', { quantity: 10 }), line.trade(1, 10, 70), { type: 'nonsense' }];
      const own = (answer: Ack | Refused) => ({ ...answer, batch: 0 });
      const first = await (await open('json')).accept(events, { key: 'ws-1' });
      const again = await open('msgpack');
      assert.deepEqual(own(await again.accept(events, { key: 'ws-1' })), own(first));
      const { type: _type, batch: _batch, credits: _credits, ...answer } = first;
      const byHttp = await client.postRaw(JSON.stringify(events), 'application/json', { 'idempotency-key': 'ws-1' });
      assert.deepEqual(byHttp.body, answer);
      assert.equal((await refusalOf(again, events.slice(1), { key: 'ws-1' })).code, 'idempotency_key_reused');
      const many = await Promise.all(PROTOCOLS.flatMap((protocol) => Array.from({ length: 4 }, async () => (await open(protocol)).accept([line.trade(2, 10, 5)], { key: 'ws-2' }))));
      assert.equal(new Set(many.map((one) => one.sequence)).size, 1);
    });

    test('a batch number that does not rise ends the connection', async () => {
      for (const number of [5, 4]) {
        const socket = await open();
        await socket.accept([], { batch: 5 });
        await assert.rejects(socket.send([line.order(0, 'never', { quantity: 1 })], { batch: number }), /closed 1008 batch_number_invalid/);
        assert.deepEqual(socket.frames.at(-1), { type: 'error', code: 'batch_number_invalid', detail: `batch ${number} came after batch 5` });
      }
      assertRefused(await client.request('GET', client.path('never', 'status')), 404, 'order_not_found');
    });

    test('sending without credit ends the connection and says why; what was acknowledged is there', async () => {
      const socket = await open();
      await socket.accept([line.order(0, 'greedy', { quantity: 1e6 })]);
      for (let n = 0; n < BURST; n++) socket.sendRaw(socket.encode({ batch: 2 + n, events: [line.fill(1, 'greedy', `greedy-${n}`, 1, 10)] }));
      const { code, reason } = await socket.closed;
      assert.deepEqual([code, reason], [1008, 'credit_exceeded: 64 batches wait for their answers']);
      assert.equal((socket.frames.at(-1) as { code: string }).code, 'credit_exceeded');
      const acknowledged = socket.frames.filter((frame) => frame.type === 'ack').length - 1;
      const { filled_quantity: filled } = await client.statusWhen('greedy', (status) => status.filled_quantity >= acknowledged);
      assert.ok(filled < BURST);
    });

    test('a reader that stops: its answers wait within bounds, in order; others are not slowed down', async () => {
      const [slow, quick] = [await open('msgpack'), await open()];
      const wrong = new Array<number>(10_000).fill(0);
      slow.ws.pause();
      const answers = Array.from({ length: 64 }, () => slow.send(wrong));
      for (let n = 0; n < 10; n++) {
        const sentMs = performance.now();
        await quick.accept([line.trade(1, 10, 1)]);
        assert.ok(performance.now() - sentMs < ANSWER_MS_MAX);
      }
      slow.ws.resume();
      const got = await Promise.all(answers);
      assert.deepEqual(got.map(({ batch }) => batch), got.map((_, n) => n + 1));
      const acks = got.filter((answer) => answer.type === 'ack');
      const refused = got.filter((answer) => answer.type === 'refused');
      assert.ok(acks.length > 0 && acks.every((ack) => ack.rejected.length === wrong.length));
      assert.ok(refused.length > 0 && refused.every(({ code, retry_after_ms: wait }) => code === 'overloaded' && wait === 100));
      // Having read its answers it sends on.
      await slow.accept([line.trade(2, 10, 1)]);
    });

    test('a reader that stops and sends on ends its own connection', async () => {
      for (const [batches, padding] of [[90, 0], [15, 900_000]] as const) {
        const socket = await open('msgpack');
        const events = [...new Array<number>(9_999).fill(0), 'x'.repeat(padding)];
        socket.ws.pause();
        for (let n = 1; n <= batches; n++) socket.sendRaw(socket.encode({ batch: n, events }));
        await sleep(UNREAD_MS);
        socket.ws.resume();
        assert.equal((await socket.closed).code, 1008);
        assert.equal((socket.frames.at(-1) as { code: string }).code, 'credit_exceeded');
      }
    });

    test('a message over the limit is closed with 1009', async () => {
      const socket = await open();
      await assert.rejects(socket.send([{ padding: 'x'.repeat(1 << 20) }]), /closed 1009/);
    });

    test('who may connect', async () => {
      assertRefused(await client.request('GET', '/api/v1/events/stream'), 426, 'upgrade_required');
      const refused = async (headers: Record<string, string>) => open('json', headers).then(
        () => assert.fail('was opened'),
        (error: Error & { status: number }) => [error.status, (JSON.parse(error.message) as { code: string }).code],
      );
      for (const origin of ['https://elsewhere.example', 'null', `http://127.0.0.1:${service.port + 1}`]) {
        assert.deepEqual(await refused({ origin }), [403, 'origin_refused']);
      }
      assert.equal((await open('json', { origin: service.url })).welcome.type, 'welcome');
      for (const socket of sockets.splice(0)) socket.close();
      const crowd: IntakeSocket[] = [];
      let refusal: unknown;
      while (refusal === undefined && crowd.length <= CONNECTIONS_MAX) {
        await open().then((socket) => crowd.push(socket), (error: Error & { status: number }) => (refusal = [error.status, (JSON.parse(error.message) as { code: string }).code]));
      }
      assert.deepEqual(refusal, [503, 'capacity_reached']);
      crowd[0]!.close();
      await eventually('there is room for another', async () => open().then(() => true, () => false));
      assert.equal((await crowd[1]!.accept([line.trade(3, 10, 1)])).accepted, 1);
    });
  });
}
