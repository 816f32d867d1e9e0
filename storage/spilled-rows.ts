/**
 * The rows of one source that came while memory was full (the database is away): first in, first out.
 *
 * It owns two blocks in memory, the one that is read and the one that is written, and the names of those between them, which
 * are on the disk. So the memory it takes does not grow with the rows. A disk without room is no error: `makeRoom` says so, and the
 * source waits.
 */

import { crc32 } from 'node:zlib';

import { RowReader } from '../engine/ring/row-codec.ts';
import { RowBlock } from './row-block.ts';
import type { SpillDisk } from './spill-disk.ts';

/** A block that was put on the disk has become another one. */
export class SpilledRowsLost extends Error {
  override readonly name = 'SpilledRowsLost';
}

export class SpilledRows {
  private readonly disk: SpillDisk;
  private readonly source: number;
  private readonly blockBytes: number;
  private readonly row = new RowReader();
  private oldest = new RowBlock();
  private newest = new RowBlock();
  /** Blocks `firstNo` up to `endNo` are on the disk. */
  private firstNo = 0;
  private endNo = 0;
  /** Of each of them: what is read back must be what was written. */
  private readonly checksums = new Map<number, number>();
  private count = 0;

  /** A block is put on the disk once it has `blockBytes`. */
  constructor(disk: SpillDisk, source: number, blockBytes: number) {
    this.disk = disk;
    this.source = source;
    this.blockBytes = blockBytes;
  }

  get rowCount(): number {
    return this.count;
  }

  /** Whether rows can be appended, until it is asked again: the block in memory grows by what comes in between. */
  makeRoom(): boolean {
    if (this.newest.byteCount < this.blockBytes) return true;
    if (!this.disk.write(this.nameOf(this.endNo), this.newest.bytes)) return false;
    this.checksums.set(this.endNo++, crc32(this.newest.bytes));
    this.newest.clear();
    return true;
  }

  append(row: RowReader): void {
    this.newest.append(row);
    this.count++;
  }

  /** The oldest row, taken out; valid until the next call. There must be one. Throws when its block cannot be read, or `SpilledRowsLost`. */
  shift(): RowReader {
    if (this.oldest.isEmpty) this.nextBlock();
    this.count--;
    return this.oldest.shift(this.row);
  }

  /** Forgets them all. */
  clear(): void {
    while (this.firstNo < this.endNo) this.disk.remove(this.nameOf(this.firstNo++));
    this.checksums.clear();
    this.oldest.clear();
    this.newest.clear();
    this.count = 0;
  }

  private nextBlock(): void {
    this.oldest.clear();
    if (this.firstNo === this.endNo) {
      [this.oldest, this.newest] = [this.newest, this.oldest];
      return;
    }
    const no = this.firstNo;
    const bytes = this.disk.read(this.nameOf(no));
    if (crc32(bytes) !== this.checksums.get(no)) throw new SpilledRowsLost(`${this.nameOf(no)} is not what was written to it: its rows must be derived from the journal again`);
    this.oldest.restore(bytes);
    this.checksums.delete(no);
    this.disk.remove(this.nameOf(no));
    this.firstNo++;
  }

  private nameOf(no: number): string {
    return `shard-${this.source}-${no}.rows`;
  }
}
