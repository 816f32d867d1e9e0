/**
 * Analytics of orders that have left memory, read back from the database: the very text that was written.
 *
 * It owns one connection, opened when it is needed and thrown away when a statement fails. It is not the writer's.
 */

import { DatabaseError, type DatabaseConnect, type DatabaseSession } from './database.ts';

const READS_WAITING_MAX = 256;

const FIND_SQL = `
  SELECT content FROM order_analytics
  WHERE order_id = $1 AND journal_id = $2::uuid AND part < parts
  ORDER BY part`;

export class StoredAnalytics {
  private readonly connect: DatabaseConnect;
  private readonly journalId: string;
  private session: Promise<DatabaseSession> | undefined;
  private waiting = 0;

  constructor(connect: DatabaseConnect, journalId: string) {
    this.connect = connect;
    this.journalId = journalId;
  }

  /** The explained analytics as JSON text; undefined where they are not written yet. Throws `DatabaseError`. */
  async find(orderId: string): Promise<string | undefined> {
    if (this.waiting >= READS_WAITING_MAX) throw new DatabaseError('too many reads wait for the database', undefined, undefined);
    this.waiting++;
    try {
      const session = await (this.session ??= this.connect());
      const rows = await session.query(FIND_SQL, [orderId, this.journalId]);
      return rows.length === 0 ? undefined : rows.map((row) => row['content'] as string).join('');
    } catch (error) {
      await this.close();
      throw error;
    } finally {
      this.waiting--;
    }
  }

  async close(): Promise<void> {
    const session = this.session;
    this.session = undefined;
    await session?.then((open) => open.destroy()).catch(() => undefined);
  }
}
