/** The WebSocket intake over the lives of the service: killed, stopped, overloaded. What was acknowledged is there, once. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '../../support/client.ts';
import { makeDataFolder, type DataFolder } from '../../support/data-folder.ts';
import { IntakeSocket, type Ack, type Refused } from '../../support/intake-socket.ts';
import { startService, type RunningService } from '../../support/service.ts';
import { Timeline, type TestEvent } from '../../support/timeline.ts';

const BATCHES = 400;
const FILLS_PER_BATCH = 5;
const ACKS_BEFORE_KILL = 40;
const HOURS_PER_BATCH = 6;
const OVERLOADING_BATCHES = 60;

const line = new Timeline('LIVES', '2026-03-02T14:30:00Z');
const fillsOf = (id: string, batch: number): TestEvent[] => Array.from({ length: FILLS_PER_BATCH }, (_, i) => line.fill(1, id, `${id}-${batch}-${i}`, 1, 10));

describe('WebSocket intake over the lives of the service', () => {
  let folder: DataFolder;
  let service: RunningService;

  const start = async (...flags: string[]): Promise<void> => {
    service = await startService({ flags: ['--clock', 'event', ...flags], dataDir: folder.path });
  };

  before(async () => {
    folder = await makeDataFolder();
    await start();
  });

  after(async () => {
    await service.stop();
    await folder.remove();
  });

  /** Pipelines batches, each under a key of its own, until the connection ends; the numbers of those acknowledged. */
  const pipeline = async (socket: IntakeSocket, id: string, batches: readonly number[], onAck: (count: number) => void = () => undefined): Promise<number[]> => {
    const acknowledged: number[] = [];
    await Promise.all(
      batches.map(async (batch) => {
        const answer = await socket.send(fillsOf(id, batch), { key: `${id}-${batch}` }).catch(() => undefined);
        if (answer?.type === 'ack') onAck(acknowledged.push(batch));
      }),
    );
    return acknowledged;
  };

  for (const protocol of ['json', 'msgpack'] as const) {
    test(`${protocol}: SIGKILL right after an acknowledgement; what had no answer is sent again and counts once`, async () => {
      const id = `killed-${protocol}`;
      const socket = await IntakeSocket.open(service.url, protocol);
      await socket.accept([line.order(0, id, { quantity: 1e6 })]);
      let killed: Promise<void> | undefined;
      const all = Array.from({ length: BATCHES }, (_, n) => n);
      const acknowledged = await pipeline(socket, id, all, (count) => {
        if (count === ACKS_BEFORE_KILL) killed = service.kill();
      });
      await killed;
      assert.ok(acknowledged.length >= ACKS_BEFORE_KILL && acknowledged.length < BATCHES);
      await start();
      const client = new Client(service.url);
      const { filled_quantity: filled } = await client.statusWhen(id, () => true);
      assert.ok(filled >= acknowledged.length * FILLS_PER_BATCH, `${filled} of ${acknowledged.length} batches`);
      assert.equal(filled % FILLS_PER_BATCH, 0, 'a batch is there whole or not at all');
      // All of them again, also those that were acknowledged: the key tells.
      const again = await IntakeSocket.open(service.url, protocol);
      assert.equal((await pipeline(again, id, all)).length, BATCHES);
      assert.ok(again.frames.every((frame) => frame.type === 'ack' && frame.accepted === FILLS_PER_BATCH && frame.duplicates === 0));
      const sequence = Math.max(...again.frames.map((frame) => (frame as Ack).sequence));
      await client.statusAfter(id, sequence);
      assert.equal((await client.statusWhen(id, () => true)).filled_quantity, BATCHES * FILLS_PER_BATCH);
      again.close();
    });
  }

  test('SIGTERM: what was taken is answered, the rest refused, then 1001', async () => {
    const busy = await IntakeSocket.open(service.url, 'msgpack');
    const idle = await IntakeSocket.open(service.url);
    await busy.accept([line.order(0, 'stopped', { quantity: 1e6 })]);
    let exit: Promise<number> | undefined;
    const acknowledged = await pipeline(busy, 'stopped', Array.from({ length: 4_000 }, (_, n) => n), (count) => {
      if (count === ACKS_BEFORE_KILL) exit = service.stop();
    });
    assert.deepEqual((await busy.closed).code, 1001);
    const refused = busy.frames.filter((frame): frame is Refused => frame.type === 'refused');
    assert.deepEqual([...new Set(refused.map(({ code }) => code))].filter((code) => code !== 'not_ready'), []);
    assert.equal(await exit, 0, service.stderr());
    assert.equal((await idle.closed).code, 1001);
    await start();
    const { filled_quantity: filled } = await new Client(service.url).statusWhen('stopped', () => true);
    assert.equal(filled, acknowledged.length * FILLS_PER_BATCH);
  });

  test('no room: refused in order with a time to wait, without an effect; sent again they are taken', async () => {
    await service.stop();
    await start('--shards', '1');
    const socket = await IntakeSocket.open(service.url);
    // Each batch makes the clock tick through hours, which costs the shard far more than the gateway.
    const end = line.at(3_600 * HOURS_PER_BATCH * OVERLOADING_BATCHES);
    await socket.accept([line.order(0, 'patient', { quantity: 10, algorithm: 'TWAP', end_time: end })], { after: 0 });
    let hour = 0;
    const batches = Array.from({ length: OVERLOADING_BATCHES }, () => Array.from({ length: HOURS_PER_BATCH }, () => ({ ...line.now(3_600 * ++hour), event_id: `hour-${hour}` })));
    const answers = await Promise.all(batches.map((events, n) => socket.send(events, { after: n + 1 })));
    const taken = answers.findIndex((answer) => answer.type === 'refused');
    assert.ok(taken > 0, 'the service was never overloaded');
    const [first, ...others] = answers.slice(taken) as Refused[];
    assert.deepEqual([first!.code, first!.retry_after_ms, first!.credits], ['overloaded', 100, 1]);
    for (const { type, code } of others) assert.ok(type === 'refused' && ['overloaded', 'predecessor_refused'].includes(code));
    for (const events of batches.slice(taken, taken + 3)) {
      let answer = await socket.send(events);
      for (; answer.type === 'refused'; answer = await socket.send(events)) {
        assert.equal(answer.code, 'overloaded');
        await sleep(answer.retry_after_ms!);
      }
      assert.deepEqual([answer.accepted, answer.duplicates], [HOURS_PER_BATCH, 0]);
    }
    socket.close();
  });
});
