/** The warm-up plays a market through all parts of the service, and nothing of it is to be found anywhere. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { orderIdOf } from '../../../gateway/warm-up/made-up-market.ts';
import { Client, eventually } from '../../support/client.ts';
import { makeDataFolder, type DataFolder } from '../../support/data-folder.ts';
import { startService } from '../../support/service.ts';
import { connectTo } from '../../support/stored.ts';
import { Timeline } from '../../support/timeline.ts';

const STORED_MS_MAX = 30_000;
/** On a busy machine its time is soon over. */
const TURNS_MIN = 1;
const TABLES = ['orders', 'executions', 'execution_monitoring_ts', 'alerts', 'order_analytics'];

interface Health {
  readonly orders: { readonly in_memory: number };
  readonly storage: { readonly connected: boolean };
}

describe('the warm-up of a new service with two shards', () => {
  let folder: DataFolder;

  before(async () => {
    folder = await makeDataFolder();
  });

  after(() => folder.remove());

  test('is in the log, and in no answer, journal or table', async () => {
    const service = await startService({ dataDir: folder.path, flags: ['--shards', '2'], warmsUp: true });
    try {
      const client = new Client(service.url);
      const health = async (): Promise<Health> => (await client.request('GET', '/health/ready')).body as Health;
      assert.equal((await health()).orders.in_memory, 0);
      for (const leaf of ['status', 'analytics'] as const) {
        assert.equal((await client.request('GET', client.path(orderIdOf(0), leaf))).status, 404);
      }
      const line = new Timeline('REAL', '2026-03-02T15:00:00Z');
      const sequence = await client.accept(line.order(0, 'real', { quantity: 9 }), line.fill(1, 'real', 'real-1', 1, 10));
      assert.ok(Number(sequence) < 1_000, `the first events have sequence ${sequence}`);
      await eventually('the database is reached', async () => (await health()).storage.connected, STORED_MS_MAX);
      const database = await connectTo(folder.path);
      try {
        const stored = async (table: string): Promise<string[]> =>
          (await database.query<{ order_id: string }>(`SELECT DISTINCT order_id FROM ${table}`)).rows.map((row) => row.order_id);
        await eventually('the real order is stored', async () => (await stored('executions')).length > 0, STORED_MS_MAX);
        for (const table of TABLES) assert.deepEqual((await stored(table)).filter((id) => id !== 'real'), [], table);
      } finally {
        await database.end();
      }
    } finally {
      assert.equal(await service.stop(), 0, service.stderr());
    }
    const turns = /"turns":(\d+).*"msg":"warmed up"/.exec(service.stderr())?.[1];
    assert.ok(Number(turns) >= TURNS_MIN, service.stderr());
    const journal = join(folder.path, 'journal');
    const bytes = Buffer.concat(readdirSync(journal).map((name) => readFileSync(join(journal, name))));
    assert.ok(bytes.includes('real-1'));
    assert.ok(!bytes.includes(orderIdOf(0)));
  });

  test('is left out when it is not wanted', async () => {
    const service = await startService({ dataDir: folder.path, flags: ['--warm-up=false'], warmsUp: true });
    assert.equal(await service.stop(), 0, service.stderr());
    assert.doesNotMatch(service.stderr(), /warmed up|warm-up/);
  });
});

test('a warm-up that fails is told, and the service opens', async () => {
  const preload = `--import "data:text/javascript,globalThis.structuredClone=()=>{throw new Error('nothing is detached')}"`;
  const service = await startService({ flags: ['--shards', '2', '--database-url', 'none'], warmsUp: true, env: { NODE_OPTIONS: preload } });
  try {
    const client = new Client(service.url);
    const line = new Timeline('REAL', '2026-03-02T15:00:00Z');
    await client.accept(line.order(0, 'real', { quantity: 9 }), line.fill(1, 'real', 'real-1', 1, 10));
    await client.statusWhen('real', (status) => status.filled_quantity === 1);
  } finally {
    assert.equal(await service.stop(), 0, service.stderr());
  }
  assert.match(service.stderr(), /nothing is detached.*the warm-up was broken off/);
});
