/** The file system of this machine behind the journal's port. */

import { type FileHandle, mkdir, open, readdir, readFile, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';

import { type Disk, type DiskFile, DiskFull } from './disk.ts';

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

  remove: (path) => unlink(path),

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
