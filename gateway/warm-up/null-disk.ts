/** A disk that keeps nothing, for a journal that nobody reads. */

import type { Disk, DiskFile } from '../../engine/journal/disk.ts';

const nothing = (): Promise<void> => Promise.resolve();
const isNotThere = (): Promise<never> => Promise.reject(new Error('nothing is kept here'));
const file: DiskFile = { write: nothing, truncate: nothing, sync: nothing, close: nothing };

export const nullDisk: Disk = {
  makeFolder: nothing,
  names: () => Promise.resolve([]),
  read: isNotThere,
  open: () => Promise.resolve(file),
  openToRead: isNotThere,
  rename: nothing,
  remove: nothing,
  modifiedMs: isNotThere,
  syncFolder: nothing,
};
