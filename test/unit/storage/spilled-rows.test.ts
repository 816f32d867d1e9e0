/** Rows that memory has no room for: first in, first out, to the last byte, whatever goes to the disk in between. */

import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from '../../support/properties.ts';
import type { RowReader } from '../../../engine/ring/row-codec.ts';
import { SimulatedSpillDisk } from '../../../sim/world/simulated-spill-disk.ts';
import { SpillFolder } from '../../../storage/spill-disk.ts';
import { SpilledRows, SpilledRowsLost } from '../../../storage/spilled-rows.ts';
import { analyticsRow, rowsOfInputs } from '../../integration/storage/sample-rows.ts';
import { makeDataFolder } from '../../support/data-folder.ts';
import { encodedRow } from '../../support/wire-rows.ts';

const ROWS = rowsOfInputs(300);

const bytesOf = ({ memory, messageOffset, messageLength }: RowReader): string => memory.bytes.toString('hex', messageOffset, messageOffset + messageLength);

test('what comes out is what went in, in its order, with any size of blocks', () => {
  const step = fc.oneof({ arbitrary: fc.record({ does: fc.constant('append' as const), rows: fc.nat(40) }), weight: 3 },
    { arbitrary: fc.record({ does: fc.constant('shift' as const), rows: fc.nat(40) }), weight: 3 },
    { arbitrary: fc.record({ does: fc.constant('clear' as const), rows: fc.constant(0) }), weight: 1 });
  let onDisk = 0;
  fc.assert(fc.property(fc.constantFrom(1, 700, 5_000), fc.array(step, { maxLength: 40 }), (blockBytes, steps) => {
    const disk = new SimulatedSpillDisk(Number.POSITIVE_INFINITY);
    const spilled = new SpilledRows(disk, 0, blockBytes);
    let expected: string[] = [];
    let next = 0;
    for (const { does, rows } of steps) {
      if (does === 'clear') {
        spilled.clear();
        expected = [];
        assert.equal(disk.usedBytes, 0, 'nothing is left behind');
      }
      for (let count = 0; does === 'append' && count < rows; count++) {
        assert(spilled.makeRoom());
        const row = encodedRow(ROWS[next++ % ROWS.length]!);
        expected.push(bytesOf(row));
        spilled.append(row);
      }
      for (let count = 0; does === 'shift' && count < rows && expected.length > 0; count++) assert.equal(bytesOf(spilled.shift()), expected.shift());
      assert.equal(spilled.rowCount, expected.length);
    }
    for (const bytes of expected) assert.equal(bytesOf(spilled.shift()), bytes);
    assert.equal(spilled.rowCount, 0);
    assert.equal(disk.usedBytes, 0, 'read blocks are gone');
    onDisk += disk.writtenBlocks;
  }));
  assert(onDisk > 100, 'blocks have been on the disk');
});

test('without room on the disk it says so, and goes on when there is some', () => {
  const disk = new SimulatedSpillDisk(0);
  const spilled = new SpilledRows(disk, 0, 1);
  assert(spilled.makeRoom(), 'the block in memory');
  spilled.append(encodedRow(ROWS[0]!));
  assert.equal(spilled.makeRoom(), false);
  assert.equal(spilled.rowCount, 1, 'nothing is lost');
  disk.capacityBytes = 1e6;
  assert(spilled.makeRoom());
  spilled.append(encodedRow(ROWS[1]!));
  for (const row of ROWS.slice(0, 2)) assert.equal(bytesOf(spilled.shift()), bytesOf(encodedRow(row)));
});

test('a row larger than a block is one block', () => {
  const spilled = new SpilledRows(new SimulatedSpillDisk(1e9), 0, 100);
  const large = analyticsRow(7, { content: 'x'.repeat(65_536) });
  for (const row of [large, ROWS[0]!, large]) {
    assert(spilled.makeRoom());
    spilled.append(encodedRow(row));
  }
  for (const row of [large, ROWS[0]!, large]) assert.equal(bytesOf(spilled.shift()), bytesOf(encodedRow(row)));
});

test('a folder keeps blocks as files, begins empty, and what has changed in it is found', async () => {
  const folder = await makeDataFolder();
  try {
    const path = join(folder.path, 'spilled-rows');
    new SpillFolder(path).write('left-by-another-process.rows', Buffer.alloc(10));
    const spilled = new SpilledRows(new SpillFolder(path), 3, 1);
    assert.deepEqual(readdirSync(path), []);
    for (const row of ROWS.slice(0, 4)) {
      assert(spilled.makeRoom());
      spilled.append(encodedRow(row));
    }
    assert.equal(readdirSync(path).length, 3);
    assert.equal(bytesOf(spilled.shift()), bytesOf(encodedRow(ROWS[0]!)));
    assert.equal(readdirSync(path).length, 2, 'what was read is removed');
    const [name] = readdirSync(path).sort();
    const damaged = join(path, name!);
    writeFileSync(damaged, Buffer.alloc(200));
    assert.throws(() => spilled.shift(), SpilledRowsLost);
    spilled.clear();
    assert.deepEqual(readdirSync(path), []);
  } finally {
    await folder.remove();
  }
});

test('a folder that cannot be written to has no room, and keeps no half of a block', async () => {
  const folder = await makeDataFolder();
  try {
    const disk = new SpillFolder(join(folder.path, 'spilled-rows'));
    assert.equal(disk.write('missing/block.rows', Buffer.alloc(10)), false);
    assert.equal(existsSync(join(folder.path, 'spilled-rows', 'missing')), false);
    await folder.remove();
    assert.equal(disk.write('block.rows', Buffer.alloc(10)), false);
  } finally {
    await folder.remove();
  }
});
