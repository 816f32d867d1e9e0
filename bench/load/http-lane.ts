/**
 * One keep-alive connection that makes requests one after the other: the next is written when the one before is answered,
 * in the order in which they were given. As little work as a client can have; it reads answers with a Content-Length.
 *
 * It owns the connection and what waits for it. A 503 is waited out, as its Retry-After says, and the same body sent again
 * before all that waits, unless the caller wants to hear of it. It measures nothing.
 */

import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

export interface Answer {
  readonly status: number;
  readonly body: string;
}

interface Exchange {
  readonly head: string;
  readonly body: Buffer;
  onAnswer(answer: Answer): void;
}

const NO_BODY = Buffer.alloc(0);
const HEAD_END = '\r\n\r\n';
const STATUS_AT = 'HTTP/1.1 '.length;
const MS_PER_SECOND = 1_000;
const RETRY_AFTER_SECONDS_DEFAULT = 1;

export class HttpLane {
  /** How often a body was sent again after a 503. */
  retries = 0;
  private readonly socket: Socket;
  private readonly host: string;
  private readonly onFailure: (error: Error) => void;
  private readonly waitsOut503: boolean;
  private readonly waiting: Exchange[] = [];
  private inFlight: Exchange | undefined;
  private received: Buffer = Buffer.alloc(0);
  private isClosed = false;

  private constructor(socket: Socket, host: string, onFailure: (error: Error) => void, waitsOut503: boolean) {
    this.socket = socket;
    this.host = host;
    this.onFailure = onFailure;
    this.waitsOut503 = waitsOut503;
    socket.setNoDelay(true);
    socket.on('data', (bytes) => this.onData(bytes));
    socket.on('error', onFailure);
    socket.on('close', () => {
      if (!this.isClosed) onFailure(new Error('the server closed a connection of the load'));
    });
  }

  /** `onFailure` is told of a connection that breaks or an answer that cannot be read. */
  static async open(url: string, onFailure: (error: Error) => void, waitsOut503 = true): Promise<HttpLane> {
    const { hostname, port, host } = new URL(url);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new HttpLane(socket, host, onFailure, waitsOut503);
  }

  /** How many bodies wait behind the one in flight. */
  get waitingCount(): number {
    return this.waiting.length;
  }

  /** Sends a body as soon as it is its turn. `headers` are further header lines, each ended by CR LF. */
  post(path: string, headers: string, body: Buffer, onAnswer: (answer: Answer) => void): void {
    const head = `POST ${path} HTTP/1.1\r\nhost: ${this.host}\r\n${headers}content-length: ${body.length}${HEAD_END}`;
    this.waiting.push({ head, body, onAnswer });
    if (this.inFlight === undefined) this.sendNext();
  }

  get(path: string, onAnswer: (answer: Answer) => void): void {
    this.waiting.push({ head: `GET ${path} HTTP/1.1\r\nhost: ${this.host}${HEAD_END}`, body: NO_BODY, onAnswer });
    if (this.inFlight === undefined) this.sendNext();
  }

  close(): void {
    this.isClosed = true;
    this.socket.destroy();
  }

  private sendNext(): void {
    this.inFlight = this.waiting.shift();
    if (this.inFlight !== undefined) this.write(this.inFlight);
  }

  private write({ head, body }: Exchange): void {
    this.socket.cork();
    this.socket.write(head, 'latin1');
    if (body.length > 0) this.socket.write(body);
    this.socket.uncork();
  }

  private onData(bytes: Buffer): void {
    this.received = this.received.length === 0 ? bytes : Buffer.concat([this.received, bytes]);
    const headEnd = this.received.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = this.received.toString('latin1', 0, headEnd);
    const bodyBytes = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? Number.NaN);
    const bodyStart = headEnd + HEAD_END.length;
    if (Number.isNaN(bodyBytes)) return this.onFailure(new Error(`an answer without Content-Length: ${head}`));
    if (this.received.length < bodyStart + bodyBytes) return;
    const body = this.received.toString('utf8', bodyStart, bodyStart + bodyBytes);
    this.received = this.received.subarray(bodyStart + bodyBytes);
    this.onAnswer(Number(head.slice(STATUS_AT, STATUS_AT + 3)), head, body);
  }

  private onAnswer(status: number, head: string, body: string): void {
    const post = this.inFlight;
    if (post === undefined) return this.onFailure(new Error(`an answer to nothing: ${head}`));
    if (status === 503 && this.waitsOut503) {
      const seconds = Number(/^retry-after: *(\d+)/im.exec(head)?.[1] ?? RETRY_AFTER_SECONDS_DEFAULT);
      this.retries++;
      setTimeout(() => this.write(post), seconds * MS_PER_SECOND);
      return;
    }
    // The next one is on its way before the caller works on this one's answer.
    this.sendNext();
    post.onAnswer({ status, body });
  }
}
