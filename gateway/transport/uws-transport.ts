/**
 * The transport over uWebSockets.js: the fast one, where its native binary loads.
 *
 * It owns the app, the listening socket and the rule that a native response is never touched after its abort. What the
 * library decides alone, without asking us (seen of 20.30):
 *  - it answers nothing to what is not HTTP/1.1 with a Host and at most 50 fields, or has an unknown method: the
 *    connection is closed, at once or when it idles out after 10 s. HTTP/1.0 is among that, and a Content-Length that
 *    is no number: we are asked and refuse, but it cuts off before our answer leaves;
 *  - a request pipelined behind one whose answer is a promise closes the connection (behind one answered in the same
 *    turn it is served);
 *  - a head of over 4 KiB is only accepted when it comes in one read: we refuse it always, so that it never depends;
 *  - the rest of a refused chunked body is read and thrown away without an end we could set, only held to its own least
 *    speed (a refused body of declared length over 64 MiB is cut off);
 *  - a WebSocket message over twice `messageBytesMax` is cut off without a close frame (up to there: 1009).
 * Only on the main thread: ending a worker with an open app aborts the process.
 */
import assert from 'node:assert/strict';
import { setTimeout as delay } from 'node:timers/promises';
import type {
  HttpRequest as NativeRequest,
  HttpResponse as NativeResponse,
  TemplatedApp,
  us_listen_socket,
  us_socket_context_t,
} from 'uWebSockets.js';
import { BodyCollector } from './body-collector.ts';
import { bodyFraming, bodyTooLarge, badRequest, headTooLarge, type Refusal } from './body-framing.ts';
import { GuardedHandlers } from './guarded-handlers.ts';
import { listenFailure } from './listen-failure.ts';
import { normalizeRemoteAddress } from './remote-address.ts';
import { RequestHead, splitTarget } from './request-head.ts';
import { bodyBytes, isBodiless, reasonPhrase } from './response-head.ts';
import { assertLimits, CLOSE_GRACE_MS, DISCARD_BYTES_MAX, type TransportLimits } from './transport-limits.ts';
import type { HttpResponse, Transport, TransportHandlers } from './transport.ts';
import { UwsStreamSocket, type UwsSocketState } from './uws-stream-socket.ts';
import { CLOSE_CODE, handshakeRefusal, wantsWebSocket } from './websocket-handshake.ts';

/** The library as CommonJS gives it. */
export type UwsLibrary = typeof import('uWebSockets.js');

/** What 20.30 has and its declarations have not. */
interface App extends TemplatedApp {
  listen(host: string, port: number, options: number, listening: (socket: us_listen_socket | false) => void): App;
  listen(...rest: never[]): App;
  close(): App;
}

/** Without it the library sets SO_REUSEPORT, and a second server on the port is no error. */
const LISTEN_EXCLUSIVE_PORT = 1;
const HEAD_BYTES_MAX = 4096;
/** `messageBytesMax` times this is where the library itself cuts off. */
const MESSAGE_SLACK = 2;

/** A native response and whether its connection is gone. */
interface Exchange {
  readonly native: NativeResponse;
  readonly isHead: boolean;
  isOver: boolean;
}

export class UwsTransport implements Transport {
  readonly name = 'uws';
  private readonly library: UwsLibrary;
  private readonly guarded: GuardedHandlers;
  private readonly limits: TransportLimits;
  private readonly app: App;
  private readonly sockets = new Set<UwsStreamSocket>();
  private listenSocket: us_listen_socket | undefined;
  private isClosed = false;

  constructor(library: UwsLibrary, handlers: TransportHandlers, limits: TransportLimits) {
    assertLimits(limits);
    this.library = library;
    this.guarded = new GuardedHandlers(handlers);
    this.limits = limits;
    this.app = library.App() as App;
    this.app.any('/*', (native, request) => this.onRequest(native, request));
    this.app.ws<UwsSocketState>('/*', {
      compression: library.DISABLED,
      maxPayloadLength: limits.messageBytesMax * MESSAGE_SLACK,
      maxBackpressure: 0,
      idleTimeout: limits.idleSecondsMax,
      sendPingsAutomatically: true,
      upgrade: (native, request, context) => this.onUpgrade(native, request, context),
      open: (socket) => {
        const { stream } = socket.getUserData();
        this.sockets.add(stream);
        stream.opened(socket);
      },
      message: (socket, message, isBinary) => socket.getUserData().stream.received(message, isBinary),
      drain: (socket) => socket.getUserData().stream.drained(),
      close: (socket, code, reason) => {
        const { stream } = socket.getUserData();
        this.sockets.delete(stream);
        stream.closed(code === CLOSE_CODE.abnormal && wasTooBig(reason) ? CLOSE_CODE.messageTooBig : code);
      },
    });
  }

  async listen(host: string, port: number): Promise<{ host: string; port: number }> {
    assert(this.listenSocket === undefined && !this.isClosed, 'a transport listens once');
    const socket = await new Promise<us_listen_socket | false>((resolve) => {
      this.app.listen(host, port, LISTEN_EXCLUSIVE_PORT, resolve);
    });
    if (socket === false) throw await listenFailure(host, port);
    this.listenSocket = socket;
    return { host, port: this.library.us_socket_local_port(socket) };
  }

  stopListening(): void {
    if (this.listenSocket !== undefined && !this.isClosed) this.library.us_listen_socket_close(this.listenSocket);
    this.listenSocket = undefined;
  }

  async close(): Promise<void> {
    this.stopListening();
    if (this.isClosed) return;
    this.isClosed = true;
    const hadSockets = this.sockets.size > 0;
    for (const socket of [...this.sockets]) socket.close(CLOSE_CODE.goingAway, 'server closes');
    if (hadSockets) await delay(CLOSE_GRACE_MS);
    this.app.close();
  }

  private onRequest(native: NativeResponse, request: NativeRequest): void {
    const head = copyHead(native, request);
    const exchange = begin(native, head);
    if (head === undefined) return this.refuse(exchange, badRequest('the request target has no path'));
    if (head.bytes > HEAD_BYTES_MAX) return this.refuse(exchange, headTooLarge(HEAD_BYTES_MAX));
    if (wantsWebSocket(head.header('upgrade'))) {
      const invalid = handshakeRefusal(head);
      if (invalid !== undefined) return this.refuse(exchange, invalid);
    }
    const framing = bodyFraming(head, this.limits.bodyBytesMax, DISCARD_BYTES_MAX);
    if (framing.kind === 'refused') return this.refuse(exchange, framing.refusal);
    if (framing.kind === 'none') return this.answer(exchange, head, new Uint8Array(0));
    this.collectBody(exchange, head);
  }

  private collectBody(exchange: Exchange, head: RequestHead): void {
    const { bodyBytesMax } = this.limits;
    const body = new BodyCollector(bodyBytesMax);
    exchange.native.onData((chunk, isLast) => {
      if (exchange.isOver) return;
      if (!body.fits(chunk.byteLength)) {
        this.refuse(exchange, bodyTooLarge(bodyBytesMax, undefined, DISCARD_BYTES_MAX));
        return;
      }
      // What came in one piece is read where the library has it, and only while it has it: this turn.
      if (isLast && body.isEmpty) return this.answer(exchange, head, new Uint8Array(chunk));
      if (chunk.byteLength > 0) body.add(new Uint8Array(chunk.slice(0)));
      if (isLast) this.answer(exchange, head, body.take());
    });
  }

  private answer(exchange: Exchange, head: RequestHead, body: Uint8Array): void {
    this.guarded.request(head, body, (response) => respond(exchange, response, false));
  }

  private refuse(exchange: Exchange, refusal: Refusal): void {
    respond(exchange, this.guarded.refuse(refusal), refusal.mustClose);
  }

  private onUpgrade(native: NativeResponse, request: NativeRequest, context: us_socket_context_t): void {
    const head = copyHead(native, request);
    const exchange = begin(native, head);
    if (head === undefined) return this.refuse(exchange, badRequest('the request target has no path'));
    if (head.bytes > HEAD_BYTES_MAX) return this.refuse(exchange, headTooLarge(HEAD_BYTES_MAX));
    const invalid = handshakeRefusal(head);
    if (invalid !== undefined) return this.refuse(exchange, invalid);
    const key = head.header('sec-websocket-key') ?? '';
    this.guarded.upgrade(head, (decision) => {
      if (exchange.isOver) return;
      if (!decision.accept) return respond(exchange, decision.response, false);
      const protocol = decision.protocol ?? '';
      const { messageBytesMax, socketBufferBytesMax } = this.limits;
      const guardedStream = this.guarded.stream(decision.handler);
      const stream = new UwsStreamSocket(protocol, guardedStream, messageBytesMax, socketBufferBytesMax);
      exchange.isOver = true;
      native.cork(() => native.upgrade({ stream }, key, protocol, '', context));
    });
  }
}

/** Registers the abort: the library demands it of every answer that does not leave in the same turn. */
function begin(native: NativeResponse, head: RequestHead | undefined): Exchange {
  const exchange: Exchange = { native, isHead: head?.method === 'HEAD', isOver: false };
  native.onAborted(() => {
    exchange.isOver = true;
  });
  return exchange;
}

function respond(exchange: Exchange, response: HttpResponse, mustClose: boolean): void {
  if (exchange.isOver) return;
  exchange.isOver = true;
  const { native, isHead } = exchange;
  native.cork(() => {
    native.writeStatus(`${response.status} ${reasonPhrase(response.status)}`);
    for (const [name, value] of Object.entries(response.headers)) native.writeHeader(name, value);
    if (mustClose) {
      native.end(isHead || isBodiless(response.status) ? '' : response.body, true);
      return;
    }
    if (!isHead && !isBodiless(response.status)) {
      native.end(response.body);
      return;
    }
    // Not endWithoutBody(length): in 20.30 it leaves the response pending, and the next request is cut off.
    if (!isBodiless(response.status)) native.writeHeader('Content-Length', String(bodyBytes(response.body)));
    native.endWithoutBody();
  });
}

/** The native request lives on the stack of this turn only: everything is copied out. */
function copyHead(native: NativeResponse, request: NativeRequest): RequestHead | undefined {
  const target = splitTarget(request.getUrl());
  if (target === undefined) return undefined;
  const address = Buffer.from(native.getRemoteAddressAsText()).toString('latin1');
  // Without a '?' the library gives undefined, other than its declarations say.
  const queryText: string | undefined = request.getQuery();
  const method = request.getCaseSensitiveMethod();
  const head = new RequestHead(method, target.path, queryText ?? '', normalizeRemoteAddress(address));
  request.forEach((name, value) => head.add(name, value));
  return head;
}

const wasTooBig = (reason: ArrayBuffer): boolean => Buffer.from(reason).toString().startsWith('Received too big message');
