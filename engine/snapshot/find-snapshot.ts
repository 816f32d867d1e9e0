/** Which snapshot to go on from. */

import { join } from 'node:path';

import type { Disk } from '../journal/disk.ts';
import { nodeDisk } from '../journal/node-disk.ts';
import { readSnapshotHead, SnapshotDamaged, snapshotFiles, type SnapshotHead, verifySnapshot } from './snapshot-file.ts';

/** In the data folder. */
export const SNAPSHOT_FOLDER = 'snapshots';

export interface FoundSnapshot extends SnapshotHead {
  readonly path: string;
}

/** Path of the newest one, whole or not: only its name is looked at. */
export async function newestSnapshot(dataDir: string, disk: Disk = nodeDisk): Promise<string | undefined> {
  const folder = join(dataDir, SNAPSHOT_FOLDER);
  const [newest] = await snapshotFiles(folder, disk);
  return newest === undefined ? undefined : join(folder, newest);
}

/** The newest whole one that is wanted. `onDamaged` hears of each that cannot be read. */
export function findSnapshot(
  dataDir: string,
  isWanted: (head: SnapshotHead) => boolean,
  onDamaged: (error: SnapshotDamaged, path: string) => void,
  disk: Disk = nodeDisk,
): Promise<FoundSnapshot | undefined> {
  return newestReadable(dataDir, isWanted, onDamaged, async (found) => (await verifySnapshot(found.path, disk), found), disk);
}

/** What `read` makes of the newest one that is wanted and that it can read: it throws SnapshotDamaged where it cannot, and is given an older one. */
export async function newestReadable<T>(
  dataDir: string,
  isWanted: (head: SnapshotHead) => boolean,
  onDamaged: (error: SnapshotDamaged, path: string) => void,
  read: (found: FoundSnapshot) => Promise<T>,
  disk: Disk = nodeDisk,
): Promise<T | undefined> {
  const folder = join(dataDir, SNAPSHOT_FOLDER);
  for (const name of await snapshotFiles(folder, disk)) {
    const path = join(folder, name);
    try {
      const head = await readSnapshotHead(path, disk);
      if (isWanted(head)) return await read({ ...head, path });
    } catch (error) {
      if (!(error instanceof SnapshotDamaged)) throw error;
      onDamaged(error, path);
    }
  }
  return undefined;
}
