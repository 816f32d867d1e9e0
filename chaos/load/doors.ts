/** The two ways in, as a client sees them: a batch is answered, refused (nothing of it was taken), or nobody knows. */

import { Packr } from 'msgpackr';

import { IntakeSocket } from '../../test/support/intake-socket.ts';
import type { BatchAnswer, LedgerBatch } from '../ledger/ledger.ts';

export type Outcome =
  | { readonly is: 'answered'; readonly answer: BatchAnswer }
  | { readonly is: 'refused'; readonly code: string }
  | { readonly is: 'unanswered'; readonly why: string };

export interface Door {
  /** How many batches may be on their way at once; they are taken in order. */
  readonly batchesAtOnce: number;
  send(batch: LedgerBatch): Promise<Outcome>;
  close(): void;
}

export const DOOR_NAMES = ['http-json', 'http-ndjson', 'http-msgpack', 'ws-json', 'ws-msgpack'] as const;
export type DoorName = (typeof DOOR_NAMES)[number];

const ANSWER_MS_MAX = 20_000;
const SOCKET_BATCHES_AT_ONCE = 6;
/** Answers that promise that nothing was taken; after any other but 200 a batch may or may not be there. */
const NOTHING_TAKEN = new Set(['overloaded', 'not_ready', 'predecessor_refused']);
const packr = new Packr({ useRecords: false });

export async function openDoor(name: DoorName, url: string): Promise<Door> {
  if (name === 'ws-json' || name === 'ws-msgpack') return new SocketDoor(await IntakeSocket.open(url, name === 'ws-json' ? 'json' : 'msgpack'));
  return new HttpDoor(url, name);
}

class HttpDoor implements Door {
  readonly batchesAtOnce = 1;
  private readonly url: string;
  private readonly encoding: DoorName;

  constructor(url: string, encoding: DoorName) {
    this.url = url;
    this.encoding = encoding;
  }

  async send(batch: LedgerBatch): Promise<Outcome> {
    const [contentType, body] = this.encode(batch.events.map((event) => event.body));
    try {
      const response = await fetch(new URL('/api/v1/events', this.url), {
        method: 'POST',
        headers: { 'content-type': contentType, ...(batch.key === undefined ? {} : { 'idempotency-key': batch.key }) },
        body: body as string,
        signal: AbortSignal.timeout(ANSWER_MS_MAX),
      });
      const answer = (await response.json()) as unknown;
      if (response.status === 200) return { is: 'answered', answer: answer as BatchAnswer };
      const { code } = answer as { code: string };
      return NOTHING_TAKEN.has(code) ? { is: 'refused', code } : { is: 'unanswered', why: `${response.status} ${code}` };
    } catch (error) {
      return { is: 'unanswered', why: String(error) };
    }
  }

  close(): void {
    // Connections are fetch's own.
  }

  private encode(events: readonly unknown[]): [contentType: string, body: string | Uint8Array] {
    if (this.encoding === 'http-msgpack') return ['application/msgpack', Uint8Array.from(packr.pack(events))];
    if (this.encoding === 'http-json') return ['application/json', JSON.stringify(events)];
    return ['application/x-ndjson', events.map((event) => `${JSON.stringify(event)}\n`).join('')];
  }
}

/** Every batch names the one that must have been taken before it, so that what is refused is refused with all behind it. */
class SocketDoor implements Door {
  readonly batchesAtOnce = SOCKET_BATCHES_AT_ONCE;
  private readonly socket: IntakeSocket;
  private lastTaken = 0;
  private onItsWay = 0;

  constructor(socket: IntakeSocket) {
    this.socket = socket;
  }

  async send(batch: LedgerBatch): Promise<Outcome> {
    const after = this.onItsWay === 0 ? this.lastTaken : this.socket.lastBatch;
    this.onItsWay++;
    try {
      const answer = await this.socket.send(batch.events.map((event) => event.body), { after, ...(batch.key === undefined ? {} : { key: batch.key }) });
      if (answer.type === 'ack') {
        this.lastTaken = answer.batch;
        return { is: 'answered', answer };
      }
      return NOTHING_TAKEN.has(answer.code) ? { is: 'refused', code: answer.code } : { is: 'unanswered', why: answer.code };
    } catch (error) {
      return { is: 'unanswered', why: String(error) };
    } finally {
      this.onItsWay--;
    }
  }

  close(): void {
    this.socket.close();
  }
}
