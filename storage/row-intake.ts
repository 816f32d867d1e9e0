/**
 * Takes rows out of the shards' rings, and knows up to which sequence no row is still to come.
 *
 * It owns the receiving ends. Of each shard it reads the applied sequence FIRST and the ring after it: when the ring then
 * runs empty, every row up to that sequence has been taken. In any case every row before the newest one taken has been. The lowest of these over all shards is the barrier that makes one watermark valid for them all.
 *
 * When a shard's share of the held rows is used up its rows are spilled, and handed to the writer in their order as it gets room. When
 * there is no room for that either its ring is not read, so that the shard waits: back pressure, nothing is lost. The writer
 * always gets more than one sequence of a shard, or the barrier could never move.
 */

import { MailboxReceiver } from '../engine/ring/mailbox.ts';
import { RowReader } from '../engine/ring/row-codec.ts';
import type { BatchLimits } from './batcher.ts';
import type { CopyWriter } from './copy-writer.ts';
import type { SpillDisk } from './spill-disk.ts';
import { SpilledRows } from './spilled-rows.ts';

/** Rows taken from one ring before the socket and the other rings get their turn. */
export const ROWS_PER_TURN_MAX = 2_048;

interface Source {
  receiver: MailboxReceiver;
  /** One cell: the last sequence whose rows the shard has put into its ring. */
  applied: Float64Array;
  /** Behind those that the writer has, and before those in the ring. */
  readonly spilled: SpilledRows;
  /** The writer has every row of this shard up to here. Never falls. */
  completeThrough: number;
}

export class RowIntake {
  private readonly sources: readonly Source[];
  private readonly writer: CopyWriter;
  private readonly rowsMax: number;
  private readonly bytesMax: number;
  private readonly row = new RowReader();

  constructor(
    rowRings: readonly SharedArrayBuffer[],
    appliedSequences: readonly SharedArrayBuffer[],
    writer: CopyWriter,
    spillDisk: SpillDisk,
    limits: Pick<BatchLimits, 'heldRowsMax' | 'heldBytesMax' | 'spillBlockBytes'>,
  ) {
    this.sources = rowRings.map((ring, shard) => ({
      receiver: new MailboxReceiver(ring),
      applied: new Float64Array(appliedSequences[shard]!),
      spilled: new SpilledRows(spillDisk, shard, limits.spillBlockBytes),
      completeThrough: 0,
    }));
    this.writer = writer;
    this.rowsMax = limits.heldRowsMax / rowRings.length;
    this.bytesMax = limits.heldBytesMax / rowRings.length;
  }

  /** Every row up to this sequence, of every shard, has been handed to the writer. */
  get completeThrough(): number {
    return Math.min(...this.sources.map((source) => source.completeThrough));
  }

  /** Rows taken that the writer does not have yet. */
  get spilledRows(): number {
    return this.sources.reduce((sum, { spilled }) => sum + spilled.rowCount, 0);
  }

  /** Takes what there is, with a limit for each shard; returns how many rows that were. */
  drain(): number {
    let taken = 0;
    for (let shard = 0; shard < this.sources.length; shard++) taken += this.drainShard(shard);
    return taken;
  }

  /** The shard is being rebuilt and sends into a new ring, from somewhere before; the new cell tells how far it is. */
  replaceRing(shard: number, ring: SharedArrayBuffer, appliedSequence: SharedArrayBuffer): void {
    const source = this.sources[shard]!;
    source.receiver = new MailboxReceiver(ring);
    source.applied = new Float64Array(appliedSequence);
    source.spilled.clear();
    this.writer.restartSource(shard, source.completeThrough);
  }

  /** Nobody wants them any more. */
  forgetSpilled(): void {
    for (const { spilled } of this.sources) spilled.clear();
  }

  private drainShard(shard: number): number {
    const source = this.sources[shard]!;
    const applied = source.applied[0]!;
    const handedOver = this.handOverSpilled(shard);
    const taken = source.spilled.makeRoom() ? this.takeFromRing(shard) : 0;
    const hasAll = source.spilled.rowCount === 0 && taken < ROWS_PER_TURN_MAX;
    const beforeNewest = this.writer.heldOf(shard).lastSequence - 1;
    source.completeThrough = Math.max(source.completeThrough, beforeNewest, hasAll ? applied : 0);
    return handedOver + taken;
  }

  /** The writer gets the oldest of what was spilled, as far as it has room. */
  private handOverSpilled(shard: number): number {
    const { spilled } = this.sources[shard]!;
    if (spilled.rowCount === 0 || this.isFull(shard)) return 0;
    const rowCount = Math.min(spilled.rowCount, ROWS_PER_TURN_MAX);
    for (let row = 0; row < rowCount; row++) this.writer.append(spilled.shift(), shard);
    return rowCount;
  }

  private takeFromRing(shard: number): number {
    const { receiver, spilled } = this.sources[shard]!;
    const { memory } = receiver;
    const spills = spilled.rowCount > 0 || this.isFull(shard);
    return receiver.receiveInPlace((offset, length) => {
      const row = this.row.open(memory, offset, length);
      if (spills) spilled.append(row);
      else this.writer.append(row, shard);
    }, ROWS_PER_TURN_MAX);
  }

  private isFull(shard: number): boolean {
    const { rowCount, byteCount, firstSequence, lastSequence } = this.writer.heldOf(shard);
    return (rowCount >= this.rowsMax || byteCount >= this.bytesMax) && firstSequence < lastSequence;
  }
}
