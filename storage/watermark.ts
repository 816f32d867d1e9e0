/**
 * The watermark: up to which sequence of a journal every row is in the database.
 *
 * It moves in the transaction that writes the rows, so the two can never disagree, whatever the crash point. Journal
 * replay makes the same rows with the same sequences; those up to the watermark are dropped, the rest is written.
 * 0 means that nothing is there; sequences begin at 1.
 */

import type { DatabaseSession } from './database.ts';

const CREATE_SQL = 'INSERT INTO storage_watermark (journal_id, sequence) VALUES ($1, 0) ON CONFLICT DO NOTHING';
const LOCK_SQL = 'SELECT sequence FROM storage_watermark WHERE journal_id = $1 FOR UPDATE';
const RAISE_SQL = 'UPDATE storage_watermark SET sequence = $2 WHERE journal_id = $1 AND sequence < $2';

/** The database has fewer rows than were committed to it (restored, failed over, or crashed without durable commits). */
export class WatermarkWentBack extends Error {
  override readonly name = 'WatermarkWentBack';
}

/** Makes the journal's line when it has none. */
export async function createWatermark(session: DatabaseSession, journalId: string): Promise<void> {
  await session.query(CREATE_SQL, [journalId]);
}

/**
 * Reads the watermark and keeps it locked until the transaction ends. Every writing transaction begins with it: one that
 * was cut off after its COMMIT was sent may still be running on the server, and the next one must wait to see its result.
 */
export async function lockWatermark(session: DatabaseSession, journalId: string): Promise<number> {
  const [row] = await session.query(LOCK_SQL, [journalId]);
  // The line was there when the session began; without it the database is another one than before.
  if (row === undefined) throw new WatermarkWentBack(`the watermark of journal ${journalId} is gone from the database`);
  return Number(row['sequence']);
}

/** Moves the watermark up to `sequence` inside the running transaction; it is never lowered. */
export async function raiseWatermark(session: DatabaseSession, journalId: string, sequence: number): Promise<void> {
  await session.query(RAISE_SQL, [journalId, sequence]);
}
