/**
 * One request and its response over node:http.
 *
 * It owns the reading of the body with its limit, what happens to the rest of a refused body, and the one answer. It
 * does not decide what is refused: that is `body-framing.ts`.
 */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { BodyCollector } from './body-collector.ts';
import { bodyTooLarge, type Refusal } from './body-framing.ts';
import type { GuardedHandlers } from './guarded-handlers.ts';
import type { RequestHead } from './request-head.ts';
import { bodyBytes, isBodiless, reasonPhrase } from './response-head.ts';
import { DISCARD_BYTES_MAX } from './transport-limits.ts';
import type { HttpResponse } from './transport.ts';

/** A client that takes nothing of its answer for this long is cut off, as uWebSockets.js does. */
const RESPONSE_STALL_MS_MAX = 10_000;

/** What a later parse error on the same connection must know: it may only be answered where that mixes nothing up. */
export interface NodeConnection {
  /** Requests given to the gateway whose answer has not left. */
  waiting: number;
  /** The last answer of this connection has been given. */
  isClosing: boolean;
}

export class NodeExchange {
  private readonly request: IncomingMessage;
  private readonly response: ServerResponse;
  private readonly guarded: GuardedHandlers;
  private readonly connection: NodeConnection;
  private isOver = false;

  constructor(
    request: IncomingMessage,
    response: ServerResponse,
    guarded: GuardedHandlers,
    connection: NodeConnection,
  ) {
    this.request = request;
    this.response = response;
    this.guarded = guarded;
    this.connection = connection;
    // An abort while the body arrives is an 'error' of the request, one while the answer leaves a 'close' before its end.
    request.on('error', () => this.abort());
    response.on('error', () => this.abort());
    response.on('close', () => this.abort());
  }

  answer(head: RequestHead, body: Uint8Array): void {
    this.connection.waiting += 1;
    this.response.once('close', () => (this.connection.waiting -= 1));
    this.guarded.request(head, body, (response) => this.respond(response, false));
  }

  answerWithBody(head: RequestHead, bytesMax: number): void {
    const body = new BodyCollector(bytesMax);
    this.request.on('data', (chunk: Buffer) => {
      if (this.isOver) return;
      if (body.fits(chunk.byteLength)) body.add(chunk);
      else this.refuse(bodyTooLarge(bytesMax, undefined, DISCARD_BYTES_MAX));
    });
    this.request.on('end', () => {
      if (!this.isOver) this.answer(head, body.take());
    });
  }

  /** Answers now; the rest of the body is read and thrown away, so that a client still sending gets to its answer. */
  refuse(refusal: Refusal): void {
    this.respond(this.guarded.refuse(refusal), refusal.mustClose);
    if (!refusal.mustClose) this.discardRest();
  }

  private discardRest(): void {
    let discardedBytes = 0;
    this.request.on('data', (chunk: Buffer) => {
      discardedBytes += chunk.byteLength;
      if (discardedBytes > DISCARD_BYTES_MAX) this.request.destroy();
    });
  }

  private respond(answer: HttpResponse, mustClose: boolean): void {
    if (this.isOver) return;
    this.isOver = true;
    const { response, request } = this;
    if (mustClose) {
      this.connection.isClosing = true;
      response.setHeader('Connection', 'close');
    }
    if (!isBodiless(answer.status)) response.setHeader('Content-Length', bodyBytes(answer.body));
    response.setTimeout(RESPONSE_STALL_MS_MAX, () => request.destroy());
    response.writeHead(answer.status, reasonPhrase(answer.status), answer.headers);
    response.end(request.method === 'HEAD' || isBodiless(answer.status) ? undefined : answer.body);
  }

  private abort(): void {
    this.isOver = true;
  }
}
