/**
 * One connection to the simulated database: what storage says, how long it takes, and what becomes of it when the connection
 * is cut. It understands exactly the statements that storage/ sends and throws at any other.
 */

import { DatabaseError, type DatabaseSession, type SqlRow, type SqlValue } from '../../storage/database.ts';
import { copiedRows, type StoredRow } from './copy-rows.ts';
import type { Life } from './life.ts';
import type { Random } from './random.ts';
import { APPENDED, type AppendedTable, KEYED, type KeyedTable, mergeNewest, type StoredTables } from './stored-tables.ts';
import type { VirtualTime } from './virtual-time.ts';

/** How long a server may take to notice that nobody is at the other end. */
const NOTICE_US_MAX = 1_500_000;
const US_PER_HOUR = 3_600_000_000;
const UNIQUE_VIOLATION = '23505';
const NO_PARTITION = '23514';
const NO_TABLE = '42P01';

/** Where a connection is cut the next time it gets there. */
export type CutPlace = 'copy' | 'before_commit' | 'after_commit';

/** The server as its connections see it. */
export interface Server {
  readonly time: VirtualTime;
  readonly random: Random;
  readonly tables: StoredTables;
  readonly isHypertable: boolean;
  readonly isWatermarkAlone: boolean;
  readonly locksRows: boolean;
  cutAt: CutPlace | undefined;
  refusal: string | undefined;
  onCommit(): void;

  /** One way of a statement or its answer, or the work in between. */
  work(): Promise<void>;

  /** Resolves once the session holds the lock; not at all for one that ends before. */
  lock(key: string, session: SimulatedSession): Promise<void>;

  unlock(key: string, session: SimulatedSession): void;

  /** The session has ended. */
  forget(session: SimulatedSession): void;
}

interface Transaction {
  readonly effects: ((tables: StoredTables) => void)[];
  readonly staged: Map<string, StoredRow[]>;
  readonly locks: string[];
}

export class SimulatedSession implements DatabaseSession {
  private readonly database: Server;
  private readonly temporary = new Set<string>();
  private transaction: Transaction | undefined;
  /** The other end is gone. */
  private isCut = false;
  private isEnded = false;
  private isServing = false;
  private rejectPending: ((error: Error) => void) | undefined;

  constructor(database: Server, life: Life) {
    this.database = database;
    // The system closes what a dead process had open.
    life.onEnd(() => this.cut());
  }

  query(sql: string, parameters: readonly SqlValue[] = []): Promise<readonly SqlRow[]> {
    return this.submit(() => this.answer(sql.trim(), parameters));
  }

  async execute(script: string): Promise<void> {
    const sql = script.trim();
    const isCommit = sql === 'COMMIT' && this.transaction !== undefined && this.transaction.effects.length > 0;
    if (isCommit && this.isCutPlace('before_commit')) this.cut();
    const answered = this.submit(() => this.run(sql));
    if (isCommit && this.isCutPlace('after_commit')) void this.database.time.after(this.database.random.whole(0, 800), () => this.cut());
    await answered;
  }

  copyIn(sql: string, chunks: readonly Uint8Array[]): Promise<void> {
    if (this.isCutPlace('copy')) void this.database.time.after(this.database.random.whole(0, 800), () => this.cut());
    // Read when they get there and not now: the sender must leave them alone until this settles.
    return this.submit(() => this.copy(sql, chunks));
  }

  destroy(): void {
    this.cut();
  }

  async close(): Promise<void> {
    this.cut();
  }

  /** The connection is gone; what has arrived at the server goes on. */
  cut(): void {
    if (this.isCut) return;
    this.isCut = true;
    this.rejectPending?.(new DatabaseError('the connection was lost', undefined, undefined));
    if (!this.isServing) this.database.time.after(this.database.random.whole(0, NOTICE_US_MAX), () => this.end());
  }

  /** The server's side ends: what is not committed is rolled back. */
  end(): void {
    if (this.isEnded) return;
    this.isEnded = true;
    this.transaction = undefined;
    this.database.forget(this);
  }

  private isCutPlace(place: CutPlace): boolean {
    if (this.database.cutAt !== place) return false;
    this.database.cutAt = undefined;
    return true;
  }

  private submit<T>(work: () => T | Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.isCut) return reject(new DatabaseError('the connection is closed', undefined, undefined));
      this.rejectPending = reject;
      this.serve(work).then(resolve, reject);
    });
  }

  private async serve<T>(work: () => T | Promise<T>): Promise<T> {
    this.isServing = true;
    try {
      await this.database.work();
      const isLost = this.isCut && this.database.random.chance(0.5);
      if (this.isEnded || isLost) throw new DatabaseError('the connection was lost', undefined, undefined);
      // A server that is slow with its disk carries out a COMMIT long after its client has gone.
      if (this.isCut && this.database.random.chance(0.5)) await this.database.time.pause(this.database.random.whole(0, NOTICE_US_MAX));
      const result = await work();
      await this.database.work();
      return result;
    } catch (error) {
      if (!(error instanceof DatabaseError) && !this.isEnded) this.database.time.fail(error);
      throw error;
    } finally {
      this.isServing = false;
      if (this.isCut) this.end();
    }
  }

  private async run(sql: string): Promise<void> {
    if (this.isEnded) return;
    const { tables } = this.database;
    const created = /^CREATE TABLE (execution_monitoring_ts_\d{10}) /.exec(sql);
    const locked = /^SELECT pg_advisory(_xact)?_lock\((\d+)\)$/.exec(sql);
    const unlocked = /^SELECT pg_advisory_unlock\((\d+)\)$/.exec(sql);
    const staging = /^CREATE TEMPORARY TABLE (staged_\w+) ON COMMIT DELETE ROWS AS SELECT .* FROM (\w+) WITH NO DATA$/.exec(sql);
    if (sql === 'BEGIN') this.transaction = { effects: [], staged: new Map(), locks: [] };
    else if (sql === 'COMMIT') this.commit();
    else if (sql === 'ROLLBACK') this.endTransaction();
    else if (locked !== null) await this.lock(`advisory ${locked[2]}`, locked[1] !== undefined);
    else if (unlocked !== null) this.database.unlock(`advisory ${unlocked[1]}`, this);
    else if (sql.startsWith('CREATE TABLE IF NOT EXISTS schema_migrations')) tables.made.add('schema_migrations');
    else if (created !== null) this.inTransaction().effects.push((stored) => void stored.made.add(created[1]!));
    else if (staging !== null) {
      this.requireTable(staging[2]!);
      this.temporary.add(staging[1]!);
    } else if (sql.startsWith('--')) this.migrate(sql);
    else throw new Error(`the simulated database does not understand: ${sql}`);
  }

  private async answer(sql: string, parameters: readonly SqlValue[]): Promise<readonly SqlRow[]> {
    if (this.isEnded) return [];
    const { tables } = this.database;
    const merge = /^INSERT INTO (\w+) \([^)]*\)\s+SELECT DISTINCT ON .* FROM (staged_\w+)/s.exec(sql);
    if (merge !== null) this.merge(merge[1] as KeyedTable, merge[2]!, parameters[0] as string | undefined);
    else if (sql.startsWith('SELECT number, name, checksum FROM schema_migrations')) return tables.migrations.map((row) => ({ ...row }));
    else if (sql.startsWith('INSERT INTO schema_migrations')) {
      const [number, name, checksum] = parameters as [number, string, string];
      this.inTransaction().effects.push((stored) => void stored.migrations.push({ number, name, checksum }));
    } else if (sql.startsWith('INSERT INTO storage_watermark')) {
      this.requireTable('storage_watermark');
      const journalId = parameters[0] as string;
      if (!tables.watermarks.has(journalId)) tables.watermarks.set(journalId, 0);
    } else if (sql.startsWith('SELECT sequence FROM storage_watermark') && sql.endsWith('FOR UPDATE')) {
      if (this.database.locksRows) await this.lock(`watermark ${String(parameters[0])}`, true);
      const sequence = tables.watermarks.get(parameters[0] as string);
      return sequence === undefined ? [] : [{ sequence: String(sequence) }];
    } else if (sql.startsWith('UPDATE storage_watermark SET sequence')) {
      const [journalId, sequence] = parameters as [string, number];
      const raise = (stored: StoredTables): void => void stored.watermarks.set(journalId, Math.max(sequence, stored.watermarks.get(journalId)!));
      if (this.database.isWatermarkAlone) raise(tables);
      else this.inTransaction().effects.push(raise);
    } else if (sql.includes(`relkind = 'p'`)) return [{ partitioned: !this.database.isHypertable }];
    else if (sql.includes('FROM pg_inherits')) return [...tables.made].filter((name) => name.startsWith('execution_monitoring_ts_')).map((name) => ({ name }));
    else if (sql.startsWith('SELECT to_regclass($1)')) return [{ there: tables.made.has(parameters[0] as string) }];
    else throw new Error(`the simulated database does not understand: ${sql}`);
    return [];
  }

  private copy(sql: string, chunks: readonly Uint8Array[]): void {
    if (this.isCut) throw new DatabaseError('unexpected EOF on client connection with an open transaction', undefined, undefined);
    const match = /^COPY (\w+) \(([^)]*)\) FROM STDIN \(FORMAT binary\)$/.exec(sql);
    if (match === null) throw new Error(`the simulated database does not understand: ${sql}`);
    const { refusal } = this.database;
    if (refusal !== undefined) {
      this.database.refusal = undefined;
      throw new DatabaseError('out of some resource', refusal, undefined);
    }
    const table = match[1]!;
    const rows = copiedRows(chunks, match[2]!.split(', ').map((column) => column.slice(1, -1)));
    const { effects, staged } = this.inTransaction();
    if (this.temporary.has(table)) {
      staged.set(table, [...(staged.get(table) ?? []), ...rows]);
      return;
    }
    this.requireTable(table);
    if (!APPENDED.includes(table as AppendedTable)) throw new Error(`the simulated database takes no COPY into ${table}`);
    if (table === 'execution_monitoring_ts') this.requirePartitions(rows);
    effects.push((stored) => void stored.appended[table as AppendedTable].push(...rows));
  }

  private merge(table: KeyedTable, staged: string, journalId: string | undefined): void {
    if (!(table in KEYED)) throw new Error(`the simulated database merges nothing into ${table}`);
    const rows = this.inTransaction().staged.get(staged) ?? [];
    this.inTransaction().effects.push((stored) => mergeNewest(table, stored.keyed[table], rows, journalId));
  }

  private migrate(sql: string): void {
    for (const [, name] of sql.matchAll(/CREATE TABLE (\w+)/g)) {
      if (this.database.tables.made.has(name!)) throw new DatabaseError(`relation ${name} already exists`, UNIQUE_VIOLATION, undefined);
      this.inTransaction().effects.push((stored) => void stored.made.add(name!));
    }
  }

  private commit(): void {
    const { effects } = this.inTransaction();
    for (const effect of effects) effect(this.database.tables);
    this.endTransaction();
    this.database.onCommit();
  }

  private endTransaction(): void {
    for (const key of this.transaction?.locks ?? []) this.database.unlock(key, this);
    this.transaction = undefined;
  }

  private async lock(key: string, isOfTransaction: boolean): Promise<void> {
    await this.database.lock(key, this);
    if (isOfTransaction) this.inTransaction().locks.push(key);
  }

  private inTransaction(): Transaction {
    if (this.transaction === undefined) throw new Error('there is no transaction on this connection');
    return this.transaction;
  }

  private requireTable(name: string): void {
    if (!this.database.tables.made.has(name)) throw new DatabaseError(`relation ${name} does not exist`, NO_TABLE, undefined);
  }

  private requirePartitions(rows: readonly StoredRow[]): void {
    if (this.database.isHypertable) return;
    for (const row of rows) {
      const hour = new Date(Math.floor(Number(row['timestamp']) / US_PER_HOUR) * (US_PER_HOUR / 1_000)).toISOString();
      const name = `execution_monitoring_ts_${hour.slice(0, 13).replaceAll(/\D/g, '')}`;
      if (!this.database.tables.made.has(name)) throw new DatabaseError('no partition of relation "execution_monitoring_ts" found for row', NO_PARTITION, undefined);
    }
  }
}
