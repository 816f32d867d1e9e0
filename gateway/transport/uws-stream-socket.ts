/**
 * One WebSocket of uWebSockets.js as a `StreamSocket`.
 *
 * It owns the life of the native handle: every use after the close handler ran throws inside the library, so the handle
 * is let go there. It is not the upgrade, which is `uws-transport.ts`.
 */
import type { WebSocket as NativeWebSocket } from 'uWebSockets.js';
import type { GuardedStream } from './guarded-stream.ts';
import type { SendOutcome, StreamSocket } from './transport.ts';
import { CLOSE_CODE, closeReason } from './websocket-handshake.ts';

/** What the library keeps for us on each native socket. */
export interface UwsSocketState {
  readonly stream: UwsStreamSocket;
}

/** `WebSocket.send` of the library: 0 buffered, 1 sent, 2 dropped. */
const NATIVE_BUFFERED = 0;
const NATIVE_DROPPED = 2;
const UTF8_BYTES_PER_UNIT_MAX = 3;

export class UwsStreamSocket implements StreamSocket {
  readonly protocol: string;
  private readonly stream: GuardedStream;
  private readonly messageBytesMax: number;
  private readonly bufferBytesMax: number;
  private native: NativeWebSocket<UwsSocketState> | undefined;
  private isClosing = false;

  constructor(protocol: string, stream: GuardedStream, messageBytesMax: number, bufferBytesMax: number) {
    this.protocol = protocol;
    this.stream = stream;
    this.messageBytesMax = messageBytesMax;
    this.bufferBytesMax = bufferBytesMax;
  }

  get bufferedBytes(): number {
    return this.native?.getBufferedAmount() ?? 0;
  }

  send(frame: string | Uint8Array): SendOutcome {
    if (this.native === undefined || this.isClosing) return 'dropped';
    const roomBytes = this.bufferBytesMax - this.native.getBufferedAmount();
    if (isLonger(frame, roomBytes)) return 'dropped';
    const outcome = this.native.send(frame, typeof frame !== 'string', false);
    if (outcome === NATIVE_DROPPED) return 'dropped';
    return outcome === NATIVE_BUFFERED ? 'buffered' : 'sent';
  }

  cork(sending: () => void): void {
    if (this.native === undefined || this.isClosing) sending();
    else this.native.cork(sending);
  }

  close(code: number, reason: string): void {
    const shortReason = closeReason(code, reason);
    this.stream.letGo();
    if (this.native === undefined || this.isClosing) return;
    this.isClosing = true;
    this.native.end(code, shortReason);
  }

  /** The library's open handler. */
  opened(native: NativeWebSocket<UwsSocketState>): void {
    this.native = native;
    this.stream.open(this);
  }

  /** The library's message handler; its memory is neutered when this returns, and the handler's with it. */
  received(message: ArrayBuffer, isBinary: boolean): void {
    if (this.isClosing) return;
    if (message.byteLength > this.messageBytesMax) {
      this.close(CLOSE_CODE.messageTooBig, `a message may have ${this.messageBytesMax} bytes`);
      return;
    }
    this.stream.message(this, new Uint8Array(message), isBinary);
  }

  /**
   * The library's drain handler: it only runs after backpressure, but also when only a part has gone. What is sent within it and
   * meets backpressure again is never written (seen of 20.30), so the stream is told after it.
   */
  drained(): void {
    if (this.isClosing || this.bufferedBytes > 0) return;
    setImmediate(() => {
      if (!this.isClosing && this.bufferedBytes === 0) this.stream.drain(this);
    });
  }

  /** The library's close handler. It runs inside `end`, and callers of `close` do not expect `onClose` within it. */
  closed(code: number): void {
    this.native = undefined;
    if (this.isClosing) queueMicrotask(() => this.stream.close(this, code));
    else this.stream.close(this, code);
    this.isClosing = true;
  }
}

/** Encodes a string only where its length in units leaves the answer open. */
function isLonger(frame: string | Uint8Array, bytesMax: number): boolean {
  if (typeof frame !== 'string') return frame.byteLength > bytesMax;
  if (frame.length * UTF8_BYTES_PER_UNIT_MAX <= bytesMax) return false;
  return Buffer.byteLength(frame) > bytesMax;
}
