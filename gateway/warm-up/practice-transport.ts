/** A transport without a network: requests and sockets are made by whoever calls it, and go the same way to the same handlers. */

import { GuardedHandlers } from '../transport/guarded-handlers.ts';
import type { GuardedStream } from '../transport/guarded-stream.ts';
import { RequestHead } from '../transport/request-head.ts';
import { CLOSE_CODE } from '../transport/websocket-handshake.ts';
import type { HttpResponse, SendOutcome, StreamSocket, Transport, TransportHandlers } from '../transport/transport.ts';

const ADDRESS = { host: '127.0.0.1', port: 0 };

export class PracticeTransport implements Transport {
  readonly name = 'uws';
  private readonly guarded: GuardedHandlers;
  private readonly open = new Map<PracticeSocket, GuardedStream>();

  constructor(handlers: TransportHandlers) {
    this.guarded = new GuardedHandlers(handlers);
  }

  request(method: string, path: string, mediaType: string, body: Uint8Array): Promise<HttpResponse> {
    return new Promise((resolve) => this.guarded.request(headOf(method, path, { 'content-type': mediaType }), body, resolve));
  }

  /** Opens a socket; what it returns sends a frame on it. */
  connect(path: string, protocol: string): Promise<(frame: Uint8Array) => void> {
    return new Promise((resolve, reject) => {
      this.guarded.upgrade(headOf('GET', path, { 'sec-websocket-protocol': protocol }), (decision) => {
        if (!decision.accept) return reject(new Error(`${path}: ${String(decision.response.body)}`));
        const stream = this.guarded.stream(decision.handler);
        const socket = new PracticeSocket(protocol);
        this.open.set(socket, stream);
        stream.open(socket);
        resolve((frame) => stream.message(socket, frame, true));
      });
    });
  }

  listen(): Promise<{ readonly host: string; readonly port: number }> {
    return Promise.resolve(ADDRESS);
  }

  stopListening(): void {
    // It never did.
  }

  close(): Promise<void> {
    for (const [socket, stream] of this.open) stream.close(socket, CLOSE_CODE.goingAway);
    this.open.clear();
    return Promise.resolve();
  }
}

/** Takes every frame at once. */
class PracticeSocket implements StreamSocket {
  readonly protocol: string;
  readonly bufferedBytes = 0;

  constructor(protocol: string) {
    this.protocol = protocol;
  }

  send(): SendOutcome {
    return 'sent';
  }

  cork(sending: () => void): void {
    sending();
  }

  close(code: number, reason: string): void {
    throw new Error(`a socket was closed with ${code}: ${reason}`);
  }
}

function headOf(method: string, path: string, fields: Readonly<Record<string, string>>): RequestHead {
  const head = new RequestHead(method, path, '', ADDRESS.host);
  head.add('host', ADDRESS.host);
  for (const [name, value] of Object.entries(fields)) head.add(name, value);
  return head;
}
