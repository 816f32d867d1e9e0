/**
 * One database connection made ready for writing: migrated, with its staging tables, its hours and its watermark line.
 *
 * It owns the connection and the shape of the write transaction. It holds no rows and decides nothing: after any failure
 * it is destroyed, and what was committed is learnt from a fresh one.
 */

import { COPY_HEADER, COPY_TRAILER } from './copy-frame.ts';
import type { DatabaseConnect, DatabaseSession } from './database.ts';
import { HourlyPartitions } from './hourly-partitions.ts';
import { applyMigrations, type Migration } from './migrations.ts';
import { TABLES } from './tables.ts';
import { createWatermark, lockWatermark, raiseWatermark } from './watermark.ts';

/** The encoded rows of a batch: for each of `TABLES` the pieces that follow one another. */
export type BatchBytes = readonly (readonly Uint8Array[])[];

export class WriterSession {
  private readonly session: DatabaseSession;
  private readonly partitions: HourlyPartitions;
  private readonly journalId: string;

  private constructor(session: DatabaseSession, partitions: HourlyPartitions, journalId: string) {
    this.session = session;
    this.partitions = partitions;
    this.journalId = journalId;
  }

  static async open(
    connect: DatabaseConnect,
    migrations: readonly Migration[],
    journalId: string,
  ): Promise<WriterSession> {
    const session = await connect();
    try {
      await applyMigrations(session, migrations);
      for (const { staging } of TABLES) {
        if (staging !== undefined) await session.execute(staging.createSql);
      }
      await createWatermark(session, journalId);
      return new WriterSession(session, await HourlyPartitions.load(session), journalId);
    } catch (error) {
      session.destroy();
      throw error;
    }
  }

  /** What is committed now, seen from behind any transaction of ours that may still be running. */
  async readWatermark(): Promise<number> {
    const watermark = await this.begin();
    await this.abandon();
    return watermark;
  }

  async ensureHours(hoursUs: Iterable<number>): Promise<void> {
    await this.partitions.ensure(this.session, hoursUs);
  }

  async prepareHoursAhead(nowUs: number): Promise<void> {
    await this.partitions.prepareAhead(this.session, nowUs);
  }

  /** Starts the write transaction and returns the watermark it starts from. */
  async begin(): Promise<number> {
    await this.session.execute('BEGIN');
    return lockWatermark(this.session, this.journalId);
  }

  /** Writes a batch and the watermark that covers it, and commits. */
  async finish(batch: BatchBytes, watermark: number): Promise<void> {
    for (const [index, table] of TABLES.entries()) {
      const pieces = batch[index]!;
      if (pieces.length === 0) continue;
      await this.session.copyIn(table.copySql, [COPY_HEADER, ...pieces, COPY_TRAILER]);
      if (table.staging !== undefined) await this.session.query(...table.staging.mergeSql(this.journalId));
    }
    await raiseWatermark(this.session, this.journalId, watermark);
    await this.session.execute('COMMIT');
  }

  /** Ends the transaction without writing. */
  async abandon(): Promise<void> {
    await this.session.execute('ROLLBACK');
  }

  destroy(): void {
    this.session.destroy();
  }

  async close(): Promise<void> {
    await this.session.close();
  }
}
