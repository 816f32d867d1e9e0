/**
 * One WebSocket of ws as a `StreamSocket`.
 *
 * It owns the signs of life for the idle timer and the closing as callers know it: nothing arrives after `close`, and
 * `onClose` follows once. It is not the upgrade, which is `node-transport.ts`.
 */
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { GuardedStream } from './guarded-stream.ts';
import type { SendOutcome, StreamSocket } from './transport.ts';
import { CLOSE_CODE, closeReason } from './websocket-handshake.ts';

export class NodeStreamSocket implements StreamSocket {
  readonly protocol: string;
  private readonly socket: WebSocket;
  private readonly connection: Duplex;
  private readonly stream: GuardedStream;
  private readonly bufferBytesMax: number;
  private isClosing = false;
  private awaitsDrain = false;
  private showedLife = true;
  private brokenCode: number | undefined;

  /** `connection` is what the WebSocket was made of: ws has no cork of its own. */
  constructor(socket: WebSocket, connection: Duplex, stream: GuardedStream, bufferBytesMax: number) {
    this.protocol = socket.protocol;
    this.socket = socket;
    this.connection = connection;
    this.stream = stream;
    this.bufferBytesMax = bufferBytesMax;
    socket.on('message', (message, isBinary) => this.received(message as Buffer, isBinary));
    socket.on('ping', () => this.lives());
    socket.on('pong', () => this.lives());
    socket.on('error', (error) => this.broke(error));
    socket.on('close', (code) => this.closed(code));
    stream.open(this);
  }

  get bufferedBytes(): number {
    return this.isClosing ? 0 : this.socket.bufferedAmount;
  }

  send(frame: string | Uint8Array): SendOutcome {
    if (this.isClosing || this.socket.readyState !== this.socket.OPEN) return 'dropped';
    const bytes = typeof frame === 'string' ? Buffer.from(frame) : frame;
    if (this.socket.bufferedAmount + bytes.byteLength > this.bufferBytesMax) return 'dropped';
    this.socket.send(bytes, { binary: typeof frame !== 'string', compress: false }, this.flushed);
    // node:net writes what the kernel takes at once, and counts only the rest.
    if (this.socket.bufferedAmount === 0) return 'sent';
    this.awaitsDrain = true;
    return 'buffered';
  }

  cork(sending: () => void): void {
    this.connection.cork();
    try {
      sending();
    } finally {
      this.connection.uncork();
    }
  }

  close(code: number, reason: string): void {
    const shortReason = closeReason(code, reason);
    this.stream.letGo();
    if (this.isClosing) return;
    this.isClosing = true;
    this.socket.close(code, shortReason);
    queueMicrotask(() => this.stream.close(this, code));
  }

  /** Called by the transport twice within the idle time: no sign of life since the last call ends the connection. */
  checkLife(): void {
    if (!this.showedLife) {
      this.socket.terminate();
      return;
    }
    this.showedLife = false;
    if (this.socket.readyState === this.socket.OPEN) this.socket.ping();
  }

  /** Cuts the connection without a close frame. */
  cut(): void {
    this.socket.terminate();
  }

  private lives(): void {
    this.showedLife = true;
  }

  private received(message: Buffer, isBinary: boolean): void {
    this.showedLife = true;
    if (!this.isClosing) this.stream.message(this, message, isBinary);
  }

  /** A write has gone to the kernel. One function for all sends: none is made for each. */
  private readonly flushed = (error?: Error | null): void => {
    if (error !== undefined && error !== null) return;
    this.showedLife = true;
    if (!this.awaitsDrain || this.isClosing || this.socket.bufferedAmount > 0) return;
    this.awaitsDrain = false;
    this.stream.drain(this);
  };

  /** ws closes the connection itself after this, with the right code to the peer but 1006 to us. */
  private broke(error: Error & { code?: string }): void {
    if (error.code === 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH') this.brokenCode = CLOSE_CODE.messageTooBig;
  }

  private closed(code: number): void {
    if (this.isClosing) return;
    this.isClosing = true;
    this.stream.close(this, this.brokenCode ?? code);
  }
}
