/**
 * Writes rows to the database, each exactly once.
 *
 * It owns the rows that are not committed yet, and what it knows of the watermark. `commit(upTo)` is one transaction:
 * COPY of every held row up to that sequence, and the watermark. Its crash points:
 *
 * - before COMMIT is sent: the server rolls back; the rows are still held and are tried again;
 * - after COMMIT was sent, before its answer: a fresh connection reads the watermark (and waits for the old transaction
 *   while doing so); the rows it covers are dropped, the rest is tried again;
 * - this process dies: journal replay makes the same rows; those up to the watermark are dropped on arrival.
 *
 * It does not decide when to commit, and it does not retry: see storage-agent.ts.
 */

import assert from 'node:assert/strict';
import type { RowReader } from '../engine/ring/row-codec.ts';
import type { DatabaseConnect } from './database.ts';
import { HeldRows } from './held-rows.ts';
import { type Migration, readMigrations } from './migrations.ts';
import { NeededHours } from './needed-hours.ts';
import { MONITORING_CODE, TABLES } from './tables.ts';
import { WatermarkWentBack } from './watermark.ts';
import { WriterSession, type BatchBytes } from './writer-session.ts';

export interface CopyWriterOptions {
  readonly connect: DatabaseConnect;
  /** UUID of the journal that the sequences belong to. */
  readonly journalId: string;
  /** How many sources append, each in its own sequence; 1 when not given. */
  readonly sourceCount?: number;
  /** Those of this version, when not given. */
  readonly migrations?: readonly Migration[];
}

export class CopyWriter {
  private readonly connectDatabase: DatabaseConnect;
  private readonly journalId: string;
  private readonly migrations: readonly Migration[] | undefined;
  private readonly held: readonly HeldRows[];
  private readonly neededHours = new NeededHours();
  private session: WriterSession | undefined;
  private committed = 0;
  private busy = false;

  constructor({ connect, journalId, sourceCount = 1, migrations }: CopyWriterOptions) {
    this.migrations = migrations;
    this.connectDatabase = connect;
    this.journalId = journalId;
    this.held = Array.from({ length: sourceCount }, () => new HeldRows());
  }

  /** The watermark as far as it is known; 0 before the first connection. */
  get committedSequence(): number {
    return this.committed;
  }

  get connected(): boolean {
    return this.session !== undefined;
  }

  get heldRows(): number {
    return this.held.reduce((sum, rows) => sum + rows.rowCount, 0);
  }

  get heldBytes(): number {
    return this.held.reduce((sum, rows) => sum + rows.byteCount, 0);
  }

  /** The held rows of one source, to look at. */
  heldOf(source: number): Readonly<Pick<HeldRows, 'rowCount' | 'byteCount' | 'firstSequence' | 'lastSequence'>> {
    return this.held[source]!;
  }

  /** Takes a row in. The rows of one source come in sequence; a row that is committed already is dropped. */
  append(row: RowReader, source = 0): void {
    if (!this.held[source]!.append(row)) return;
    if (row.kindCode === MONITORING_CODE) this.neededHours.add(row.timestampUs, row.sequence);
  }

  /** The source is rebuilt: what it handed over up to `completeThrough` stays, the rest it will hand over again. */
  restartSource(source: number, completeThrough: number): void {
    this.held[source]!.restartAfter(completeThrough);
  }

  /** How many held rows have a sequence of at most `sequence`. */
  countThrough(sequence: number): number {
    return this.held.reduce((sum, rows) => sum + rows.countThrough(sequence), 0);
  }

  /**
   * The highest sequence up to `limit` with at most `rowsMax` held rows up to it. The rows of one sequence are never
   * parted: when the first sequence alone has more, it is that one.
   */
  batchEnd(limit: number, rowsMax: number): number {
    if (this.countThrough(limit) <= rowsMax) return limit;
    let fits = Math.min(...this.held.map((rows) => rows.firstSequence));
    let exceeds = limit;
    while (exceeds - fits > 1) {
      const middle = Math.floor((fits + exceeds) / 2);
      if (this.countThrough(middle) <= rowsMax) fits = middle;
      else exceeds = middle;
    }
    return fits;
  }

  /** Connects, migrates and reads the watermark, unless that is done. */
  async connect(): Promise<void> {
    await this.exclusively(async () => {
      await this.openSession();
    });
  }

  /**
   * Commits every held row with a sequence of at most `upTo`, and the watermark `upTo`. The caller vouches that no row
   * up to it is still to come. When it throws, nothing is lost: call it again (it opens a fresh connection).
   */
  async commit(upTo: number): Promise<void> {
    assert(upTo >= 0 && Number.isSafeInteger(upTo), 'a watermark is a sequence');
    await this.exclusively(async () => {
      const session = await this.openSession();
      if (upTo <= this.committed) return;
      await session.ensureHours(this.neededHours.hoursUs());
      this.learn(await session.begin());
      if (upTo <= this.committed) return session.abandon();
      await session.finish(this.batchThrough(upTo), upTo);
      this.learn(upTo);
    });
  }

  /** Makes the partitions of the next hours; does nothing on a hypertable. */
  async prepareHoursAhead(nowUs: number): Promise<void> {
    await this.exclusively(async () => {
      const session = await this.openSession();
      await session.prepareHoursAhead(nowUs);
    });
  }

  /** Ends the connection. Held rows are forgotten with the writer; the journal has them. */
  async close(): Promise<void> {
    const session = this.session;
    this.session = undefined;
    if (this.busy) session?.destroy();
    else await session?.close();
  }

  private async openSession(): Promise<WriterSession> {
    if (this.session !== undefined) return this.session;
    const session = await WriterSession.open(this.connectDatabase, this.migrations ?? (await readMigrations()), this.journalId);
    this.session = session;
    this.learn(await session.readWatermark());
    return session;
  }

  /** One thing at a time on the connection; whatever fails, the connection is not used again. */
  private async exclusively(work: () => Promise<void>): Promise<void> {
    assert(!this.busy, 'the writer does one thing at a time');
    this.busy = true;
    try {
      await work();
    } catch (error) {
      this.session?.destroy();
      this.session = undefined;
      throw error;
    } finally {
      this.busy = false;
    }
  }

  private batchThrough(upTo: number): BatchBytes {
    return TABLES.map((_, table) =>
      this.held
        .map((rows) => rows.queues[table]!)
        .map((queue) => queue.bytesOf(queue.countThrough(upTo)))
        .filter((bytes) => bytes.length > 0),
    );
  }

  private learn(watermark: number): void {
    if (watermark < this.committed) {
      throw new WatermarkWentBack(
        `the database has journal ${this.journalId} up to ${watermark}, but ${this.committed} was committed to it: the rows between must be derived from the journal again`,
      );
    }
    this.committed = watermark;
    for (const rows of this.held) rows.dropThrough(watermark);
    this.neededHours.dropThrough(watermark);
  }
}
