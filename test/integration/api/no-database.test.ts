/** `--database-url none`: the service without a database, and the same folder with one afterwards. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { Client, eventually } from '../../support/client.ts';
import { makeDataFolder } from '../../support/data-folder.ts';
import { startService } from '../../support/service.ts';
import { connectTo } from '../../support/stored.ts';
import { Timeline } from '../../support/timeline.ts';

const STORED_MS_MAX = 20_000;
const line = new Timeline('BARE', '2026-03-02T14:30:00Z');

test('without a database everything is answered, and a later start with one writes all that is missing', async () => {
  const folder = await makeDataFolder();
  try {
    const bare = await startService({ flags: ['--clock', 'event', '--database-url', 'none'], dataDir: folder.path });
    const client = new Client(bare.url);
    await client.post([line.order(0, 'B1', { quantity: 300 }), line.fill(1, 'B1', 'b-1', 100, 10), line.fill(2, 'B1', 'b-2', 50, 11)]);
    const shown = await client.statusWhen('B1', ({ execution_progress: progress }) => progress === 0.5);
    const ready = await client.request('GET', '/health/ready');
    assert.equal(ready.status, 200);
    assert.deepEqual((ready.body as { storage: unknown }).storage, { kind: 'none' });
    assert.equal((await client.request('GET', client.path('B1', 'analytics'))).status, 200);
    assert.equal(await bare.stop(), 0, bare.stderr());
    assert.ok(!existsSync(join(folder.path, 'postgres')), 'no database was made');

    const service = await startService({ flags: ['--clock', 'event'], dataDir: folder.path });
    const database = await connectTo(folder.path);
    try {
      const isThere = async (): Promise<boolean> => (await database.query(`SELECT FROM pg_tables WHERE tablename = 'executions'`)).rowCount === 1;
      await eventually('the tables are there', isThere, STORED_MS_MAX);
      await eventually('all fills are stored', async () => (await database.query('SELECT FROM executions')).rowCount === 2, STORED_MS_MAX);
      const { rows } = await database.query('SELECT quantity, price, exec_id FROM executions ORDER BY exec_id');
      assert.deepEqual(rows, [{ quantity: 100, price: 10, exec_id: 'b-1' }, { quantity: 50, price: 11, exec_id: 'b-2' }]);
      const again = await new Client(service.url).statusWhen('B1', ({ execution_progress: progress }) => progress === 0.5);
      assert.equal(again.average_price, shown.average_price);
    } finally {
      await database.end();
      assert.equal(await service.stop(), 0, service.stderr());
    }
  } finally {
    await folder.remove();
  }
});
