/**
 * A disk in memory behind the port of journal and snapshots, with what a real one does on a bad day: it is full, a sync fails, the power is cut.
 *
 * Written bytes are in a cache until they are synced. At a power cut each sector of the cache may or may not have reached the
 * medium, in any order; a name that was made or removed is only sure once its folder is synced. When a sync fails the cache
 * forgets that it has something to write, as Linux does: what was written is still read back, a later sync says that all is
 * well, and the medium never gets it unless it is written again.
 */
import { dirname } from 'node:path';

import { type Disk, type DiskFile, DiskFull, type DiskReader } from '../../engine/journal/disk.ts';

const SECTOR_BYTES = 512;

interface Content {
  /** As the running system sees it; it lies at the beginning of `room`. */
  cached: Uint8Array;
  /** To grow into. */
  room: Uint8Array;
  /** What is on the medium for sure. */
  durable: Uint8Array;
  /** Sectors that are to be written at the next sync. */
  readonly dirty: Set<number>;
  modifiedMs: number;
  /** By `damage`. */
  isDamaged: boolean;
}

/** A sync has failed. */
export class MediumFailed extends Error {
  override readonly name = 'MediumFailed';
}

export class SimulatedDisk implements Disk {
  /** Bytes of all files together that there is room for. */
  capacityBytes = Number.POSITIVE_INFINITY;
  /** The next so many syncs fail. */
  failingSyncs = 0;
  /** Syncs do nothing and say that they did. */
  isLying = false;
  /** Sees each file that is removed, before it is. */
  onRemove: (path: string, content: Uint8Array) => void = () => undefined;
  private readonly names_ = new Map<string, Content>();
  private readonly durableNames = new Map<string, Content>();
  private readonly nowMs: () => number;

  /** `nowMs` is what the machine's clock shows, for those who ask when a file was written. */
  constructor(nowMs: () => number = () => 0) {
    this.nowMs = nowMs;
  }

  get usedBytes(): number {
    let used = 0;
    for (const { cached } of this.names_.values()) used += cached.length;
    return used;
  }

  async makeFolder(): Promise<void> {}

  async names(folder: string): Promise<string[]> {
    return [...this.names_.keys()].filter((path) => dirname(path) === folder).map((path) => path.slice(folder.length + 1));
  }

  async read(path: string): Promise<Uint8Array> {
    return this.fileAt(path).cached.slice();
  }

  async open(path: string, isNew: boolean): Promise<DiskFile> {
    if (isNew) this.names_.set(path, contentOf(new Uint8Array(0), this.nowMs()));
    const content = this.fileAt(path);
    return {
      write: async (bytes, position) => this.write(content, bytes, position),
      truncate: async (length) => {
        content.cached = content.room = content.cached.slice(0, length);
        content.durable = content.durable.slice(0, length);
        for (const sector of content.dirty) if (sector * SECTOR_BYTES >= length) content.dirty.delete(sector);
      },
      sync: async () => this.sync(content),
      close: async () => undefined,
    };
  }

  async openToRead(path: string): Promise<DiskReader> {
    const content = this.fileAt(path);
    return {
      byteLength: content.cached.length,
      read: async (position, length) => Buffer.from(content.cached.slice(position, position + length).buffer),
      close: async () => undefined,
    };
  }

  async rename(path: string, newPath: string): Promise<void> {
    this.names_.set(newPath, this.fileAt(path));
    this.names_.delete(path);
  }

  async remove(path: string): Promise<void> {
    this.onRemove(path, this.fileAt(path).cached);
    this.names_.delete(path);
  }

  async modifiedMs(path: string): Promise<number> {
    return this.fileAt(path).modifiedMs;
  }

  async syncFolder(folder: string): Promise<void> {
    if (this.isLying) return;
    this.failPerhaps();
    for (const path of [...this.durableNames.keys()]) if (dirname(path) === folder && !this.names_.has(path)) this.durableNames.delete(path);
    for (const [path, content] of this.names_) if (dirname(path) === folder) this.durableNames.set(path, content);
  }

  /** The medium has spoilt a file: a bit of it has changed, or its end is gone. */
  damage(path: string, random: () => number): void {
    const { cached, modifiedMs } = this.fileAt(path);
    const place = Math.floor(random() * cached.length);
    const left = random() < 0.3 ? cached.slice(0, place) : cached.slice();
    if (left.length > place) left[place]! ^= 1 << Math.floor(random() * 8);
    this.restore(path, left, modifiedMs);
    this.fileAt(path).isDamaged = true;
  }

  isDamaged(path: string): boolean {
    return this.names_.get(path)?.isDamaged === true;
  }

  /** A file as somebody puts it there who restores it: it is on the medium. */
  restore(path: string, bytes: Uint8Array, modifiedMs = this.nowMs()): void {
    const content = contentOf(bytes, modifiedMs);
    this.names_.set(path, content);
    this.durableNames.set(path, content);
  }

  /** The same disk, out of reach of a process that was killed now and is still here. */
  afterKill(): SimulatedDisk {
    const found = new SimulatedDisk(this.nowMs);
    const copies = new Map<Content, Content>();
    const copyOf = (content: Content): Content => {
      const copy = copies.get(content) ?? { ...content, ...inRoom(content.cached.slice()), dirty: new Set(content.dirty) };
      copies.set(content, copy);
      return copy;
    };
    for (const [path, content] of this.names_) found.names_.set(path, copyOf(content));
    for (const [path, content] of this.durableNames) found.durableNames.set(path, copyOf(content));
    found.isLying = this.isLying;
    found.onRemove = this.onRemove;
    return found;
  }

  /** The disk as a machine finds it that starts after the power was cut now. `random` gives numbers in [0, 1). */
  afterPowerCut(random: () => number): SimulatedDisk {
    const found = new SimulatedDisk(this.nowMs);
    for (const path of new Set([...this.names_.keys(), ...this.durableNames.keys()])) {
      const isSure = this.names_.get(path) === this.durableNames.get(path);
      const content = isSure || random() < 0.5 ? this.names_.get(path) : this.durableNames.get(path);
      if (content === undefined) continue;
      const left = survivingBytes(content, random);
      const copy = { ...contentOf(left, content.modifiedMs), isDamaged: content.isDamaged };
      found.names_.set(path, copy);
      found.durableNames.set(path, copy);
    }
    found.isLying = this.isLying;
    found.onRemove = this.onRemove;
    return found;
  }

  private write(content: Content, bytes: Uint8Array, position: number): void {
    const grown = Math.max(0, position + bytes.length - content.cached.length);
    const room = this.capacityBytes - this.usedBytes;
    const isFull = grown > room;
    const length = isFull ? Math.max(0, bytes.length - (grown - Math.max(0, room))) : bytes.length;
    const end = Math.max(content.cached.length, position + length);
    if (end > content.room.length) {
      content.room = new Uint8Array(Math.max(end, 2 * content.room.length));
      content.room.set(content.cached);
    }
    content.cached = content.room.subarray(0, end);
    content.cached.set(bytes.subarray(0, length), position);
    content.modifiedMs = this.nowMs();
    for (let sector = Math.floor(position / SECTOR_BYTES); sector * SECTOR_BYTES < position + length; sector++) content.dirty.add(sector);
    if (isFull) throw new DiskFull(`no room: ${this.capacityBytes} bytes are used`);
  }

  private sync(content: Content): void {
    if (this.isLying) return;
    const { dirty } = content;
    try {
      this.failPerhaps();
      content.durable = withSectors(content, content.durable.length, dirty);
    } finally {
      dirty.clear();
    }
  }

  private failPerhaps(): void {
    if (this.failingSyncs === 0) return;
    this.failingSyncs--;
    throw new MediumFailed('the medium failed');
  }

  private fileAt(path: string): Content {
    const content = this.names_.get(path);
    if (content === undefined) throw new Error(`no file ${path}`);
    return content;
  }
}

function inRoom(bytes: Uint8Array): Pick<Content, 'cached' | 'room'> {
  return { cached: bytes, room: bytes };
}

/** A file that is on the medium as it is. */
function contentOf(bytes: Uint8Array, modifiedMs: number): Content {
  return { ...inRoom(bytes), durable: bytes.slice(), dirty: new Set(), modifiedMs, isDamaged: false };
}

/** Any of the dirty sectors have reached the medium; where the last one has not wholly, the file ends anywhere in it. */
function survivingBytes(content: Content, random: () => number): Uint8Array {
  const written = [...content.dirty].filter(() => random() < 0.5);
  const left = withSectors(content, content.durable.length, written);
  const grown = left.length - content.durable.length;
  return grown > 0 ? left.slice(0, content.durable.length + Math.floor(random() * (grown + 1))) : left;
}

/** What is durable, and these sectors as they are cached. */
function withSectors({ cached, durable }: Content, bytes: number, sectors: Iterable<number>): Uint8Array {
  const all = [...sectors];
  const end = all.reduce((furthest, sector) => Math.max(furthest, Math.min(cached.length, (sector + 1) * SECTOR_BYTES)), bytes);
  const merged = new Uint8Array(end);
  merged.set(durable);
  for (const sector of all) merged.set(cached.subarray(sector * SECTOR_BYTES, Math.min(cached.length, (sector + 1) * SECTOR_BYTES)), sector * SECTOR_BYTES);
  return merged;
}
