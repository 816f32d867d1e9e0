/**
 * The journal: the one place that must not lose anything. Append-only segments, group commit.
 *
 * `append` queues a frame; `durable` resolves when every frame queued so far is on the disk (write, then fdatasync, one
 * round at a time: what arrives during a round goes together into the next, which waits a moment while frames come fast). After a failed write or sync nothing is
 * acknowledged any more: the promise rejects for good, and the state of the disk is left to recovery.
 *
 * A disk without room is no such failure: what is queued stays queued, whoever waits for it is told, and the next commit
 * writes it again in its place. Until one succeeds `isFull` says that nothing should be appended.
 */

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { SEGMENT_BYTES_MAX } from '../domain/limits.ts';
import type { Memory } from '../ring/memory.ts';
import { type Disk, type DiskFile, DiskFull } from './disk.ts';
import { FrameBuffer } from './frame-buffer.ts';
import { nodeDisk } from './node-disk.ts';
import { recoverJournal } from './recovery.ts';
import { encodeSegmentHead, type Frame, SEGMENT_HEAD_BYTES, segmentFileName } from './segment.ts';

/** In the data folder. */
export const JOURNAL_FOLDER = 'journal';

/** While several frames come for each round, rounds begin no sooner one after the other: each costs more than what it writes. */
const ROUND_MS_MIN = 1;

/** For the distance between rounds. */
export interface JournalClock {
  /** Since some moment. */
  nowMs(): number;
  /** Resolves after so long. */
  pause(ms: number): Promise<unknown>;
}

const machineClock: JournalClock = { nowMs: () => performance.now(), pause: (ms) => sleep(ms) };

/** Where a journal is and how it is cut into files; the defaults are those of the service. */
export interface JournalOptions {
  readonly disk?: Disk;
  /** A segment that has reached it is the last but one. */
  readonly segmentBytesMax?: number;
  /** Frames up to this sequence are known from elsewhere, and not read back. */
  readonly afterSequence?: number;
  readonly clock?: JournalClock;
}

interface Waiter {
  readonly appended: number;
  resolve(): void;
  reject(error: Error): void;
}

export class Journal {
  readonly id: string;
  /** Bytes of a torn end that recovery cut off when this journal was opened. */
  readonly bytesCut: number;
  /** One double that other threads may read: every record up to this sequence is on the disk. */
  readonly durableSequence: SharedArrayBuffer;
  private readonly durableCell: Float64Array;
  private readonly disk: Disk;
  private readonly segmentBytesMax: number;
  private readonly clock: JournalClock;
  private readonly folder: string;
  private file: DiskFile;
  private segmentBytes: number;
  private sequence: number;
  /** What is queued; and what is being written, empty between rounds unless a full disk had no room for it. */
  private queue = new FrameBuffer();
  private written = new FrameBuffer();
  private writtenAppends = 0;
  private appended = 0;
  private synced = 0;
  private waiters: Waiter[] = [];
  private round: Promise<void> | undefined;
  private failure: Error | undefined;
  private full = false;

  private constructor(
    { disk = nodeDisk, segmentBytesMax = SEGMENT_BYTES_MAX, clock = machineClock }: JournalOptions,
    folder: string,
    id: string,
    file: DiskFile,
    segmentBytes: number,
    nextSequence: number,
    bytesCut: number,
    durableSequence: SharedArrayBuffer,
  ) {
    this.disk = disk;
    this.segmentBytesMax = segmentBytesMax;
    this.clock = clock;
    this.folder = folder;
    this.id = id;
    this.file = file;
    this.segmentBytes = segmentBytes;
    this.sequence = nextSequence;
    this.bytesCut = bytesCut;
    this.durableSequence = durableSequence;
    this.durableCell = new Float64Array(durableSequence);
    this.durableCell[0] = nextSequence - 1;
  }

  /**
   * Reads what is there, telling its id first and then every frame behind `afterSequence`, and opens it for appending. An empty folder becomes a
   * new journal. What is read back is on the disk before it is told. Throws JournalDamaged.
   */
  static async open(
    folder: string,
    onId: (journalId: string, durableSequence: SharedArrayBuffer) => void,
    onFrame: (segment: Memory, frame: Frame) => void | Promise<void>,
    options: JournalOptions = {},
  ): Promise<Journal> {
    const disk = options.disk ?? nodeDisk;
    await disk.makeFolder(folder);
    const durable = new SharedArrayBuffer(8);
    // While it is read back nothing is appended, and all of it has been synced.
    new Float64Array(durable)[0] = Number.POSITIVE_INFINITY;
    const found = await recoverJournal(disk, folder, options.afterSequence ?? 0, (known) => onId(known, durable), onFrame);
    const id = found.journalId ?? randomUUID();
    if (found.journalId === undefined) onId(id, durable);
    if (found.lastSegmentFile === undefined || found.lastSegmentBytes < SEGMENT_HEAD_BYTES) {
      const file = await createSegment(disk, folder, id, found.nextSequence);
      return new Journal(options, folder, id, file, SEGMENT_HEAD_BYTES, found.nextSequence, found.bytesCut, durable);
    }
    const file = await disk.open(join(folder, found.lastSegmentFile), false);
    return new Journal(options, folder, id, file, found.lastSegmentBytes, found.nextSequence, found.bytesCut, durable);
  }

  /** The sequence of the next record. */
  get nextSequence(): number {
    return this.sequence;
  }

  get failed(): Error | undefined {
    return this.failure;
  }

  /** True while the disk has no room for what is queued. */
  get isFull(): boolean {
    return this.full;
  }

  /** Why nothing may be appended now, or undefined. */
  get closedBy(): 'journal_failed' | 'disk_full' | undefined {
    if (this.failure !== undefined) return 'journal_failed';
    return this.full ? 'disk_full' : undefined;
  }

  /** Every record up to this sequence is on the disk. */
  get durableUpTo(): number {
    return this.durableCell[0]!;
  }

  /** Queues records as one frame. They are copied. */
  append(payload: Uint8Array, recordCount: number): void {
    this.queue.add(payload, this.sequence, recordCount);
    this.sequence += recordCount;
    this.appended++;
  }

  /** Lets the disk begin with what is queued, for a caller that has other things to do before it waits for `durable`. */
  beginCommit(): void {
    if (this.failure === undefined && this.synced < this.appended) this.round ??= this.commitRounds();
  }

  /**
   * Resolves when everything appended so far is durable; rejects when that can no longer be promised. Rejects with DiskFull when
   * there is no room for it now: it may become durable later, and is then known.
   */
  durable(): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    if (this.synced === this.appended) return Promise.resolve();
    const waiting = new Promise<void>((resolve, reject) => this.waiters.push({ appended: this.appended, resolve, reject }));
    this.beginCommit();
    return waiting;
  }

  /** What a full disk has no room for is given up: nobody was told that it is durable. */
  async close(): Promise<void> {
    try {
      await this.durable();
    } catch (error) {
      if (!(error instanceof DiskFull)) throw error;
    } finally {
      await this.file.close();
    }
  }

  private async commitRounds(): Promise<void> {
    try {
      while (this.synced < this.appended) {
        const isBusy = this.appended - this.synced > 1;
        const beganMs = this.clock.nowMs();
        await this.commitRound();
        const leftMs = ROUND_MS_MIN - (this.clock.nowMs() - beganMs);
        if (isBusy && leftMs > 0) await this.clock.pause(leftMs);
      }
    } catch (error) {
      const reason = error instanceof Error ? error : new Error(String(error));
      if (reason instanceof DiskFull) this.full = true;
      else this.failure = reason;
      for (const waiter of this.waiters.splice(0)) waiter.reject(reason);
    } finally {
      this.round = undefined;
    }
  }

  /** Writes what is queued, or first what a full disk had no room for: all frames of a buffer are of one round. */
  private async commitRound(): Promise<void> {
    if (this.written.isEmpty) {
      [this.queue, this.written] = [this.written, this.queue];
      this.writtenAppends = this.appended;
    }
    const { bytes, firstSequence, lastSequence } = this.written;
    if (this.segmentBytes >= this.segmentBytesMax) await this.beginSegment(firstSequence);
    await this.file.write(bytes, this.segmentBytes);
    await this.file.sync();
    this.segmentBytes += bytes.length;
    this.written.clear();
    this.synced = this.writtenAppends;
    this.full = false;
    this.durableCell[0] = lastSequence;
    this.settle();
  }

  private settle(): void {
    const done = this.waiters.findIndex((waiter) => waiter.appended > this.synced);
    for (const waiter of this.waiters.splice(0, done < 0 ? this.waiters.length : done)) waiter.resolve();
  }

  private async beginSegment(firstSequence: number): Promise<void> {
    const full = this.file;
    this.file = await createSegment(this.disk, this.folder, this.id, firstSequence);
    this.segmentBytes = SEGMENT_HEAD_BYTES;
    await full.close();
  }
}

/** A new segment whose name and head survive a power cut: the file and its folder are both synced. */
async function createSegment(disk: Disk, folder: string, journalId: string, firstSequence: number): Promise<DiskFile> {
  const file = await disk.open(join(folder, segmentFileName(firstSequence)), true);
  try {
    await file.write(encodeSegmentHead({ journalId, firstSequence }), 0);
    await file.sync();
    await disk.syncFolder(folder);
  } catch (error) {
    // On a full disk it is made again, now and then, until there is room.
    await file.close();
    throw error;
  }
  return file;
}
