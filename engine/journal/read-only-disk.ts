/**
 * The file system of this machine for those who only look: nothing is made, written, cut, synced or removed, so that it may be
 * used on the folder of a running service. What recovery would cut off is read and stays; what it would write again is not.
 */

import type { Disk, DiskFile } from './disk.ts';
import { nodeDisk } from './node-disk.ts';

const UNTOUCHED: DiskFile = {
  write: async () => undefined,
  truncate: async () => undefined,
  sync: async () => undefined,
  close: async () => undefined,
};

export const readOnlyDisk: Disk = {
  makeFolder: async () => undefined,
  names: (folder) => nodeDisk.names(folder),
  read: (path) => nodeDisk.read(path),
  open: () => Promise.resolve(UNTOUCHED),
  openToRead: (path) => nodeDisk.openToRead(path),
  rename: async () => undefined,
  remove: async () => undefined,
  modifiedMs: (path) => nodeDisk.modifiedMs(path),
  syncFolder: async () => undefined,
};
