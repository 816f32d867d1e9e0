/** Exactly once on a real server whose connections are lost at every point of a transaction. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';
import { CopyWriter } from '../../../storage/copy-writer.ts';
import { readMigrations } from '../../../storage/migrations.ts';
import { pgConnect } from '../../../storage/pg-database.ts';
import { startCuttingProxy, type Cut, type CuttingProxy } from './cutting-proxy.ts';
import { emptyTables, select, startPostgres, type TestPostgres } from './databases.ts';
import { assertExactlyOnce } from './exactly-once.ts';
import { monitoringRow, rowsOfInputs } from './sample-rows.ts';
import { encodedRow } from '../../support/wire-rows.ts';

const BACKENDS = `FROM pg_stat_activity WHERE application_name = 'execution-monitor storage' AND pid <> pg_backend_pid()`;

let database: TestPostgres;
let proxy: CuttingProxy;
let writer: CopyWriter;

before(async () => {
  database = await startPostgres();
  proxy = await startCuttingProxy(database.databaseUrl);
  const first = new CopyWriter({ connect: database.connect, journalId: randomUUID() });
  await first.connect();
  await first.close();
});
after(async () => {
  await proxy.stop();
  await database.stop();
});
beforeEach(async () => {
  proxy.disarm();
  await emptyTables(database.connect);
  writer = new CopyWriter({ connect: pgConnect(proxy.databaseUrl), journalId: randomUUID() });
});

const rows = rowsOfInputs(3_000);

for (const [point, cut, isCommitted] of [
  ['before the transaction begins', { before: 'BEGIN' }, false],
  ['in the middle of the rows', { afterClientBytes: 200_000 }, false],
  ['before COMMIT reaches the server', { before: 'COMMIT' }, false],
  ['between COMMIT and its answer', { onceForwarded: 'COMMIT' }, true],
] as const satisfies readonly (readonly [string, Cut, boolean])[]) {
  test(`a connection cut ${point} loses nothing and repeats nothing`, async () => {
    await writer.connect();
    for (const row of rows) writer.append(encodedRow(row));
    // The hours exist, so that the first BEGIN and COMMIT are those of the rows.
    await writer.commit(1_000);
    proxy.cutNext(cut);
    await assert.rejects(writer.commit(3_000));
    assert.equal(writer.connected, false);
    assert.equal(writer.committedSequence, 1_000);
    await writer.connect();
    assert.equal(writer.committedSequence, isCommitted ? 3_000 : 1_000);
    await writer.commit(3_000);
    assert.equal(writer.heldRows, 0);
    await writer.close();
    await assertExactlyOnce(database.connect, rows);
  });
}

test('connections cut at random points, again and again, with a restart from scratch among them', async () => {
  const journalId = randomUUID();
  let random = 42;
  const below = (limit: number): number => (random = (random * 1_103_515_245 + 12_345) % 2_147_483_648) % limit;
  for (let life = 0; life < 3; life++) {
    const living = new CopyWriter({ connect: pgConnect(proxy.databaseUrl), journalId });
    const last = (life + 1) * 1_000;
    for (const row of rows) if (row.sequence <= last) living.append(encodedRow(row));
    while (living.committedSequence < last) {
      proxy.cutNext({ afterClientBytes: below(150_000) });
      const upTo = Math.min(last, living.committedSequence + 1 + below(400));
      await living.commit(upTo).catch(() => {});
    }
    await living.close();
  }
  assert(proxy.cutsMade > 10, `only ${proxy.cutsMade} cuts`);
  await assertExactlyOnce(database.connect, rows);
});

test('a backend that is terminated between batches costs one failed attempt', async () => {
  for (const row of rows) writer.append(encodedRow(row));
  await writer.commit(500);
  await select(database.connect, `SELECT pg_terminate_backend(pid) ${BACKENDS}`);
  await assert.rejects(writer.commit(3_000), /terminat|connection error/i);
  await writer.commit(3_000);
  await writer.close();
  await assertExactlyOnce(database.connect, rows);
});

test('a backend that is terminated while rows are on their way costs one failed attempt', async () => {
  const many = Array.from({ length: 60_000 }, (_, index) => monitoringRow(index + 1));
  await writer.connect();
  for (const row of many) writer.append(encodedRow(row));
  const commit = writer.commit(60_000);
  const failed = assert.rejects(commit);
  const session = await database.connect();
  for (let found = 0; found === 0; ) {
    found = (await session.query(`SELECT pg_terminate_backend(pid) ${BACKENDS} AND query LIKE 'COPY%' AND state = 'active'`)).length;
  }
  await session.close();
  await failed;
  assert.equal(writer.heldRows, 60_000);
  await writer.commit(60_000);
  await writer.close();
  await assertExactlyOnce(database.connect, many);
});

test('two writers of one journal do not write a row twice', async () => {
  const journalId = randomUUID();
  const pair = [0, 1].map(() => new CopyWriter({ connect: database.connect, journalId }));
  for (const one of pair) for (const row of rows) one.append(encodedRow(row));
  await Promise.all(pair.map((one) => one.commit(3_000)));
  assert.deepEqual(pair.map((one) => one.committedSequence), [3_000, 3_000]);
  await Promise.all(pair.map((one) => one.close()));
  await assertExactlyOnce(database.connect, rows);
});

test('starts at the same time on an empty database migrate it once', async () => {
  await select(database.connect, 'DROP SCHEMA public CASCADE');
  await select(database.connect, 'CREATE SCHEMA public');
  const starting = Array.from({ length: 4 }, () => new CopyWriter({ connect: database.connect, journalId: randomUUID() }));
  await Promise.all(starting.map((one) => one.connect()));
  await Promise.all(starting.map((one) => one.close()));
  assert.deepEqual(await select(database.connect, 'SELECT count(*)::int AS applied FROM schema_migrations'), [{ applied: (await readMigrations()).length }]);
});
