/** What the writer holds: prefixes by sequence, batch ends, and the barrier over the shards. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from '../../support/properties.ts';
import { CopyWriter } from '../../../storage/copy-writer.ts';
import { HeldRows } from '../../../storage/held-rows.ts';
import { RowIntake, ROWS_PER_TURN_MAX } from '../../../storage/row-intake.ts';
import { SimulatedSpillDisk } from '../../../sim/world/simulated-spill-disk.ts';
import { monitoringRow, orderRow, rowsOfInputs } from '../../integration/storage/sample-rows.ts';
import { ShardRing } from '../../integration/storage/shard-ring.ts';
import { encodedRow } from '../../support/wire-rows.ts';

const writerOf = (sourceCount: number): CopyWriter =>
  new CopyWriter({ connect: () => Promise.reject(new Error('not in this test')), journalId: '', sourceCount });

const noRoom = (): SimulatedSpillDisk => new SimulatedSpillDisk(0);

const bytesOf = (held: HeldRows): Uint8Array[] => held.queues.map((queue) => queue.bytesOf(queue.rowCount).slice());

test('dropping a prefix leaves exactly the rows after it, byte for byte', () => {
  fc.assert(fc.property(fc.array(fc.nat(3), { maxLength: 60 }), fc.nat(70), fc.nat(70), (steps, first, second) => {
    let sequence = 1;
    const sequences = steps.map((step) => (sequence += step));
    const rows = sequences.flatMap((at, index) => [monitoringRow(at, { orderId: `O${index}` }), orderRow(at, { orderId: `O${index}` })]);
    const held = new HeldRows();
    for (const row of rows) held.append(encodedRow(row));
    held.dropThrough(first);
    held.dropThrough(second);
    const rest = new HeldRows();
    for (const row of rows) if (row.sequence > Math.max(first, second)) rest.append(encodedRow(row));
    assert.deepEqual(bytesOf(held), bytesOf(rest));
    assert.deepEqual([held.rowCount, held.firstSequence, held.lastSequence], [rest.rowCount, rest.firstSequence, rest.lastSequence]);
  }));
});

test('a source that starts again after a sequence ends with the same rows', () => {
  fc.assert(fc.property(fc.nat(40), fc.nat(40), fc.nat(40), (sent, complete, from) => {
    const rows = rowsOfInputs(40);
    const held = new HeldRows();
    for (const row of rows) if (row.sequence <= Math.max(sent, complete)) held.append(encodedRow(row));
    held.restartAfter(complete);
    for (const row of rows) if (row.sequence > Math.min(from, complete)) held.append(encodedRow(row));
    const straight = new HeldRows();
    for (const row of rows) straight.append(encodedRow(row));
    assert.deepEqual(bytesOf(held), bytesOf(straight));
  }));
});

test('rows of a source out of sequence are a broken invariant', () => {
  const held = new HeldRows();
  held.append(encodedRow(monitoringRow(5)));
  assert.throws(() => held.append(encodedRow(monitoringRow(4))), /in sequence/);
  assert.throws(() => held.append(encodedRow(monitoringRow(0))), /integers from 1/);
  assert.throws(() => held.append(encodedRow(monitoringRow(6, { orderId: 'x'.repeat(101) }))), /1 to 100/);
  assert.throws(() => held.append(encodedRow(monitoringRow(6, { timestampUs: Number.NaN }))), /timestamp/);
});

test('a batch ends where its rows fit, and never parts the rows of one sequence', () => {
  const writer = writerOf(2);
  for (const sequence of [1, 2, 2, 2, 5, 9]) writer.append(encodedRow(monitoringRow(sequence)), 0);
  for (const sequence of [3, 5, 5, 7]) writer.append(encodedRow(monitoringRow(sequence)), 1);
  assert.equal(writer.batchEnd(9, 10), 9);
  assert.equal(writer.batchEnd(9, 9), 8);
  assert.equal(writer.batchEnd(9, 7), 4);
  assert.equal(writer.batchEnd(3, 4), 2);
  assert.equal(writer.batchEnd(9, 1), 1);
  const burst = writerOf(1);
  for (let row = 0; row < 50; row++) burst.append(encodedRow(monitoringRow(6)));
  burst.append(encodedRow(monitoringRow(7)));
  assert.equal(burst.batchEnd(7, 10), 6);
});

test('the barrier is the lowest applied sequence of the rings that ran empty', () => {
  const shards = [new ShardRing(1 << 16), new ShardRing(1 << 16)];
  const writer = writerOf(2);
  const intake = new RowIntake(shards.map((shard) => shard.ring), shards.map((shard) => shard.appliedSequence), writer, noRoom(), { heldRowsMax: 100, heldBytesMax: 1e9, spillBlockBytes: 1 });
  shards[0]!.send([monitoringRow(4), monitoringRow(8)]);
  shards[0]!.setApplied(10);
  shards[1]!.setApplied(6);
  assert.equal(intake.drain(), 2);
  assert.equal(intake.completeThrough, 6);
  // Rows that are in the ring before their shard says so vouch for what came before them.
  shards[1]!.send([monitoringRow(9)]);
  intake.drain();
  assert.equal(intake.completeThrough, 8);
});

test('a full share stops the reading of its ring only once an earlier sequence can be committed', () => {
  const shards = [new ShardRing(1 << 20), new ShardRing(1 << 20)];
  const writer = writerOf(2);
  const intake = new RowIntake(shards.map((shard) => shard.ring), shards.map((shard) => shard.appliedSequence), writer, noRoom(), { heldRowsMax: 200, heldBytesMax: 1e9, spillBlockBytes: 1 });
  shards[0]!.send(Array.from({ length: 150 }, () => monitoringRow(3)));
  assert.equal(intake.drain(), 150);
  shards[0]!.send([monitoringRow(3), monitoringRow(4)]);
  assert.equal(intake.drain(), 2);
  shards[0]!.send([monitoringRow(5)]);
  shards[1]!.send([monitoringRow(6)]);
  assert.equal(intake.drain(), 2, 'one row in the block that would be spilled next, and the other shard goes on');
  shards[0]!.send([monitoringRow(6)]);
  shards[1]!.setApplied(6);
  assert.equal(intake.drain(), 0);
  assert.equal(intake.completeThrough, 3, 'so that the full share can be committed in part');
});

test('spilled rows are complete once the writer has them, and come behind those it had', () => {
  const shard = new ShardRing(1 << 20);
  const writer = writerOf(1);
  const disk = new SimulatedSpillDisk(1e9);
  const intake = new RowIntake([shard.ring], [shard.appliedSequence], writer, disk, { heldRowsMax: 3, heldBytesMax: 1e9, spillBlockBytes: 1 });
  for (let sequence = 1; sequence <= 9; sequence++) {
    shard.send([monitoringRow(sequence)]);
    shard.setApplied(sequence);
    assert.equal(intake.drain(), 1);
  }
  assert.deepEqual([intake.spilledRows, disk.writtenBlocks, writer.heldRows], [6, 5, 3]);
  assert.equal(intake.completeThrough, 3, 'what is spilled cannot be committed');
  writer.restartSource(0, 1);
  assert.equal(intake.drain(), 6, 'room for all of them');
  assert.deepEqual([intake.spilledRows, writer.heldRows, intake.completeThrough], [0, 7, 9]);
  assert.equal(writer.heldOf(0).lastSequence, 9);
});

test('a row that comes while others are spilled does not overtake them', () => {
  const shard = new ShardRing(1 << 22);
  const writer = writerOf(1);
  const intake = new RowIntake([shard.ring], [shard.appliedSequence], writer, new SimulatedSpillDisk(1e9), { heldRowsMax: 5_000, heldBytesMax: 1e9, spillBlockBytes: 10_000 });
  const last = 5_000 + 2 * ROWS_PER_TURN_MAX;
  for (let sequence = 1; sequence <= last; sequence++) {
    shard.send([monitoringRow(sequence)]);
    if (sequence % 1_000 === 0 || sequence === last) while (intake.drain() > 0);
  }
  assert.deepEqual([writer.heldRows, intake.spilledRows], [5_000, 2 * ROWS_PER_TURN_MAX]);
  writer.restartSource(0, 1);
  shard.send([monitoringRow(last + 1)]);
  shard.setApplied(last + 1);
  intake.drain();
  assert.deepEqual([writer.heldRows, intake.spilledRows], [1 + ROWS_PER_TURN_MAX, ROWS_PER_TURN_MAX + 1]);
  while (intake.drain() > 0);
  assert.deepEqual([writer.heldRows, intake.spilledRows, intake.completeThrough], [last - 5_000 + 2, 0, last + 1]);
});

test('a shard that is rebuilt sends what was spilled once more', () => {
  const shard = new ShardRing(1 << 20);
  const writer = writerOf(1);
  const disk = new SimulatedSpillDisk(1e9);
  const intake = new RowIntake([shard.ring], [shard.appliedSequence], writer, disk, { heldRowsMax: 3, heldBytesMax: 1e9, spillBlockBytes: 1 });
  for (let sequence = 1; sequence <= 6; sequence++) {
    shard.send([monitoringRow(sequence)]);
    intake.drain();
  }
  assert.deepEqual([intake.spilledRows, intake.completeThrough], [3, 2]);
  const again = new ShardRing(1 << 20);
  intake.replaceRing(0, again.ring, again.appliedSequence);
  assert.deepEqual([intake.spilledRows, disk.usedBytes, writer.heldRows], [0, 0, 2], 'the third row is sent again with those behind it');
  again.send([1, 2, 3, 4, 5, 6].map((sequence) => monitoringRow(sequence)));
  again.setApplied(6);
  assert.equal(intake.drain(), 6);
  assert.deepEqual([intake.completeThrough, writer.heldRows], [6, 6]);
});
