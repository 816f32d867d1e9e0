/** The file system of this machine behind the port. */

import { type FileHandle, mkdir, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

import { type Disk, type DiskFile, DiskFull, type DiskReader } from './disk.ts';

/** No space, no quota, or no larger file allowed. */
const FULL_CODES = ['ENOSPC', 'EDQUOT', 'EFBIG'];

export const nodeDisk: Disk = {
  async makeFolder(folder) {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await syncFolder(dirname(folder));
  },

  names: (folder) => readdir(folder),

  read: (path) => readFile(path),

  open: (path, isNew) => naming(async () => new NodeFile(await open(path, isNew ? 'w+' : 'r+'))),

  async openToRead(path) {
    const file = await open(path, 'r');
    const { size } = await file.stat();
    return new NodeReader(file, size);
  },

  rename: (path, newPath) => rename(path, newPath),

  remove: (path) => unlink(path),

  modifiedMs: async (path) => (await stat(path)).mtimeMs,

  syncFolder,
};

async function syncFolder(folder: string): Promise<void> {
  const directory = await open(folder, 'r');
  await directory.sync();
  await directory.close();
}

class NodeFile implements DiskFile {
  private readonly file: FileHandle;

  constructor(file: FileHandle) {
    this.file = file;
  }

  async write(bytes: Uint8Array, position: number): Promise<void> {
    await naming(async () => {
      let written = 0;
      while (written < bytes.length) {
        const { bytesWritten } = await this.file.write(bytes, written, bytes.length - written, position + written);
        written += bytesWritten;
      }
    });
  }

  async truncate(length: number): Promise<void> {
    await this.file.truncate(length);
    await this.file.sync();
  }

  sync(): Promise<void> {
    return this.file.datasync();
  }

  close(): Promise<void> {
    return this.file.close();
  }
}

class NodeReader implements DiskReader {
  readonly byteLength: number;
  private readonly file: FileHandle;

  constructor(file: FileHandle, byteLength: number) {
    this.file = file;
    this.byteLength = byteLength;
  }

  async read(position: number, length: number, room?: Buffer): Promise<Buffer> {
    const bytes = room ?? Buffer.allocUnsafeSlow(length);
    let read = 0;
    while (read < length) {
      const { bytesRead } = await this.file.read(bytes, read, length - read, position + read);
      if (bytesRead === 0) break;
      read += bytesRead;
    }
    return bytes.subarray(0, read);
  }

  close(): Promise<void> {
    return this.file.close();
  }
}

/** Gives a full disk its name. */
async function naming<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== undefined && FULL_CODES.includes(code)) throw new DiskFull((error as Error).message, { cause: error });
    throw error;
  }
}
