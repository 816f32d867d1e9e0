/**
 * The port to where rows wait that memory has no room for: whole blocks with a name, of this process alone. Nothing of it has to
 * survive: after a death the journal makes the rows again.
 */

import { mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface SpillDisk {
  /** False: there is no room, and nothing of the block is kept. */
  write(name: string, block: Uint8Array): boolean;

  /** A block that was written, whole. Throws when it cannot be read. */
  read(name: string): Uint8Array;

  /** Forgets a block; its room is free again. */
  remove(name: string): void;
}

/** Left to the journal: spilling must not be what fills the disk. */
const RESERVE_BYTES = 1 << 30;
const RESERVE_SHARE = 1 / 8;

/** Blocks as files of one folder, which is emptied first. */
export class SpillFolder implements SpillDisk {
  private readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
  }

  write(name: string, block: Uint8Array): boolean {
    const path = join(this.folder, name);
    try {
      const { bavail, blocks, bsize } = statfsSync(this.folder);
      if (bavail * bsize - block.length < Math.min(RESERVE_BYTES, blocks * bsize * RESERVE_SHARE)) return false;
      writeFileSync(path, block);
      return true;
    } catch {
      // Whatever the reason: the rows stay where they are, and the shard waits.
      rmSync(path, { force: true });
      return false;
    }
  }

  read(name: string): Uint8Array {
    return readFileSync(join(this.folder, name));
  }

  remove(name: string): void {
    rmSync(join(this.folder, name), { force: true });
  }
}
