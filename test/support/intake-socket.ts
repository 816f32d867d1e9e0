/**
 * A client of WS /api/v1/events/stream for tests and tools: numbers its batches, keeps within its credit, and gives each
 * batch its answer. It resends nothing.
 */
import assert from 'node:assert/strict';
import { Packr, unpack } from 'msgpackr';
import WebSocket, { type ClientOptions } from 'ws';
import type { BatchAnswer } from '../../engine/domain/monitoring.ts';

export type IntakeProtocol = 'json' | 'msgpack';

export interface Welcome {
  readonly type: 'welcome';
  readonly credits: number;
  readonly credit_bytes: number;
  readonly batch_events_max: number;
  readonly batch_bytes_max: number;
}

export type Ack = { readonly type: 'ack'; readonly batch: number; readonly credits: number } & BatchAnswer;

export interface Refused {
  readonly type: 'refused';
  readonly batch: number;
  readonly code: string;
  readonly detail: string;
  readonly retry_after_ms?: number;
  readonly credits: number;
}

export interface ErrorFrame {
  readonly type: 'error';
  readonly code: string;
  readonly detail: string;
}

export type ServerFrame = Welcome | Ack | Refused | ErrorFrame;

export interface SendOptions {
  readonly key?: string;
  readonly after?: number;
  /** Without it the next number is taken. */
  readonly batch?: number;
}

interface Sent {
  readonly batch: number;
  readonly bytes: number;
  resolve(answer: Ack | Refused): void;
  reject(error: Error): void;
}

const WELCOME_MS_MAX = 5_000;
const packr = new Packr({ useRecords: false });

export class IntakeSocket {
  /** Everything that came after the welcome, in order. */
  readonly frames: ServerFrame[] = [];
  readonly closed: Promise<{ readonly code: number; readonly reason: string }>;
  readonly ws: WebSocket;
  readonly protocol: IntakeProtocol;
  lastBatch = 0;
  private readonly sent: Sent[] = [];
  private credits = 0;
  private sentBytes = 0;
  private creditWaiters: (() => void)[] = [];
  private isOver = false;
  private greeting: Welcome | undefined;

  private constructor(ws: WebSocket, protocol: IntakeProtocol) {
    this.ws = ws;
    this.protocol = protocol;
    this.closed = new Promise((resolve) => {
      ws.on('close', (code, reason) => {
        this.isOver = true;
        for (const { batch, reject } of this.sent.splice(0)) reject(new Error(`closed ${code} ${reason.toString()} before batch ${batch} was answered`));
        this.wakeWaiters();
        resolve({ code, reason: reason.toString() });
      });
    });
    ws.on('error', () => undefined);
    ws.on('message', (message: Buffer, isBinary: boolean) => {
      assert.equal(isBinary, protocol === 'msgpack');
      this.received((isBinary ? unpack(message) : JSON.parse(message.toString('utf8'))) as ServerFrame);
    });
  }

  /** Resolves when the welcome is there. Rejects with `status` and the body when the upgrade is refused. */
  static async open(baseUrl: string, protocol: IntakeProtocol = 'json', options: ClientOptions = {}): Promise<IntakeSocket> {
    const ws = new WebSocket(`${baseUrl.replace(/^http/, 'ws')}/api/v1/events/stream`, [protocol], options);
    const socket = new IntakeSocket(ws, protocol);
    await new Promise<void>((resolve, reject) => {
      ws.once('unexpected-response', (_request, response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.on('end', () => reject(Object.assign(new Error(text), { status: response.statusCode })));
      });
      ws.once('error', reject);
      ws.once('message', () => resolve());
      setTimeout(() => reject(new Error('no welcome')), WELCOME_MS_MAX).unref();
    });
    return socket;
  }

  get welcome(): Welcome {
    assert.ok(this.greeting !== undefined);
    return this.greeting;
  }

  get unanswered(): number {
    return this.sent.length;
  }

  /** Sends a batch as soon as there is credit for it; resolves with its answer. */
  async send(events: unknown, options: SendOptions = {}): Promise<Ack | Refused> {
    const batch = options.batch ?? this.lastBatch + 1;
    this.lastBatch = batch;
    const { key, after } = options;
    const data = this.encode({ batch, events, ...(key === undefined ? {} : { idempotency_key: key }), ...(after === undefined ? {} : { after }) });
    const bytes = Buffer.byteLength(data);
    while (!this.isOver && (this.credits === 0 || this.sentBytes + bytes > this.welcome.credit_bytes)) {
      await new Promise<void>((resolve) => this.creditWaiters.push(resolve));
    }
    if (this.isOver) throw new Error(`closed before batch ${batch} was sent`);
    return this.sendNow(batch, data);
  }

  /** A batch that must be acknowledged. */
  async accept(events: readonly object[], options: SendOptions = {}): Promise<Ack> {
    const answer = await this.send(events, options);
    assert.equal(answer.type, 'ack', JSON.stringify(answer));
    return answer as Ack;
  }

  /** Bytes as they are, without a look at credit: a string as text, bytes as binary. */
  sendRaw(data: string | Uint8Array): void {
    this.ws.send(data);
  }

  encode(frame: unknown): string | Uint8Array {
    return this.protocol === 'msgpack' ? Uint8Array.from(packr.pack(frame)) : JSON.stringify(frame);
  }

  close(): void {
    this.ws.terminate();
  }

  private sendNow(batch: number, data: string | Uint8Array): Promise<Ack | Refused> {
    const bytes = Buffer.byteLength(data);
    this.credits--;
    this.sentBytes += bytes;
    return new Promise((resolve, reject) => {
      this.sent.push({ batch, bytes, resolve, reject });
      this.ws.send(data);
    });
  }

  private received(frame: ServerFrame): void {
    if (frame.type === 'welcome') {
      this.greeting = frame;
      this.credits = frame.credits;
      return;
    }
    this.frames.push(frame);
    if (frame.type === 'error') return;
    const first = this.sent[0];
    // Answers come in the order of the batches; those of raw frames are only kept in `frames`.
    if (first?.batch !== frame.batch) return;
    this.sent.shift();
    this.sentBytes -= first.bytes;
    this.credits += frame.credits;
    first.resolve(frame);
    this.wakeWaiters();
  }

  private wakeWaiters(): void {
    for (const wake of this.creditWaiters.splice(0)) wake();
  }
}
