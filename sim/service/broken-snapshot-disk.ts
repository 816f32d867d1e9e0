/** The disk of whoever makes snapshots, when that is broken on purpose (mutants.ts). */

import type { Disk } from '../../engine/journal/disk.ts';
import type { Mutant } from '../mutants.ts';

const UNFINISHED = /\.[^.]+\.unfinished$/;

export function brokenSnapshotDisk(disk: Disk, mutant: Mutant | undefined): Disk {
  switch (mutant) {
    case 'snapshot-not-synced':
      return changed(disk, {
        open: async (path, isNew) => {
          const file = await disk.open(path, isNew);
          return { write: (bytes, position) => file.write(bytes, position), truncate: (length) => file.truncate(length), sync: async () => undefined, close: () => file.close() };
        },
      });
    case 'snapshot-name-unsure':
      return changed(disk, { syncFolder: async () => undefined });
    case 'snapshot-named-at-once':
      return changed(disk, { open: (path, isNew) => disk.open(path.replace(UNFINISHED, ''), isNew), rename: async () => undefined });
    default:
      return disk;
  }
}

function changed(disk: Disk, change: Partial<Disk>): Disk {
  const whole: Disk = {
    makeFolder: (folder) => disk.makeFolder(folder),
    names: (folder) => disk.names(folder),
    read: (path) => disk.read(path),
    open: (path, isNew) => disk.open(path, isNew),
    openToRead: (path) => disk.openToRead(path),
    rename: (path, newPath) => disk.rename(path, newPath),
    remove: (path) => disk.remove(path),
    modifiedMs: (path) => disk.modifiedMs(path),
    syncFolder: (folder) => disk.syncFolder(folder),
  };
  return { ...whole, ...change };
}
