/**
 * Rows into one table of the service's own database with a bare `pg-copy-streams`: what is given during one COPY goes
 * together into the next. The least that any storage of rows must do; no transaction around it, no watermark, no retry.
 *
 * Nobody waits for it. When it fails it says so once and throws away what still comes: the check at the end of a round
 * finds the rows missing.
 */

import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';

import pg from 'pg';
import { from as copyFrom } from 'pg-copy-streams';

export interface PumpTable {
  readonly name: string;
  /** Of an existing table that it is made like, indexes included. */
  readonly like: string;
  readonly columns: readonly string[];
  readonly format: 'binary' | 'text';
}

/** The COPY's own bytes before and behind the rows. */
export interface PumpFrame {
  readonly header: Uint8Array;
  readonly trailer: Uint8Array;
}

/** A COPY is not begun more often than this, so that a trickle does not become a COPY a row. */
const PAUSE_MS = 5;

export class CopyPump {
  rowsGiven = 0;
  rowsStored = 0;
  private readonly client: pg.Client;
  private readonly sql: string;
  private readonly frame: PumpFrame;
  private pieces: Uint8Array[] = [];
  private pieceRows = 0;
  private isCopying = false;
  private hasFailed = false;

  private constructor(client: pg.Client, sql: string, frame: PumpFrame) {
    this.client = client;
    this.sql = sql;
    this.frame = frame;
  }

  /** Makes the table anew. */
  static async open(databaseUrl: string, table: PumpTable, frame: PumpFrame): Promise<CopyPump> {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    await client.query(`DROP TABLE IF EXISTS ${table.name}`);
    await client.query(`CREATE TABLE ${table.name} (LIKE ${table.like} INCLUDING ALL)`);
    const columns = table.columns.map((column) => `"${column}"`).join(', ');
    const pump = new CopyPump(client, `COPY ${table.name} (${columns}) FROM STDIN (FORMAT ${table.format})`, frame);
    client.on('error', (error) => pump.fail(error));
    return pump;
  }

  /** Takes encoded rows; the bytes are kept until they are sent. */
  push(rows: Uint8Array, rowCount: number): void {
    this.rowsGiven += rowCount;
    if (this.hasFailed) return;
    this.pieces.push(rows);
    this.pieceRows += rowCount;
    if (!this.isCopying) void this.copyRounds();
  }

  private async copyRounds(): Promise<void> {
    this.isCopying = true;
    try {
      while (this.pieces.length > 0) {
        const [pieces, rowCount] = [this.pieces, this.pieceRows];
        this.pieces = [];
        this.pieceRows = 0;
        const copy = this.client.query(copyFrom(this.sql));
        copy.end(Buffer.concat([this.frame.header, ...pieces, this.frame.trailer]));
        await once(copy, 'finish');
        this.rowsStored += rowCount;
        await sleep(PAUSE_MS);
      }
    } catch (error) {
      this.fail(error);
    }
    this.isCopying = false;
  }

  private fail(error: unknown): void {
    if (!this.hasFailed) process.stderr.write(`the COPY pump has failed: ${String(error)}\n`);
    this.hasFailed = true;
    this.pieces = [];
  }
}
