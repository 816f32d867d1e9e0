/**
 * Brings a database up to this version: the files of `storage/migrations/`, in order, each in a transaction.
 *
 * It owns the table `schema_migrations` (number, name, checksum). An applied file must never change, and a database that
 * a newer version has migrated is refused. Several starts at once wait for one another on an advisory lock.
 */

import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import type { DatabaseSession } from './database.ts';

/** The compiled file is in dist/storage/, the SQL stays where it is written. */
const MIGRATIONS_FOLDER = new URL('../../storage/migrations/', import.meta.url);
const FILE_NAME = /^(\d{4})-([a-z0-9-]+)\.sql$/;
/** "execmig" in ASCII; any number will do, as long as nobody else takes it. */
const LOCK_KEY = 28_556_943_013_407_079n;

const BOOKKEEPING_SQL = `
  CREATE TABLE IF NOT EXISTS schema_migrations (
    number      integer PRIMARY KEY,
    name        text NOT NULL,
    checksum    text NOT NULL,
    applied_at  timestamptz NOT NULL DEFAULT now()
  )`;

export interface Migration {
  readonly number: number;
  readonly name: string;
  /** SHA-256 of the file, hex. */
  readonly checksum: string;
  readonly sql: string;
}

/** The database and this version of the software do not fit together; an operator must look. */
export class MigrationConflict extends Error {
  override readonly name = 'MigrationConflict';
}

/** Reads the migrations that this version brings, by number. */
export async function readMigrations(folder: URL = MIGRATIONS_FOLDER): Promise<readonly Migration[]> {
  const migrations: Migration[] = [];
  for (const fileName of (await readdir(folder)).sort()) {
    const match = FILE_NAME.exec(fileName);
    if (match === null) throw new MigrationConflict(`${fileName} is not named like 0001-what-it-does.sql`);
    const sql = await readFile(new URL(fileName, folder), 'utf8');
    const checksum = createHash('sha256').update(sql).digest('hex');
    migrations.push({ number: Number(match[1]), name: match[2]!, checksum, sql });
  }
  migrations.forEach((migration, index) => {
    if (migration.number !== index + 1) throw new MigrationConflict(`migration ${index + 1} is missing or there twice`);
  });
  return migrations;
}

/** Applies what is not applied yet; returns how many that were. Throws `MigrationConflict` or `DatabaseError`. */
export async function applyMigrations(
  session: DatabaseSession,
  migrations: readonly Migration[],
): Promise<number> {
  await session.execute(`SELECT pg_advisory_lock(${LOCK_KEY})`);
  try {
    await session.execute(BOOKKEEPING_SQL);
    const applied = await session.query('SELECT number, name, checksum FROM schema_migrations ORDER BY number');
    for (const row of applied) requireSame(row, migrations[Number(row['number']) - 1]);
    const missing = migrations.slice(applied.length);
    for (const migration of missing) await applyOne(session, migration);
    return missing.length;
  } finally {
    // On a broken connection the lock is gone with it.
    await session.execute(`SELECT pg_advisory_unlock(${LOCK_KEY})`).catch(() => {});
  }
}

async function applyOne(session: DatabaseSession, migration: Migration): Promise<void> {
  await session.execute('BEGIN');
  try {
    await session.execute(migration.sql);
    await session.query('INSERT INTO schema_migrations (number, name, checksum) VALUES ($1, $2, $3)', [
      migration.number,
      migration.name,
      migration.checksum,
    ]);
    await session.execute('COMMIT');
  } catch (error) {
    await session.execute('ROLLBACK').catch(() => {});
    throw error;
  }
}

function requireSame(applied: Readonly<Record<string, unknown>>, ours: Migration | undefined): void {
  const title = `migration ${String(applied['number'])} (${String(applied['name'])})`;
  if (ours === undefined) {
    throw new MigrationConflict(`the database has ${title}, which this version does not know: run the newer version`);
  }
  if (applied['checksum'] !== ours.checksum) {
    throw new MigrationConflict(`${title} was applied with checksum ${String(applied['checksum'])}, but the file now has ${ours.checksum}: restore the file and put the change into a new migration`);
  }
}
