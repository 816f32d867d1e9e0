/**
 * The port to a file system: what journal and snapshots need of it, and no more. `node-disk.ts` is the implementation of the service;
 * another one can lose what was not synced, or be full, whenever a test wants it to.
 */

export interface Disk {
  /** Makes a folder unless it is there, for this user alone; it survives a power cut. */
  makeFolder(folder: string): Promise<void>;

  /** Names in a folder. Throws `ENOENT` where there is none. */
  names(folder: string): Promise<string[]>;

  /** The whole content of a file. */
  read(path: string): Promise<Uint8Array>;

  /** Opens a file for writing; with `isNew` it is made, or emptied. */
  open(path: string, isNew: boolean): Promise<DiskFile>;

  /** Opens a file for reading, part by part. */
  openToRead(path: string): Promise<DiskReader>;

  /** Gives a file another name in its folder, also one that another file had. After a power cut it has either, until the folder is synced. */
  rename(path: string, newPath: string): Promise<void>;

  remove(path: string): Promise<void>;

  /** When a file was written last, ms since 1970. */
  modifiedMs(path: string): Promise<number>;

  /** What was made, renamed or removed in a folder survives a power cut from here on. */
  syncFolder(folder: string): Promise<void>;
}

export interface DiskFile {
  /** Writes all of it at a place, or throws; then some of it may be there. Throws `DiskFull` when there is no room. */
  write(bytes: Uint8Array, position: number): Promise<void>;

  /** Cuts it off, which survives a power cut. */
  truncate(length: number): Promise<void>;

  /** What was written survives a power cut from here on. A failure leaves open what does. */
  sync(): Promise<void>;

  close(): Promise<void>;
}

export interface DiskReader {
  /** Of the whole file, when it was opened. */
  readonly byteLength: number;

  /** So many bytes from a place on, or fewer where the file ends before; they may be put into `room`, which has room for them. */
  read(position: number, length: number, room?: Buffer): Promise<Buffer>;

  close(): Promise<void>;
}

/** There is no room on the disk now; what was on it is still good. */
export class DiskFull extends Error {
  override readonly name = 'DiskFull';
}
