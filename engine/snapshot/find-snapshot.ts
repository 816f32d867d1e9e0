/** The snapshot that a start goes on from: the newest one that is whole. */

import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { SnapshotDamaged, snapshotFiles, type SnapshotHead, verifySnapshot } from './snapshot-file.ts';

/** In the data folder. */
export const SNAPSHOT_FOLDER = 'snapshots';

export interface FoundSnapshot extends SnapshotHead {
  readonly path: string;
}

/** `upToSequence`: newer ones are passed over. `onDamaged` hears of each that cannot be read. */
export function findSnapshot(dataDir: string, upToSequence: number, onDamaged: (error: SnapshotDamaged) => void): FoundSnapshot | undefined {
  const folder = join(dataDir, SNAPSHOT_FOLDER);
  if (!existsSync(folder)) return undefined;
  for (const name of snapshotFiles(folder)) {
    const path = join(folder, name);
    try {
      const head = verifySnapshot(path);
      if (head.sequence <= upToSequence) return { ...head, path };
    } catch (error) {
      if (!(error instanceof SnapshotDamaged)) throw error;
      onDamaged(error);
    }
  }
  return undefined;
}
