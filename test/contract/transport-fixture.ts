/**
 * A server for one contract test and the raw clients that talk to it.
 *
 * It owns their lives: what a test opens is closed when it ends. It asserts nothing.
 */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket, type ClientOptions } from 'ws';
import { chooseTransport } from '../../gateway/transport/choose-transport.ts';
import type { TransportLimits } from '../../gateway/transport/transport-limits.ts';
import type {
  HttpRequest,
  HttpResponse,
  StreamHandler,
  StreamSocket,
  Transport,
  TransportHandlers,
  TransportName,
} from '../../gateway/transport/transport.ts';

export const SMALL_LIMITS: TransportLimits = {
  bodyBytesMax: 1000,
  messageBytesMax: 1000,
  socketBufferBytesMax: 1_000_000,
  idleSecondsMax: 8,
};

export interface Served {
  readonly transport: Transport;
  readonly port: number;
  readonly url: string;
  /** What reached onRequest, as `METHOD path`. */
  readonly seen: string[];
  readonly refused: string[];
  readonly errors: unknown[];
}

export const text = (body: string | Uint8Array, status = 200): HttpResponse => ({
  status,
  headers: { 'content-type': 'text/plain' },
  body,
});

/** Echoes what a request was. */
export const echo = (request: HttpRequest): HttpResponse =>
  text(
    JSON.stringify({
      method: request.method,
      path: request.path,
      query: [...request.query],
      twice: request.header('x-twice') ?? null,
      body: Buffer.from(request.body).toString(),
      remoteAddress: request.remoteAddress,
    }),
  );

/** Listens on a free port; closed when the test ends. */
export async function serve(
  t: TestContext,
  name: TransportName,
  handlers: Partial<TransportHandlers> = {},
  limits: Partial<TransportLimits> = {},
): Promise<Served> {
  const seen: string[] = [];
  const refused: string[] = [];
  const errors: unknown[] = [];
  const onRequest = handlers.onRequest ?? echo;
  const transport = chooseTransport(
    {
      onUpgrade: () => ({ accept: false, response: text('no streams', 404) }),
      onRefused: (reason, status, detail) => {
        refused.push(reason);
        const headers = { 'content-type': 'application/problem+json' };
        return { status, headers, body: JSON.stringify({ status, code: reason, detail }) };
      },
      onError: (error) => errors.push(error),
      ...handlers,
      onRequest: (request) => {
        seen.push(`${request.method} ${request.path}`);
        return onRequest(request);
      },
    },
    { ...SMALL_LIMITS, ...limits },
    name,
  );
  t.after(() => transport.close());
  const { port } = await transport.listen('127.0.0.1', 0);
  return { transport, port, url: `http://127.0.0.1:${port}`, seen, refused, errors };
}

/** A TCP client that keeps all it reads. */
export class RawClient {
  readonly socket: Socket;
  private received = '';
  isClosed = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (chunk) => (this.received += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    socket.on('close', () => (this.isClosed = true));
  }

  static async open(t: TestContext, port: number): Promise<RawClient> {
    const socket = connect(port, '127.0.0.1');
    const client = new RawClient(socket);
    t.after(() => socket.destroy());
    await once(socket, 'connect');
    return client;
  }

  get all(): string {
    return this.received;
  }

  write(part: string | Uint8Array): void {
    this.socket.write(part);
  }

  /** Waits until the text was received, or the connection is closed, or the time is over. Returns all received. */
  async until(part: string, millisecondsMax = 3000): Promise<string> {
    await eventually(() => this.received.includes(part) || this.isClosed, millisecondsMax);
    return this.received;
  }
}

/** Polls; returns whether the condition came true in time. */
export async function eventually(condition: () => boolean, millisecondsMax = 5000): Promise<boolean> {
  const end = performance.now() + millisecondsMax;
  while (!condition()) {
    if (performance.now() > end) return false;
    await delay(5);
  }
  return true;
}

/** A stream handler that keeps what happened. */
export class StreamRecorder implements StreamHandler {
  readonly sockets: StreamSocket[] = [];
  readonly messages: { bytes: Uint8Array; isBinary: boolean }[] = [];
  readonly closeCodes: number[] = [];
  drains = 0;

  onOpen(socket: StreamSocket): void {
    this.sockets.push(socket);
  }

  onMessage(_socket: StreamSocket, bytes: Uint8Array, isBinary: boolean): void {
    this.messages.push({ bytes: Uint8Array.from(bytes), isBinary });
  }

  onDrain(): void {
    this.drains += 1;
  }

  onClose(_socket: StreamSocket, code: number): void {
    this.closeCodes.push(code);
  }
}

export interface WsClient {
  readonly ws: WebSocket;
  readonly frames: (string | Buffer)[];
  readonly closed: Promise<{ code: number; reason: string }>;
}

export async function openWs(
  t: TestContext,
  served: Served,
  protocols: string[] = [],
  options: ClientOptions = {},
): Promise<WsClient> {
  const ws = new WebSocket(`${served.url.replace('http', 'ws')}/stream`, protocols, options);
  const frames: (string | Buffer)[] = [];
  ws.on('message', (message: Buffer, isBinary: boolean) => frames.push(isBinary ? message : message.toString()));
  ws.on('error', () => undefined);
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    ws.on('close', (code, reason) => resolve({ code, reason: reason.toString() }));
  });
  t.after(() => ws.terminate());
  await once(ws, 'open');
  return { ws, frames, closed };
}
