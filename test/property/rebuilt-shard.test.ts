/**
 * A shard that has died anywhere in a life and is rebuilt from the journal, with or without a snapshot, is the shard it was: the
 * same state, rows of shared memory, rows for the database and alerts, whatever its predecessor has left behind half written, and whatever
 * of a newer snapshot was taken in before it turned out to be damaged.
 */
import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'node:test';

import fc from '../support/properties.ts';

import type { Row } from '../../engine/domain/rows.ts';
import { shardOfSymbol } from '../../engine/domain/shard-of-symbol.ts';
import { JOURNAL_FOLDER } from '../../engine/journal/journal.ts';
import { createMailbox, MailboxReceiver } from '../../engine/ring/mailbox.ts';
import type { AlertNotice } from '../../engine/shard/alert-notice.ts';
import { refreshOrder } from '../../engine/shard/each-second.ts';
import { Shard } from '../../engine/shard/shard.ts';
import { ShardAgent } from '../../engine/shard/shard-agent.ts';
import { hashShard } from '../../engine/shard/state-hash.ts';
import { ABSENT } from '../../engine/market/market.ts';
import { SNAPSHOT_FOLDER } from '../../engine/snapshot/find-snapshot.ts';
import { rebuildShard } from '../../engine/snapshot/shard-rebuild.ts';
import { lives } from '../support/engine-lives.ts';
import { EnginePipeline, newFolder } from '../support/engine-pipeline.ts';
import { FEWER_RUNS, runLife } from '../support/engine-runs.ts';
import { decodedRow, encodedRow } from '../support/wire-rows.ts';

const MAILBOX_BYTES = 1 << 16;

function cellOf(value: number): SharedArrayBuffer {
  const shared = new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT);
  new Float64Array(shared)[0] = value;
  return shared;
}

/** What a thread that died inside a row leaves: the row open, or closed, with anything in it. */
function spoilRows(pipeline: EnginePipeline, orderNos: readonly number[], dice: number): void {
  const { sharedRows } = pipeline;
  for (const orderNo of orderNos) {
    const at = sharedRows.beginWrite(orderNo);
    for (let cell = 1; cell < sharedRows.rowDoubles; cell++) if ((dice + cell) % 3 === 0) sharedRows.cells[at + cell] = dice;
    if ((dice + orderNo) % 2 === 0) sharedRows.endWrite(orderNo);
  }
}

test('a shard that has died and is rebuilt is the shard it was', async () => {
  let [withSnapshot, withDamaged] = [0, 0];
  await fc.assert(
    fc.asyncProperty(lives({ isWide: true }), fc.integer({ min: 1, max: 4 }), fc.nat({ max: 3 }), fc.nat({ max: 1 << 20 }), fc.boolean(), fc.boolean(), async (life, shards, which, dice, hasSnapshot, hasDamaged) => {
      let snapshot: { readonly path: string; readonly sequence: number } | undefined;
      const live = await runLife(life, {
        clock: 'receipt',
        shards,
        between: async (pipeline, sent) => {
          if (hasSnapshot && sent.length > dice % life.arrivals.length) snapshot ??= { path: await pipeline.snapshot(), sequence: pipeline.sequencer.lastSequence };
        },
      });
      const own = which % shards;
      const isOwn = (symbolNo: number): boolean => shardOfSymbol(symbolNo, shards) === own;
      const expectedHash = live.shardHashes()[own]!;
      const orderNos = life.orderIds.map((id) => live.orderNo(id)).filter((no) => no !== undefined && isOwn(live.sequencer.registry.symbolOfOrder(no)) && live.sequencer.registry.isAnnounced(no));
      const before = new Map(orderNos.map((orderNo) => [orderNo, rowOf(live, orderNo)]));
      await live.durable();

      const dataDir = newFolder();
      mkdirSync(join(dataDir, SNAPSHOT_FOLDER), { recursive: true });
      symlinkSync(live.folder, join(dataDir, JOURNAL_FOLDER));
      if (snapshot !== undefined) copyFileSync(snapshot.path, join(dataDir, SNAPSHOT_FOLDER, basename(snapshot.path)));
      if (snapshot !== undefined) withSnapshot++;
      if (hasDamaged && live.sequencer.lastSequence > (snapshot?.sequence ?? 0)) {
        const newest = await live.snapshot();
        const whole = readFileSync(newest);
        writeFileSync(join(dataDir, SNAPSHOT_FOLDER, basename(newest)), whole.subarray(0, dice % whole.length));
        withDamaged++;
      }
      spoilRows(live, orderNos, dice);

      const [rows, alerts]: [Row[], AlertNotice[]] = [[], []];
      const newEngine = () => {
        const shard = new Shard(live.sharedRows, { row: (row) => void rows.push(decodedRow(encodedRow(row))), alert: (notice) => void alerts.push(notice), changed: () => undefined });
        return { shard, agent: new ShardAgent(shard, new MailboxReceiver(createMailbox(MAILBOX_BYTES)), { progressed: () => undefined, query: () => undefined, hash: () => undefined }) };
      };
      let near = 0;
      const last = live.sequencer.lastSequence;
      const plan = { dataDir, journalId: live.journal.id, snapshotUpTo: last, durableSequence: cellOf(last), joinAfter: cellOf(0) };
      const { shard } = await rebuildShard(newEngine, { shard: own, shards }, plan, () => undefined, () => {
        near++;
        new Float64Array(plan.joinAfter)[0] = last;
      });

      assert.equal(near, 1, 'the main thread is asked once');
      assert.deepEqual(hashShard(shard, isOwn), expectedHash);
      for (const [orderNo, row] of before) {
        if (shard.activePlaces.get(orderNo) !== ABSENT) refreshOrder(shard, orderNo);
        assert.deepEqual(rowOf(live, orderNo), row, `row of order ${orderNo}`);
      }
      const from = snapshot?.sequence ?? 0;
      const ofShard = (orderId: string): boolean => isOwn(live.sequencer.registry.symbolOfOrder(live.orderNo(orderId)));
      assert.deepEqual(rows, live.rows.filter((row) => row.sequence > from && ofShard(row.orderId)));
      assert.deepEqual(alerts.filter(({ sequence }) => sequence > from), live.alerts.filter((notice) => notice.sequence > from && ofShard(notice.orderId)));
      await live.close();
    }),
    { numRuns: FEWER_RUNS, includeErrorInReport: true },
  );
  assert.ok(withSnapshot > 0, 'some began with a snapshot');
  assert.ok(withDamaged > 0, 'some found a damaged one');
});

/** All of it but its version, as it is shown after the newest input. */
function rowOf(pipeline: EnginePipeline, orderNo: number): Float64Array {
  const row = new Float64Array(pipeline.sharedRows.rowDoubles);
  assert.ok(pipeline.sharedRows.read(orderNo, row) >= 0);
  row[0] = 0;
  return row;
}
