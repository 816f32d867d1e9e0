/** The storage worker in a thread of its own and a real server: rings in, tables out. */

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { Worker } from 'node:worker_threads';
import type { Row } from '../../../engine/domain/rows.ts';
import { SimulatedSpillDisk } from '../../../sim/world/simulated-spill-disk.ts';
import { CopyWriter } from '../../../storage/copy-writer.ts';
import { pgConnect } from '../../../storage/pg-database.ts';
import { SpillFolder, type SpillDisk } from '../../../storage/spill-disk.ts';
import { StorageAgent } from '../../../storage/storage-agent.ts';
import type { FromStorageWorker, StorageStatus, StorageWorkerData, ToStorageWorker } from '../../../storage/worker-messages.ts';
import { makeDataFolder, type DataFolder } from '../../support/data-folder.ts';
import { startCuttingProxy, type CuttingProxy } from './cutting-proxy.ts';
import { emptyTables, startPostgres, type TestPostgres } from './databases.ts';
import { assertExactlyOnce } from './exactly-once.ts';
import { rowsOfInputs } from './sample-rows.ts';
import { ShardRing } from './shard-ring.ts';

const WAIT_MS_MAX = 10_000;
const RING_BYTES = 1 << 20;

let database: TestPostgres;
let proxy: CuttingProxy;
let folder: DataFolder;

before(async () => {
  folder = await makeDataFolder();
  database = await startPostgres();
  proxy = await startCuttingProxy(database.databaseUrl);
  const writer = new CopyWriter({ connect: database.connect, journalId: randomUUID() });
  await writer.connect();
  await writer.close();
});
after(async () => {
  await proxy.stop();
  await database.stop();
  await folder.remove();
});
beforeEach(async () => {
  proxy.setReachable(true);
  await emptyTables(database.connect);
});

const shardOf = (row: Row): number => row.sequence % 2;
const ofShard = (rows: readonly Row[], shard: number): Row[] => rows.filter((row) => shardOf(row) === shard);

/** What the agent or the worker has said, and waiting for it. */
class Heard {
  readonly messages: FromStorageWorker[] = [];

  get status(): StorageStatus {
    const last = this.messages.findLast((message) => message.type === 'status');
    return last ?? { connected: false, committedSequence: 0, heldRows: 0, spilledRows: 0 };
  }

  async until(holds: () => boolean, what: string): Promise<void> {
    const untilMs = Date.now() + WAIT_MS_MAX;
    while (!holds()) {
      assert(Date.now() < untilMs, `waited too long until ${what}; last status ${JSON.stringify(this.status)}`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  get stopped(): Extract<FromStorageWorker, { type: 'stopped' }> | undefined {
    return this.messages.find((message) => message.type === 'stopped');
  }
}

function startWorker(shards: readonly ShardRing[], journalId: string, databaseUrl: string) {
  const workerData: StorageWorkerData = {
    rowRings: shards.map((shard) => shard.ring),
    appliedSequences: shards.map((shard) => shard.appliedSequence),
    journalId,
    databaseUrl,
    spillFolder: join(folder.path, 'spilled-rows'),
  };
  const worker = new Worker(new URL('../../../storage/worker.js', import.meta.url), { workerData });
  const heard = new Heard();
  worker.on('message', (message: FromStorageWorker) => heard.messages.push(message));
  const tell = (message: ToStorageWorker): void => worker.postMessage(message);
  return { worker, heard, tell };
}

test('rows of two shards are committed up to what both have applied, and the rest on stop', async () => {
  const shards = [new ShardRing(RING_BYTES), new ShardRing(RING_BYTES)];
  const { worker, heard, tell } = startWorker(shards, randomUUID(), database.databaseUrl);
  const rows = rowsOfInputs(1_000);
  assert.equal(shards[0]!.send(ofShard(rows, 0)), ofShard(rows, 0).length);
  shards[0]!.setApplied(1_000);
  const early = rows.filter((row) => row.sequence <= 301);
  shards[1]!.send(ofShard(early, 1));
  shards[1]!.setApplied(301);
  await heard.until(() => heard.status.committedSequence === 301, 'the lower applied sequence is committed');
  await assertExactlyOnce(database.connect, early);
  assert.equal(heard.messages[0]?.type, 'ready');
  assert.equal(heard.status.connected, true);

  shards[1]!.send(ofShard(rows, 1).filter((row) => row.sequence > 301));
  shards[1]!.setApplied(1_000);
  tell({ type: 'stop', upTo: 1_000, deadlineMs: 5_000 });
  await once(worker, 'exit');
  assert.deepEqual(heard.stopped, { type: 'stopped', committedSequence: 1_000 });
  await assertExactlyOnce(database.connect, rows);
});

test('the database is away at the start and again later: rows wait, nothing is lost', async () => {
  proxy.setReachable(false);
  const shards = [new ShardRing(RING_BYTES), new ShardRing(RING_BYTES)];
  const { worker, heard, tell } = startWorker(shards, randomUUID(), proxy.databaseUrl);
  const rows = rowsOfInputs(2_000);
  const sendThrough = (first: number, last: number): void => {
    const part = rows.filter((row) => row.sequence >= first && row.sequence <= last);
    shards.forEach((shard, index) => {
      assert.equal(shard.send(ofShard(part, index)), ofShard(part, index).length);
      shard.setApplied(last);
    });
  };
  sendThrough(1, 700);
  await heard.until(() => heard.status.error !== undefined, 'the failure is told');
  assert.equal(heard.status.connected, false);
  await heard.until(() => heard.status.heldRows > 700, 'held rows are told');
  proxy.setReachable(true);
  await heard.until(() => heard.status.committedSequence === 700, 'the rows are there');
  assert.equal(heard.status.error, undefined);

  proxy.setReachable(false);
  sendThrough(701, 1_400);
  await heard.until(() => heard.status.error !== undefined, 'the second failure is told');
  proxy.setReachable(true);
  proxy.cutNext({ onceForwarded: 'COMMIT' });
  sendThrough(1_401, 2_000);
  await heard.until(() => heard.status.committedSequence === 2_000, 'all rows are there');
  tell({ type: 'stop', upTo: 2_000, deadlineMs: 5_000 });
  await once(worker, 'exit');
  await assertExactlyOnce(database.connect, rows);
});

test('a stop with the database away ends at its deadline and says what is committed; a replay completes it', async () => {
  const journalId = randomUUID();
  const rows = rowsOfInputs(400);
  const shard = new ShardRing(RING_BYTES);
  const first = startWorker([shard], journalId, proxy.databaseUrl);
  shard.send(rows.filter((row) => row.sequence <= 150));
  shard.setApplied(150);
  await first.heard.until(() => first.heard.status.committedSequence === 150, 'the first rows are there');
  proxy.setReachable(false);
  shard.send(rows.filter((row) => row.sequence > 150));
  shard.setApplied(400);
  const startMs = Date.now();
  first.tell({ type: 'stop', upTo: 400, deadlineMs: 300 });
  await once(first.worker, 'exit');
  assert(Date.now() - startMs < 2_000, 'the deadline holds');
  assert.deepEqual(first.heard.stopped, { type: 'stopped', committedSequence: 150 });

  proxy.setReachable(true);
  const again = new ShardRing(RING_BYTES);
  const second = startWorker([again], journalId, proxy.databaseUrl);
  again.send(rows);
  again.setApplied(400);
  second.tell({ type: 'stop', upTo: 400, deadlineMs: 5_000 });
  await once(second.worker, 'exit');
  assert.deepEqual(second.heard.stopped, { type: 'stopped', committedSequence: 400 });
  await assertExactlyOnce(database.connect, rows);
});

/** 8,000 inputs of two shards while the database is away, with room for 2,000 rows in memory. */
async function spillWhileAway(spillDisk: SpillDisk, whileAway: (heard: Heard, sending: Promise<unknown>, allRows: number) => Promise<void>): Promise<void> {
  proxy.setReachable(false);
  const shards = [new ShardRing(1 << 17), new ShardRing(1 << 17)];
  const heard = new Heard();
  const agent = new StorageAgent({
    rowRings: shards.map((shard) => shard.ring),
    appliedSequences: shards.map((shard) => shard.appliedSequence),
    journalId: randomUUID(),
    connect: pgConnect(proxy.databaseUrl),
    spillDisk,
    post: (message) => heard.messages.push(message),
    limits: { heldRowsMax: 2_000, spillBlockBytes: 20_000 },
  });
  const running = agent.run();
  const rows = rowsOfInputs(8_000);
  const sending = Promise.all(shards.map(async (shard, index) => {
    await shard.sendAll(ofShard(rows, index));
    shard.setApplied(8_000);
  }));
  await whileAway(heard, sending, rows.length);
  proxy.setReachable(true);
  await sending;
  await heard.until(() => heard.status.committedSequence === 8_000, 'all rows are there');
  await heard.until(() => heard.status.spilledRows === 0, 'nothing is spilled any more');
  agent.onMessage({ type: 'stop', upTo: 8_000, deadlineMs: 1_000 });
  await running;
  await assertExactlyOnce(database.connect, rows);
}

test('rows that memory has no room for are spilled while the database is away: no shard waits', async () => {
  const path = join(folder.path, 'spilled-rows');
  await spillWhileAway(new SpillFolder(path), async (heard, sending, allRows) => {
    await sending;
    await heard.until(() => heard.status.heldRows === allRows, 'all of them are taken');
    assert(heard.status.spilledRows > allRows - 2_000 - 2 * 2_048, `${heard.status.spilledRows} of ${allRows} rows are spilled`);
    assert((await readdir(path)).length > 10, 'they are on the disk');
  });
  assert.deepEqual(await readdir(path), []);
});

test('without room for them either, shards wait and lose nothing', async () => {
  await spillWhileAway(new SimulatedSpillDisk(100_000), async (heard) => {
    await heard.until(() => heard.status.heldRows >= 2_000, 'the maximum is reached');
    await new Promise((resolve) => setTimeout(resolve, 1_200));
    assert(heard.status.heldRows < 2_000 + 100_000 / 100 + 4 * 2_048, `${heard.status.heldRows} rows are held`);
  });
});

test('a shard that is rebuilt sends its rows again into a new ring', async () => {
  const shards = [new ShardRing(RING_BYTES), new ShardRing(RING_BYTES)];
  const { worker, heard, tell } = startWorker(shards, randomUUID(), database.databaseUrl);
  const rows = rowsOfInputs(900);
  shards[0]!.send(ofShard(rows, 0));
  shards[0]!.setApplied(900);
  // It dies with input 501 half done: its monitoring row is in the ring, the other rows of 501 are not.
  shards[1]!.send(ofShard(rows, 1).filter((row) => row.sequence < 501 || (row.sequence === 501 && row.kind === 'monitoring')));
  shards[1]!.setApplied(499);
  await heard.until(() => heard.status.committedSequence >= 499, 'what was complete is committed');

  const rebuilt = new ShardRing(RING_BYTES);
  tell({ type: 'shard-restarted', shard: 1, rowRing: rebuilt.ring, appliedSequence: rebuilt.appliedSequence });
  rebuilt.send(ofShard(rows, 1).filter((row) => row.sequence > 300));
  rebuilt.setApplied(900);
  tell({ type: 'stop', upTo: 900, deadlineMs: 5_000 });
  await once(worker, 'exit');
  assert.deepEqual(heard.stopped, { type: 'stopped', committedSequence: 900 });
  await assertExactlyOnce(database.connect, rows);
});
