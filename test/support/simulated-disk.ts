/**
 * A disk in memory behind the journal's port, with what a real one does on a bad day: it is full, a sync fails, the power is cut.
 *
 * Written bytes are in a cache until they are synced. At a power cut each sector of the cache may or may not have reached the
 * medium, in any order; a name that was made or removed is only sure once its folder is synced.
 */
import { dirname } from 'node:path';

import { type Disk, type DiskFile, DiskFull } from '../../engine/journal/disk.ts';

const SECTOR_BYTES = 512;

interface Content {
  /** As the running system sees it. */
  cached: Uint8Array;
  /** What is on the medium for sure. */
  durable: Uint8Array;
}

export class SimulatedDisk implements Disk {
  /** Bytes of all files together that there is room for. */
  capacityBytes = Number.POSITIVE_INFINITY;
  /** The next so many syncs fail; what was written before such a sync is in the cache only, and stays there for good. */
  failingSyncs = 0;
  /** Syncs do nothing and say that they did. */
  isLying = false;
  private readonly names_ = new Map<string, Content>();
  private readonly durableNames = new Map<string, Content>();

  async makeFolder(): Promise<void> {}

  async names(folder: string): Promise<string[]> {
    return [...this.names_.keys()].filter((path) => dirname(path) === folder).map((path) => path.slice(folder.length + 1));
  }

  async read(path: string): Promise<Uint8Array> {
    return this.contentOf(path).cached.slice();
  }

  async open(path: string, isNew: boolean): Promise<DiskFile> {
    if (isNew) this.names_.set(path, { cached: new Uint8Array(0), durable: new Uint8Array(0) });
    const content = this.contentOf(path);
    return {
      write: async (bytes, position) => this.write(content, bytes, position),
      truncate: async (length) => {
        content.cached = content.cached.slice(0, length);
        content.durable = content.durable.slice(0, length);
      },
      sync: async () => this.sync(content),
      close: async () => undefined,
    };
  }

  async remove(path: string): Promise<void> {
    this.names_.delete(path);
  }

  async syncFolder(folder: string): Promise<void> {
    for (const path of [...this.durableNames.keys()]) if (dirname(path) === folder && !this.names_.has(path)) this.durableNames.delete(path);
    for (const [path, content] of this.names_) if (dirname(path) === folder) this.durableNames.set(path, content);
  }

  /** The disk as a machine finds it that starts after the power was cut now. `random` gives numbers in [0, 1). */
  afterPowerCut(random: () => number): SimulatedDisk {
    const found = new SimulatedDisk();
    for (const path of new Set([...this.names_.keys(), ...this.durableNames.keys()])) {
      const isSure = this.names_.get(path) === this.durableNames.get(path);
      const content = isSure || random() < 0.5 ? this.names_.get(path) : this.durableNames.get(path);
      if (content === undefined) continue;
      const left = survivingBytes(content, random);
      const copy = { cached: left, durable: left.slice() };
      found.names_.set(path, copy);
      found.durableNames.set(path, copy);
    }
    return found;
  }

  private write(content: Content, bytes: Uint8Array, position: number): void {
    const grown = Math.max(0, position + bytes.length - content.cached.length);
    const room = this.capacityBytes - this.usedBytes();
    const isFull = grown > room;
    const length = isFull ? Math.max(0, bytes.length - (grown - Math.max(0, room))) : bytes.length;
    const cached = new Uint8Array(Math.max(content.cached.length, position + length));
    cached.set(content.cached);
    cached.set(bytes.subarray(0, length), position);
    content.cached = cached;
    if (isFull) throw new DiskFull(`no room: ${this.capacityBytes} bytes are used`);
  }

  private sync(content: Content): void {
    if (this.isLying) return;
    if (this.failingSyncs > 0) {
      this.failingSyncs--;
      throw new Error('the medium failed');
    }
    content.durable = content.cached.slice();
  }

  private usedBytes(): number {
    let used = 0;
    for (const { cached } of this.names_.values()) used += cached.length;
    return used;
  }

  private contentOf(path: string): Content {
    const content = this.names_.get(path);
    if (content === undefined) throw new Error(`no file ${path}`);
    return content;
  }
}

/** Sector by sector the cached or the durable bytes; the end of the file anywhere between both. */
function survivingBytes({ cached, durable }: Content, random: () => number): Uint8Array {
  const shorter = Math.min(cached.length, durable.length);
  const longer = Math.max(cached.length, durable.length);
  const length = shorter + Math.floor(random() * (longer - shorter + 1));
  const left = new Uint8Array(length);
  left.set(durable.subarray(0, length));
  for (let at = 0; at < length; at += SECTOR_BYTES) {
    if (random() < 0.5) left.set(cached.subarray(at, Math.min(at + SECTOR_BYTES, length)), at);
  }
  return left;
}
