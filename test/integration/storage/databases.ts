/** The two databases that the storage tests run on, each started once a test file. */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DatabaseConnect, SqlRow } from '../../../storage/database.ts';
import { startEmbeddedPostgres } from '../../../storage/embedded.ts';
import { pgConnect } from '../../../storage/pg-database.ts';
import { startTimescale } from '../../support/timescale-bridge.ts';

export interface TestDatabase {
  readonly connect: DatabaseConnect;
  stop(): Promise<void>;
}

export interface TestPostgres extends TestDatabase {
  readonly databaseUrl: string;
}

export const DATABASES = [
  { name: 'embedded PostgreSQL', hypertable: false, start: startPostgres },
  { name: 'TimescaleDB', hypertable: true, start: startTimescale },
] as const;

export async function startPostgres(): Promise<TestPostgres> {
  const dataDir = await makeDataDir();
  const server = await startEmbeddedPostgres({ dataDir, log: () => {} });
  return {
    databaseUrl: server.databaseUrl,
    connect: pgConnect(server.databaseUrl),
    stop: async () => {
      await server.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

export async function makeDataDir(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'execution-monitor-storage-'));
}

/** One statement on a connection of its own. */
export async function select(connect: DatabaseConnect, sql: string): Promise<readonly SqlRow[]> {
  const session = await connect();
  try {
    return await session.query(sql);
  } finally {
    await session.close();
  }
}

/** Empties every table that the migrations made. */
export async function emptyTables(connect: DatabaseConnect): Promise<void> {
  await select(connect, 'TRUNCATE execution_monitoring_ts, executions, orders, alerts, order_analytics, storage_watermark');
}
