/**
 * The journal: the one place that must not lose anything. Append-only segments, group commit.
 *
 * `append` queues a frame; `durable` resolves when every frame queued so far is on the disk (write, then fdatasync, one
 * round at a time: what arrives during a round goes together into the next). After a failed write or sync nothing is
 * acknowledged any more: the promise rejects for good, and the state of the disk is left to recovery.
 */

import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';

import { SEGMENT_BYTES_MAX } from '../domain/limits.ts';
import type { Memory } from '../ring/memory.ts';
import { recoverJournal } from './recovery.ts';
import { encodeFrame, encodeSegmentHead, type Frame, SEGMENT_HEAD_BYTES, segmentFileName } from './segment.ts';

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
  private readonly folder: string;
  private file: FileHandle;
  private segmentBytes: number;
  private sequence: number;
  private queue: Buffer[] = [];
  private queueFirstSequence = 0;
  private appended = 0;
  private synced = 0;
  private waiters: Waiter[] = [];
  private round: Promise<void> | undefined;
  private failure: Error | undefined;

  private constructor(
    folder: string,
    id: string,
    file: FileHandle,
    segmentBytes: number,
    nextSequence: number,
    bytesCut: number,
    durableSequence: SharedArrayBuffer,
  ) {
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
   * Reads what is there, telling its id first and then every frame, and opens it for appending. An empty folder becomes a
   * new journal. What is read back is on the disk before it is told. Throws JournalDamaged.
   */
  static async open(
    folder: string,
    onId: (journalId: string, durableSequence: SharedArrayBuffer) => void,
    onFrame: (segment: Memory, frame: Frame) => void | Promise<void>,
  ): Promise<Journal> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const durable = new SharedArrayBuffer(8);
    // While it is read back nothing is appended, and all of it has been synced.
    new Float64Array(durable)[0] = Number.POSITIVE_INFINITY;
    const found = await recoverJournal(folder, (known) => onId(known, durable), onFrame);
    const id = found.journalId ?? randomUUID();
    if (found.journalId === undefined) onId(id, durable);
    if (found.lastSegmentFile === undefined || found.lastSegmentBytes < SEGMENT_HEAD_BYTES) {
      const file = await createSegment(folder, id, found.nextSequence);
      return new Journal(folder, id, file, SEGMENT_HEAD_BYTES, found.nextSequence, found.bytesCut, durable);
    }
    const file = await open(join(folder, found.lastSegmentFile), 'r+');
    return new Journal(folder, id, file, found.lastSegmentBytes, found.nextSequence, found.bytesCut, durable);
  }

  /** The sequence of the next record. */
  get nextSequence(): number {
    return this.sequence;
  }

  get failed(): Error | undefined {
    return this.failure;
  }

  /** Queues records as one frame. They are copied. */
  append(payload: Uint8Array, recordCount: number): void {
    if (this.queue.length === 0) this.queueFirstSequence = this.sequence;
    this.queue.push(encodeFrame(payload, this.sequence, recordCount));
    this.sequence += recordCount;
    this.appended++;
  }

  /** Lets the disk begin with what is queued, for a caller that has other things to do before it waits for `durable`. */
  beginCommit(): void {
    if (this.failure === undefined && this.synced < this.appended) this.round ??= this.commitRounds();
  }

  /** Resolves when everything appended so far is durable; rejects when that can no longer be promised. */
  durable(): Promise<void> {
    if (this.failure !== undefined) return Promise.reject(this.failure);
    if (this.synced === this.appended) return Promise.resolve();
    const waiting = new Promise<void>((resolve, reject) => this.waiters.push({ appended: this.appended, resolve, reject }));
    this.beginCommit();
    return waiting;
  }

  async close(): Promise<void> {
    try {
      await this.durable();
    } finally {
      await this.file.close();
    }
  }

  private async commitRounds(): Promise<void> {
    try {
      while (this.synced < this.appended) {
        const frames = this.queue;
        const upTo = this.appended;
        const lastSequence = this.sequence - 1;
        this.queue = [];
        if (this.segmentBytes >= SEGMENT_BYTES_MAX) await this.beginSegment(this.queueFirstSequence);
        const bytes = frames.length === 1 ? frames[0]! : Buffer.concat(frames);
        await writeFully(this.file, bytes, this.segmentBytes);
        await this.file.datasync();
        this.segmentBytes += bytes.length;
        this.synced = upTo;
        this.durableCell[0] = lastSequence;
        this.settle();
      }
    } catch (error) {
      this.failure = error instanceof Error ? error : new Error(String(error));
      for (const waiter of this.waiters.splice(0)) waiter.reject(this.failure);
    } finally {
      this.round = undefined;
    }
  }

  private settle(): void {
    const done = this.waiters.findIndex((waiter) => waiter.appended > this.synced);
    for (const waiter of this.waiters.splice(0, done < 0 ? this.waiters.length : done)) waiter.resolve();
  }

  private async beginSegment(firstSequence: number): Promise<void> {
    await this.file.close();
    this.file = await createSegment(this.folder, this.id, firstSequence);
    this.segmentBytes = SEGMENT_HEAD_BYTES;
  }
}

async function writeFully(file: FileHandle, bytes: Buffer, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    const result = await file.write(bytes, written, bytes.length - written, position + written);
    written += result.bytesWritten;
  }
}

/** A new segment whose name and head survive a power cut: the file and its folder are both synced. */
async function createSegment(folder: string, journalId: string, firstSequence: number): Promise<FileHandle> {
  const file = await open(join(folder, segmentFileName(firstSequence)), 'w+');
  await writeFully(file, encodeSegmentHead({ journalId, firstSequence }), 0);
  await file.sync();
  const directory = await open(folder, 'r');
  await directory.sync();
  await directory.close();
  return file;
}
