/** Snapshots one after the other on a data folder: what is left over by others goes, and what is damaged stands for nothing. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

import { DiskFull, type Disk } from '../../engine/journal/disk.ts';
import { nodeDisk } from '../../engine/journal/node-disk.ts';
import { makeNextSnapshot, type MadeSnapshot } from '../../engine/snapshot/next-snapshot.ts';
import { removeOld } from '../../engine/snapshot/remove-old.ts';
import { EnginePipeline, newFolder } from '../support/engine-pipeline.ts';
import { Timeline } from '../support/timeline.ts';

const line = new Timeline('NEXT', '2026-03-02T14:30:00Z');

class Folder {
  readonly dataDir = newFolder();
  readonly snapshots = join(this.dataDir, 'snapshots');
  private second = 0;

  async accept(): Promise<void> {
    const pipeline = await EnginePipeline.open({ clock: 'event', folder: join(this.dataDir, 'journal') });
    assert.equal(pipeline.accept(line.quote(++this.second, 9, 11)).accepted, 1);
    await pipeline.close();
  }

  async make(disk?: Disk): Promise<MadeSnapshot> {
    await this.accept();
    return makeNextSnapshot({ dataDir: this.dataDir, journalId: '01234567-89ab-4cde-8f01-23456789abcd', upToSequence: Number.MAX_SAFE_INTEGER, ...(disk === undefined ? {} : { disk }) });
  }

  remove(made: MadeSnapshot): Promise<number> {
    return removeOld({ dataDir: this.dataDir, horizonMs: Number.POSITIVE_INFINITY, damaged: made.damaged.map(({ name }) => name) });
  }

  names(): string[] {
    return readdirSync(this.snapshots).sort();
  }
}

const nameOf = ({ path }: MadeSnapshot): string => path.slice(-'00000000000000000000.snapshot'.length);

test('what a maker that was killed has left is gone with the next one', async () => {
  const folder = new Folder();
  mkdirSync(folder.snapshots, { recursive: true });
  writeFileSync(join(folder.snapshots, '00000000000000000001.snapshot.unfinished'), 'half');
  const made = await folder.make();
  assert.deepEqual(folder.names(), [nameOf(made)]);
});

test('a disk without room keeps nothing of the one that did not fit', async () => {
  const folder = new Folder();
  const made = await folder.make();
  const full: Disk = {
    ...nodeDisk,
    async open(path, isNew) {
      const file = await nodeDisk.open(path, isNew);
      return {
        write: async (bytes, position) => {
          await file.write(bytes.subarray(0, 8), position);
          throw new DiskFull('no room');
        },
        truncate: (length) => file.truncate(length),
        sync: () => file.sync(),
        close: () => file.close(),
      };
    },
  };
  await assert.rejects(folder.make(full), DiskFull);
  assert.deepEqual(folder.names(), [nameOf(made)]);
});

test('of damaged and whole ones the newest two whole ones stay', async () => {
  const folder = new Folder();
  const oldest = await folder.make();
  const second = await folder.make();
  const third = await folder.make();
  const bytes = readFileSync(third.path);
  bytes[bytes.length >> 1]! ^= 1;
  writeFileSync(third.path, bytes);
  const newest = await folder.make();
  assert.deepEqual(newest.damaged.map(({ name }) => name), [nameOf(third)]);
  assert.match(newest.damaged[0]!.why, /snapshot damaged: .* at byte \d+/);
  await folder.remove(newest);
  assert.deepEqual(folder.names(), [nameOf(second), nameOf(newest)]);
  assert.ok(!existsSync(oldest.path));
});
