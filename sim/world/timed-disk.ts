/**
 * The disk as one process uses it: each operation takes time, more for a process of low priority, and one that the process did not live to see the end of was done,
 * or half done, or not at all.
 */

import type { Disk, DiskFile, DiskReader } from '../../engine/journal/disk.ts';
import type { Life } from './life.ts';
import type { Random } from './random.ts';

const OPERATION_US_MAX = 300;
const SYNC_US_MAX = 4_000;
/** Now and then the disk is busy with something else. */
const BUSY_US = 60_000;
const BUSY_CHANCE = 0.02;

export class TimedDisk implements Disk {
  private readonly disk: Disk;
  private readonly life: Life;
  private readonly random: Random;
  private readonly slowness: number;

  constructor(disk: Disk, life: Life, random: Random, slowness = 1) {
    this.disk = disk;
    this.life = life;
    this.random = random;
    this.slowness = slowness;
  }

  async makeFolder(folder: string): Promise<void> {
    await this.disk.makeFolder(folder);
  }

  async names(folder: string): Promise<string[]> {
    await this.life.pause(this.random.whole(1, OPERATION_US_MAX * this.slowness));
    return this.disk.names(folder);
  }

  async read(path: string): Promise<Uint8Array> {
    await this.life.pause(this.random.whole(1, OPERATION_US_MAX * this.slowness));
    return this.disk.read(path);
  }

  async open(path: string, isNew: boolean): Promise<DiskFile> {
    await this.life.pause(this.random.whole(1, OPERATION_US_MAX * this.slowness), () => this.perhaps(() => this.disk.open(path, isNew)));
    const file = await this.disk.open(path, isNew);
    return {
      write: async (bytes, position) => {
        await this.life.pause(this.random.whole(1, OPERATION_US_MAX * this.slowness), () => {
          const part = this.random.chance(0.5) ? bytes.length : this.random.whole(0, bytes.length);
          this.perhaps(() => file.write(bytes.subarray(0, part), position));
        });
        await file.write(bytes, position);
      },
      truncate: async (length) => {
        await this.life.pause(this.random.whole(1, SYNC_US_MAX), () => this.perhaps(() => file.truncate(length)));
        await file.truncate(length);
      },
      sync: async () => {
        const delayUs = this.random.chance(BUSY_CHANCE) ? BUSY_US : this.random.whole(50, SYNC_US_MAX);
        await this.life.pause(delayUs, () => this.perhaps(() => file.sync()));
        await file.sync();
      },
      close: () => file.close(),
    };
  }

  async openToRead(path: string): Promise<DiskReader> {
    await this.life.pause(this.random.whole(1, OPERATION_US_MAX * this.slowness));
    const file = await this.disk.openToRead(path);
    return {
      byteLength: file.byteLength,
      read: async (position, length) => {
        await this.life.pause(this.random.whole(1, OPERATION_US_MAX * this.slowness));
        return file.read(position, length);
      },
      close: () => file.close(),
    };
  }

  async rename(path: string, newPath: string): Promise<void> {
    await this.life.pause(this.random.whole(1, OPERATION_US_MAX * this.slowness), () => this.perhaps(() => this.disk.rename(path, newPath)));
    await this.disk.rename(path, newPath);
  }

  async remove(path: string): Promise<void> {
    await this.life.pause(this.random.whole(1, OPERATION_US_MAX * this.slowness), () => this.perhaps(() => this.disk.remove(path)));
    await this.disk.remove(path);
  }

  async modifiedMs(path: string): Promise<number> {
    return this.disk.modifiedMs(path);
  }

  async syncFolder(folder: string): Promise<void> {
    await this.life.pause(this.random.whole(50, SYNC_US_MAX), () => this.perhaps(() => this.disk.syncFolder(folder)));
    await this.disk.syncFolder(folder);
  }

  /** What a killed process had begun; nobody hears of it when it fails. */
  private perhaps(work: () => Promise<unknown>): void {
    if (this.random.chance(0.5)) void work().catch(() => undefined);
  }
}
