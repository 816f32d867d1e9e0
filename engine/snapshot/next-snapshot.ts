/**
 * Makes the next snapshot: the newest one there is, and the journal behind it, up to a sequence that is on the disk and whose rows
 * are in the database. Whoever calls it shares nothing with the service but the disk.
 */

import { basename, join } from 'node:path';

import type { Disk } from '../journal/disk.ts';
import { JOURNAL_FOLDER } from '../journal/journal.ts';
import { readJournal } from '../journal/journal-reader.ts';
import { nodeDisk } from '../journal/node-disk.ts';
import { findSnapshot, SNAPSHOT_FOLDER } from './find-snapshot.ts';
import { Replica, type ReplicaMemory } from './replica.ts';
import { unfinishedFiles, verifySnapshot } from './snapshot-file.ts';

export interface DamagedSnapshot {
  readonly name: string;
  readonly why: string;
}

export interface MadeSnapshot {
  readonly path: string;
  readonly sequence: number;
  /** Newer than the one that it began with, and not to be read. */
  readonly damaged: readonly DamagedSnapshot[];
}

export interface NextSnapshotOptions {
  readonly dataDir: string;
  readonly journalId: string;
  /** It is of the newest frame that ends at or before this sequence. */
  readonly upToSequence: number;
  readonly disk?: Disk;
  /** For the replica; that of a whole service, when not given. */
  readonly memory?: ReplicaMemory;
}

export async function makeNextSnapshot({ dataDir, journalId, upToSequence, disk = nodeDisk, memory }: NextSnapshotOptions): Promise<MadeSnapshot> {
  const folder = join(dataDir, SNAPSHOT_FOLDER);
  await disk.makeFolder(folder);
  await removeUnfinished(folder, disk);
  const damaged: DamagedSnapshot[] = [];
  const onDamaged = (error: Error, path: string): void => void damaged.push({ name: basename(path), why: error.message });
  const found = await findSnapshot(dataDir, ({ sequence }) => sequence <= upToSequence, onDamaged, disk);
  const replica = found === undefined ? new Replica({ memory }) : await Replica.fromSnapshot(found.path, { memory }, disk);
  await readJournal(join(dataDir, JOURNAL_FOLDER), replica.sequence, upToSequence, (segment, frame) => replica.apply(segment, frame), disk);
  const path = await replica.save(folder, journalId, disk);
  await verifySnapshot(path, disk);
  return { path, sequence: replica.sequence, damaged };
}

/** What makers that were killed have left. */
async function removeUnfinished(folder: string, disk: Disk): Promise<void> {
  for (const name of await unfinishedFiles(folder, disk)) await disk.remove(join(folder, name));
}
