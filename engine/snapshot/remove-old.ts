/** Lets go of snapshots and segments that nobody needs any more; retention.ts says which. Only behind a snapshot that was just made. */

import { join } from 'node:path';

import type { Disk } from '../journal/disk.ts';
import { JOURNAL_FOLDER } from '../journal/journal.ts';
import { nodeDisk } from '../journal/node-disk.ts';
import { firstSequenceOf, SEGMENT_FILE_PATTERN } from '../journal/segment.ts';
import { SNAPSHOT_FOLDER } from './find-snapshot.ts';
import { removable } from './retention.ts';
import { snapshotFiles } from './snapshot-file.ts';

export interface RemoveOldOptions {
  readonly dataDir: string;
  /** The history goes back to here, ms. */
  readonly horizonMs: number;
  /** Names of snapshots that cannot be read: they go, and stand for nothing. */
  readonly damaged: readonly string[];
  readonly disk?: Disk;
}

/** Returns how many segments went. */
export async function removeOld({ dataDir, horizonMs, damaged, disk = nodeDisk }: RemoveOldOptions): Promise<number> {
  const snapshotFolder = join(dataDir, SNAPSHOT_FOLDER);
  const journalFolder = join(dataDir, JOURNAL_FOLDER);
  const snapshots = [];
  for (const name of await snapshotFiles(snapshotFolder, disk)) {
    if (damaged.includes(name)) continue;
    snapshots.push({ name, sequence: Number.parseInt(name, 10), madeMs: await disk.modifiedMs(join(snapshotFolder, name)) });
  }
  const segments = (await disk.names(journalFolder)).filter((name) => SEGMENT_FILE_PATTERN.test(name)).map((name) => ({ name, firstSequence: firstSequenceOf(name) }));
  const gone = removable(snapshots, segments, horizonMs);
  for (const name of [...damaged, ...gone.snapshots]) await disk.remove(join(snapshotFolder, name));
  for (const name of gone.segments) {
    await disk.remove(join(journalFolder, name));
    // Each is gone for sure before a later one: whatever is left of the journal has no gap in it.
    await disk.syncFolder(journalFolder);
  }
  return gone.segments.length;
}
