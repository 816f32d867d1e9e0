/** Which snapshot to go on from. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { readSnapshotHead, SnapshotDamaged, snapshotFiles, type SnapshotHead, verifySnapshot } from './snapshot-file.ts';

/** In the data folder. */
export const SNAPSHOT_FOLDER = 'snapshots';

export interface FoundSnapshot extends SnapshotHead {
  readonly path: string;
}

/** The newest whole one that is wanted. `onDamaged` hears of each that cannot be read. */
export function findSnapshot(dataDir: string, isWanted: (head: SnapshotHead) => boolean, onDamaged: (error: SnapshotDamaged) => void): FoundSnapshot | undefined {
  const folder = join(dataDir, SNAPSHOT_FOLDER);
  if (!existsSync(folder)) return undefined;
  for (const name of snapshotFiles(folder)) {
    const path = join(folder, name);
    try {
      if (isWanted(readSnapshotHead(path))) return { ...verifySnapshot(path), path };
    } catch (error) {
      if (!(error instanceof SnapshotDamaged)) throw error;
      onDamaged(error);
    }
  }
  return undefined;
}
