/** What was acknowledged is there after SIGKILL, once, in the answers and in the database. */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, eventually } from '../../support/client.ts';
import { makeDataFolder, type DataFolder } from '../../support/data-folder.ts';
import { startService, type RunningService } from '../../support/service.ts';
import { connectTo } from '../../support/stored.ts';
import { Timeline, type TestEvent } from '../../support/timeline.ts';

const LANES = 6;
const FILLS_PER_BATCH = 5;
const LOAD_MS = 400;
const IDLE_MS = 2_500;
const STORED_MS_MAX = 10_000;
const line = new Timeline('DURABLE', '2026-03-02T14:30:00Z');

function fillsOf(id: string, from: number): TestEvent[] {
  return Array.from({ length: FILLS_PER_BATCH }, (_, i) => line.fill(1, id, `${id}-${from + i}`, 1, 10));
}

describe('SIGKILL', () => {
  let folder: DataFolder;
  let service: RunningService;
  let client: Client;
  let batches = 0;

  const start = async (...flags: string[]): Promise<void> => {
    service = await startService({ flags, dataDir: folder.path });
    client = new Client(service.url);
  };
  const kill = async (): Promise<void> => service.kill();

  before(async () => {
    folder = await makeDataFolder();
    await start('--clock', 'event');
  });

  after(async () => {
    await service.stop();
    await folder.remove();
  });

  /** Posts batches for an order until the service is gone; returns how many fills were acknowledged and how many sent. */
  const load = async (id: string): Promise<{ acknowledged: number; sent: number }> => {
    let [acknowledged, sent] = [0, 0];
    for (;;) {
      sent += FILLS_PER_BATCH;
      try {
        const answer = await client.postRaw(JSON.stringify(fillsOf(id, sent)), 'application/json');
        if (answer.status !== 200) return { acknowledged, sent };
        acknowledged += (answer.body as { accepted: number }).accepted;
        batches++;
      } catch {
        return { acknowledged, sent };
      }
    }
  };

  test('right after an acknowledged batch: identical answers', async () => {
    const sequence = await client.accept(
      line.quote(0, 99, 101),
      line.order(1, 'right', { quantity: 100, algorithm: 'TWAP', end_time: line.at(100) }),
      line.of(2, 'right', 'route', { child_order_id: 'right-c', venue: 'V', quantity: 60 }),
      line.fill(3, 'right', 'right-1', 40, 100.5, { child_order_id: 'right-c', fee: 1.25 }),
      line.trade(4, 100.7, 90),
      line.fill(5, 'right', 'right-2', 7, 100.9),
      line.of(6, 'right', 'execution_corrected', { exec_id: 'right-3', ref_exec_id: 'right-2', quantity: 8, price: 101 }),
      line.fill(7, 'early', 'early-1', 5, 10),
      line.now(20),
    );
    await client.statusWhen('right', (status) => status.last_updated === line.at(20) && sequence > 0);
    const paths = [client.path('right', 'analytics'), client.path('right', 'status')];
    const before: string[] = [];
    for (const path of paths) before.push((await client.request('GET', path)).text);
    await client.accept(line.order(20, 'last', { quantity: 1 }));
    await kill();
    await start('--clock', 'event');
    assert.equal((await client.status('last')).quantity, 1);
    const later: string[] = [];
    for (const path of paths) later.push((await client.request('GET', path)).text);
    assert.deepEqual(later, before);
    // What waited for its order waits on.
    await client.accept(line.order(20, 'early', { quantity: 9 }));
    assert.equal((await client.statusWhen('early', () => true)).filled_quantity, 5);
  });

  for (let round = 1; round <= 2; round++) {
    test(`while batches are in flight, round ${round}: all that was acknowledged, whole batches, nothing else`, async () => {
      const ids = Array.from({ length: LANES }, (_, lane) => `lane-${round}-${lane}`);
      await client.accept(...ids.map((id) => line.order(0, id, { quantity: 1e6 })));
      const lanes = Promise.all(ids.map(load));
      await sleep(LOAD_MS);
      await kill();
      const loads = await lanes;
      await start('--clock', 'event');
      for (const [lane, { acknowledged, sent }] of loads.entries()) {
        const { filled_quantity: filled } = await client.statusWhen(ids[lane]!, () => true);
        assert.ok(filled >= acknowledged && filled <= sent, `${ids[lane]}: ${filled} of ${acknowledged} acknowledged, ${sent} sent`);
        assert.equal(filled % FILLS_PER_BATCH, 0, 'a batch is there whole or not at all');
        // Sent again, what is there is a duplicate and the rest is taken: the caller's way out.
        const again = await client.post(fillsOf(ids[lane]!, sent));
        assert.equal(again.duplicates, filled === sent ? FILLS_PER_BATCH : 0);
        await client.statusWhen(ids[lane]!, (status) => status.filled_quantity === filled + again.accepted);
      }
    });
  }

  test('every execution is stored once, and no moment of an order twice', async () => {
    assert.ok(batches > 20, `only ${batches} batches were acknowledged`);
    const database = await connectTo(folder.path);
    const orders = ['right', 'early', ...[1, 2].flatMap((round) => Array.from({ length: LANES }, (_, lane) => `lane-${round}-${lane}`))];
    let expected = 2; // the correction, and the fill that it replaced
    for (const id of orders) expected += (await client.analytics(id)).execution_summary.fill_count;
    expected -= 1;
    try {
      const count = async (): Promise<{ rows: number; ids: number }> =>
        (await database.query<{ rows: number; ids: number }>('SELECT count(*)::int AS rows, count(DISTINCT exec_id)::int AS ids FROM executions')).rows[0]!;
      await eventually('all executions are stored', async () => (await count()).rows >= expected, STORED_MS_MAX);
      assert.deepEqual(await count(), { rows: expected, ids: expected });
      const { rows: twice } = await database.query('SELECT order_id, as_of_sequence FROM execution_monitoring_ts GROUP BY 1, 2 HAVING count(*) > 1');
      assert.deepEqual(twice, []);
    } finally {
      await database.end();
    }
  });

  test('an execution is stored with its child order also when the route never came', async () => {
    await client.accept(line.order(20, 'childless', { quantity: 9 }), line.fill(21, 'childless', 'childless-1', 1, 10, { child_order_id: 'childless-c' }));
    const database = await connectTo(folder.path);
    try {
      const read = async () => (await database.query<{ child_order_id: string | null }>(`SELECT child_order_id FROM executions WHERE exec_id = 'childless-1'`)).rows;
      await eventually('it is stored', async () => (await read()).length === 1, STORED_MS_MAX);
      assert.deepEqual(await read(), [{ child_order_id: 'childless-c' }]);
    } finally {
      await database.end();
    }
  });
});

describe('SIGKILL of an idle service on the receipt clock', () => {
  test('what is acknowledged after the restart is stored', async () => {
    const folder = await makeDataFolder();
    let service = await startService({ dataDir: folder.path });
    try {
      const now = (): string => new Date().toISOString();
      const end = new Date(Date.now() + 600_000).toISOString();
      await new Client(service.url).accept({ type: 'order', timestamp: now(), order_id: 'idle', symbol: 'IDLE', side: 'BUY', quantity: 100, algorithm: 'TWAP', end_time: end });
      // Ticks go on, and the rows that they make are stored, while nobody sends anything.
      await sleep(IDLE_MS);
      await service.kill();
      service = await startService({ dataDir: folder.path });
      const client = new Client(service.url);
      const executions = Array.from({ length: 20 }, (_, i) => ({ type: 'execution', timestamp: now(), order_id: 'idle', exec_id: `idle-${i}`, venue: 'V', quantity: 1, price: 10 }));
      const sequence = await client.accept(...executions);
      assert.equal((await client.statusAfter('idle', sequence)).filled_quantity, executions.length);
      const database = await connectTo(folder.path);
      try {
        await eventually('storage has come past them', async () => Number((await database.query<{ sequence: string }>('SELECT max(sequence) AS sequence FROM storage_watermark')).rows[0]!.sequence) >= sequence + 100, STORED_MS_MAX);
        const { rows } = await database.query<{ stored: number }>('SELECT count(*)::int AS stored FROM executions');
        assert.deepEqual(rows, [{ stored: executions.length }]);
      } finally {
        await database.end();
      }
    } finally {
      await service.stop();
      await folder.remove();
    }
  });
});

describe('SIGTERM under load', () => {
  test('ends with exit code 0, and everything acknowledged is there afterwards', async () => {
    const folder = await makeDataFolder();
    let service = await startService({ dataDir: folder.path });
    try {
      let client = new Client(service.url);
      await client.accept(line.order(0, 'term', { quantity: 1e6 }));
      let acknowledged = 0;
      let sent = 0;
      const lanes = Array.from({ length: LANES }, async () => {
        for (;;) {
          const answer = await client.postRaw(JSON.stringify(fillsOf('term', (sent += FILLS_PER_BATCH))), 'application/json').catch(() => undefined);
          if (answer === undefined || answer.status === 503) return;
          assert.equal(answer.status, 200, answer.text);
          acknowledged += FILLS_PER_BATCH;
        }
      });
      await sleep(LOAD_MS);
      assert.equal(await service.stop(), 0, service.stderr());
      await Promise.all(lanes);
      assert.ok(acknowledged > 0);
      service = await startService({ dataDir: folder.path });
      client = new Client(service.url);
      const { filled_quantity: filled } = await client.statusWhen('term', () => true);
      assert.ok(filled >= acknowledged && filled <= sent, `${filled} of ${acknowledged} acknowledged`);
      const database = await connectTo(folder.path);
      try {
        await eventually('it is stored', async () => (await database.query('SELECT FROM executions')).rowCount === filled, STORED_MS_MAX);
      } finally {
        await database.end();
      }
    } finally {
      await service.stop();
      await folder.remove();
    }
  });
});
