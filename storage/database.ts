/**
 * The port to a PostgreSQL or TimescaleDB server: what the writer needs of a connection, and no more.
 *
 * It owns nothing. `pg-database.ts` is the implementation of the service; the tests have a second one for the
 * TimescaleDB that runs in WebAssembly (test/support/timescale-bridge.ts), so that one writer is tested on both.
 */

export type SqlValue = string | number | boolean | null | readonly string[];

export type SqlRow = Readonly<Record<string, unknown>>;

/** One connection. Statements run one after another; every method throws `DatabaseError` when it fails. */
export interface DatabaseSession {
  /** One statement. bigint columns may come as text or number: read them with `Number`. */
  query(sql: string, parameters?: readonly SqlValue[]): Promise<readonly SqlRow[]>;

  /** A script of any number of statements, without parameters and without results. */
  execute(script: string): Promise<void>;

  /** Sends the chunks, in order, as the input of a `COPY ... FROM STDIN`. They must not change until it settles. */
  copyIn(sql: string, chunks: readonly Uint8Array[]): Promise<void>;

  /** Ends the connection at once; nothing is read from chunks of a running `copyIn` after it. The server rolls back. */
  destroy(): void;

  /** Ends the connection in order. Never throws. */
  close(): Promise<void>;
}

/** Opens a fresh connection, or throws `DatabaseError`. */
export type DatabaseConnect = () => Promise<DatabaseSession>;

/** A statement or a connection failed. */
export class DatabaseError extends Error {
  /** The server's SQLSTATE; undefined when the connection itself failed. */
  readonly sqlState: string | undefined;

  constructor(message: string, sqlState: string | undefined, cause: unknown) {
    super(message, { cause });
    this.name = 'DatabaseError';
    this.sqlState = sqlState;
  }
}
