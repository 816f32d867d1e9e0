/**
 * The database port over `pg`: one TCP connection to a real server.
 *
 * It owns the connection and its session settings. It is not a pool and it never retries: whoever holds a session
 * throws it away after a failure and opens another.
 */

import pg from 'pg';
import { DatabaseError, type DatabaseConnect, type DatabaseSession, type SqlRow, type SqlValue } from './database.ts';
import { PgCopyIn } from './pg-copy-in.ts';

const CONNECT_MS_MAX = 5_000;
const STATEMENT_MS_MAX = 60_000;
const CLOSE_MS_MAX = 1_000;

/**
 * - The server must notice a peer that vanished without a word, or its transaction would keep the watermark's lock.
 * - A commit that was answered must survive a crash of the server, because the rows are forgotten then: a server whose
 *   default is `off` is overruled for this session.
 */
const SESSION_SETTINGS = `
  SET idle_in_transaction_session_timeout = '60s';
  SET tcp_keepalives_idle = 15;
  SET tcp_keepalives_interval = 5;
  SET tcp_keepalives_count = 3;
  SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';
`;

/** Makes connections to `databaseUrl` (postgres://user:password@host:port/database). */
export function pgConnect(databaseUrl: string, applicationName = 'execution-monitor storage', statementMsMax = STATEMENT_MS_MAX): DatabaseConnect {
  return async () => {
    const client = new pg.Client({
      connectionString: databaseUrl,
      application_name: applicationName,
      connectionTimeoutMillis: CONNECT_MS_MAX,
      statement_timeout: statementMsMax,
      query_timeout: statementMsMax + 5_000,
      keepAlive: true,
      keepAliveInitialDelayMillis: 15_000,
    });
    // A lost connection also fails the running or the next statement; without a listener it would end the process.
    client.on('error', () => {});
    const session = new PgSession(client);
    try {
      await client.connect();
      await session.execute(SESSION_SETTINGS);
    } catch (error) {
      session.destroy();
      throw databaseError(error);
    }
    return session;
  };
}

class PgSession implements DatabaseSession {
  private readonly client: pg.Client;

  constructor(client: pg.Client) {
    this.client = client;
  }

  async query(sql: string, parameters: readonly SqlValue[] = []): Promise<readonly SqlRow[]> {
    try {
      const result = await this.client.query<SqlRow>(sql, [...parameters]);
      return result.rows;
    } catch (error) {
      throw databaseError(error);
    }
  }

  async execute(script: string): Promise<void> {
    try {
      await this.client.query(script);
    } catch (error) {
      throw databaseError(error);
    }
  }

  async copyIn(sql: string, chunks: readonly Uint8Array[]): Promise<void> {
    try {
      await this.client.query(new PgCopyIn(sql, chunks)).finished;
    } catch (error) {
      throw databaseError(error);
    }
  }

  destroy(): void {
    this.client.connection.stream.destroy();
  }

  async close(): Promise<void> {
    const tooLong = setTimeout(() => this.destroy(), CLOSE_MS_MAX);
    await this.client.end().catch(() => {});
    clearTimeout(tooLong);
    this.destroy();
  }
}

function databaseError(error: unknown): DatabaseError {
  if (error instanceof DatabaseError) return error;
  if (error instanceof pg.DatabaseError) {
    const hint = error.hint === undefined ? '' : ` (${error.hint})`;
    return new DatabaseError(`${error.message}${hint}`, error.code, error);
  }
  // A refused connection to a name with several addresses is an AggregateError without a message.
  const cause = error instanceof AggregateError && error.errors.length > 0 ? error.errors[0] : error;
  return new DatabaseError(cause instanceof Error ? cause.message : String(cause), undefined, error);
}
