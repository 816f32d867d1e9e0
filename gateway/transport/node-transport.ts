/**
 * The transport over node:http and ws: the one that runs wherever Node does.
 *
 * It owns the server, its timeouts and the WebSockets. What differs from the other transport, in its favour: it answers
 * malformed requests and HTTP/1.0, serves every pipelined request in order, and takes a head of 16 KiB.
 */
import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Server as NetServer, type AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocketServer, type ServerOptions } from 'ws';
import { badRequest, bodyFraming, headTooLarge, type Refusal } from './body-framing.ts';
import { GuardedHandlers } from './guarded-handlers.ts';
import { listenError } from './listen-failure.ts';
import { NodeExchange, type NodeConnection } from './node-exchange.ts';
import { respondRaw } from './node-raw-response.ts';
import { NodeStreamSocket } from './node-stream-socket.ts';
import { serveWithoutUpgrade } from './node-upgrade-ignored.ts';
import { normalizeRemoteAddress } from './remote-address.ts';
import { RequestHead, splitTarget } from './request-head.ts';
import { assertLimits, CLOSE_GRACE_MS, DISCARD_BYTES_MAX, type TransportLimits } from './transport-limits.ts';
import type { Transport, TransportHandlers, UpgradeDecision } from './transport.ts';
import { CLOSE_CODE, handshakeRefusal, wantsWebSocket } from './websocket-handshake.ts';

const HEAD_BYTES_MAX = 16 * 1024;
const HEAD_MS_MAX = 10_000;
const REQUEST_MS_MAX = 60_000;
const KEEP_ALIVE_MS_MAX = 10_000;
const CLOSE_HANDSHAKE_MS_MAX = 10_000;

export class NodeTransport implements Transport {
  readonly name = 'node';
  private readonly guarded: GuardedHandlers;
  private readonly limits: TransportLimits;
  private readonly server: Server;
  private readonly webSockets: WebSocketServer;
  private readonly chosenProtocols = new WeakMap<IncomingMessage, string>();
  private readonly streams = new Set<NodeStreamSocket>();
  private readonly connections = new WeakMap<Duplex, NodeConnection>();
  /** Handed over by node:http and not a WebSocket yet: nobody else would close them. */
  private readonly upgrading = new Set<Duplex>();
  private lifeTimer: NodeJS.Timeout | undefined;
  private hasListened = false;
  private isClosed = false;

  constructor(handlers: TransportHandlers, limits: TransportLimits) {
    assertLimits(limits);
    this.guarded = new GuardedHandlers(handlers);
    this.limits = limits;
    this.server = createServer({
      maxHeaderSize: HEAD_BYTES_MAX,
      headersTimeout: HEAD_MS_MAX,
      requestTimeout: REQUEST_MS_MAX,
      keepAliveTimeout: KEEP_ALIVE_MS_MAX,
      connectionsCheckingInterval: HEAD_MS_MAX / 2,
      requireHostHeader: false,
      noDelay: true,
    });
    // `closeTimeout` is an option of ws 8.23 that its declarations do not know yet.
    const options: ServerOptions & { closeTimeout: number } = {
      noServer: true,
      clientTracking: false,
      perMessageDeflate: false,
      maxPayload: limits.messageBytesMax,
      closeTimeout: CLOSE_HANDSHAKE_MS_MAX,
      handleProtocols: (_offered, request) => this.chosenProtocols.get(request) ?? false,
    };
    this.webSockets = new WebSocketServer(options);
    this.server.on('request', (request, response) => this.onRequest(request, response, false));
    this.server.on('checkContinue', (request, response) => this.onRequest(request, response, true));
    this.server.on('checkExpectation', (request, response) => this.onRequest(request, response, false));
    this.server.on('upgrade', (request, socket, first) => this.onUpgrade(request, socket, first));
    this.server.on('clientError', (error, socket) => this.onClientError(error, socket));
  }

  async listen(host: string, port: number): Promise<{ host: string; port: number }> {
    assert(!this.hasListened && !this.isClosed, 'a transport listens once');
    this.hasListened = true;
    await new Promise<void>((resolve, reject) => {
      const failed = (cause: NodeJS.ErrnoException): void => reject(listenError(host, port, cause));
      this.server.once('error', failed);
      this.server.listen({ host, port, exclusive: true }, () => {
        this.server.off('error', failed);
        resolve();
      });
    });
    this.lifeTimer = setInterval(() => this.checkLives(), (this.limits.idleSecondsMax * 1000) / 2).unref();
    return { host, port: (this.server.address() as AddressInfo).port };
  }

  stopListening(): void {
    // The close of node:http would also close idle connections; that of node:net only stops accepting.
    if (this.server.listening) NetServer.prototype.close.call(this.server);
  }

  async close(): Promise<void> {
    this.stopListening();
    if (this.isClosed) return;
    this.isClosed = true;
    clearInterval(this.lifeTimer);
    const closing = [...this.streams];
    for (const stream of closing) stream.close(CLOSE_CODE.goingAway, 'server closes');
    const allGone = new Promise<void>((resolve) => {
      this.server.getConnections((_error, count) => {
        if (count === 0) resolve();
        else this.server.once('close', () => resolve());
      });
    });
    this.server.closeAllConnections();
    for (const socket of this.upgrading) socket.destroy();
    if (closing.length > 0) await Promise.race([allGone, delay(CLOSE_GRACE_MS)]);
    for (const stream of closing) stream.cut();
    this.server.close();
    await allGone;
  }

  private onRequest(request: IncomingMessage, response: ServerResponse, awaitsContinue: boolean): void {
    const exchange = new NodeExchange(request, response, this.guarded, this.connectionOf(request.socket));
    const head = copyHead(request);
    if (head === undefined) return exchange.refuse(badRequest('the request target has no path'));
    if (request.httpVersion === '1.1' && head.header('host') === undefined) return exchange.refuse(badRequest('no Host'));
    if (wantsWebSocket(head.header('upgrade'))) {
      const invalid = handshakeRefusal(head);
      if (invalid !== undefined) return exchange.refuse(invalid);
    }
    const framing = bodyFraming(head, this.limits.bodyBytesMax, DISCARD_BYTES_MAX);
    if (framing.kind === 'refused') return exchange.refuse(framing.refusal);
    if (framing.kind === 'none') return exchange.answer(head, new Uint8Array(0));
    if (awaitsContinue) response.writeContinue();
    exchange.answerWithBody(head, this.limits.bodyBytesMax);
  }

  private onUpgrade(request: IncomingMessage, socket: Duplex, first: Buffer): void {
    const head = copyHead(request);
    if (head !== undefined && !wantsWebSocket(head.header('upgrade'))) {
      return serveWithoutUpgrade(this.server, request, socket, first);
    }
    const refuse = (refusal: Refusal): void => respondRaw(socket, this.guarded.refuse(refusal));
    this.upgrading.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('close', () => this.upgrading.delete(socket));
    if (head === undefined) return refuse(badRequest('the request target has no path'));
    const invalid = handshakeRefusal(head);
    if (invalid !== undefined) return refuse(invalid);
    this.guarded.upgrade(head, (decision) => {
      if (socket.destroyed) return;
      if (!decision.accept) respondRaw(socket, decision.response);
      else this.accept(request, socket, first, decision);
    });
  }

  private accept(
    request: IncomingMessage,
    socket: Duplex,
    first: Buffer,
    decision: Extract<UpgradeDecision, { accept: true }>,
  ): void {
    this.upgrading.delete(socket);
    if (decision.protocol !== undefined) this.chosenProtocols.set(request, decision.protocol);
    this.webSockets.handleUpgrade(request, socket, first, (webSocket) => {
      const guardedStream = this.guarded.stream(decision.handler);
      const stream = new NodeStreamSocket(webSocket, socket, guardedStream, this.limits.socketBufferBytesMax);
      this.streams.add(stream);
      webSocket.once('close', () => this.streams.delete(stream));
    });
  }

  /** The parser could not read a request, or it took too long. */
  private onClientError(error: NodeJS.ErrnoException, socket: Duplex): void {
    const connection = this.connectionOf(socket);
    if (connection.isClosing) socket.end();
    else if (error.code === 'ECONNRESET' || connection.waiting > 0) socket.destroy();
    else respondRaw(socket, this.guarded.refuse(parseRefusal(error)));
  }

  private connectionOf(socket: Duplex): NodeConnection {
    let connection = this.connections.get(socket);
    if (connection === undefined) {
      connection = { waiting: 0, isClosing: false };
      this.connections.set(socket, connection);
    }
    return connection;
  }

  private checkLives(): void {
    for (const stream of this.streams) stream.checkLife();
  }
}

function parseRefusal(error: NodeJS.ErrnoException): Refusal {
  if (error.code === 'HPE_HEADER_OVERFLOW') return headTooLarge(HEAD_BYTES_MAX);
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') {
    return { reason: 'request_timeout', status: 408, detail: 'the request did not arrive in time', mustClose: true };
  }
  return badRequest('the request is not well-formed HTTP/1.1');
}

/** Made of the raw fields: `request.headers` drops some repeated fields and joins others. */
function copyHead(request: IncomingMessage): RequestHead | undefined {
  const target = splitTarget(request.url ?? '');
  if (target === undefined) return undefined;
  const address = normalizeRemoteAddress(request.socket.remoteAddress ?? '');
  const head = new RequestHead(request.method ?? '', target.path, target.queryText, address);
  const { rawHeaders } = request;
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) head.add(rawHeaders[i]!.toLowerCase(), rawHeaders[i + 1]!);
  return head;
}
