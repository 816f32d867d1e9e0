/**
 * One stream as its transport sees it: its callbacks behind the guard of guarded-handlers.ts, its messages in their turns
 * (message-turns.ts). It owns what waits, and that the handler is told of the end once, behind all that it is to hear.
 */
import type { MessageTurns, TakesTurns } from './message-turns.ts';
import type { StreamHandler, StreamSocket } from './transport.ts';
import { CLOSE_CODE } from './websocket-handshake.ts';

interface WaitingMessage {
  readonly socket: StreamSocket;
  readonly data: Uint8Array;
  readonly isBinary: boolean;
}

/** A throwing callback closes the socket with 1011. */
export class GuardedStream implements TakesTurns {
  private readonly handler: StreamHandler;
  private readonly turns: MessageTurns;
  private readonly onError: (error: unknown) => void;
  private readonly waiting: WaitingMessage[] = [];
  /** Of a peer that has closed behind messages that wait. */
  private closedBehind: { readonly socket: StreamSocket; readonly code: number } | undefined;

  constructor(handler: StreamHandler, turns: MessageTurns, onError: (error: unknown) => void) {
    this.handler = handler;
    this.turns = turns;
    this.onError = onError;
  }

  open(socket: StreamSocket): void {
    this.guard(socket, () => this.handler.onOpen(socket));
  }

  message(socket: StreamSocket, data: Uint8Array, isBinary: boolean): void {
    if (this.waiting.length === 0 && this.turns.isOpen()) return this.handle({ socket, data, isBinary });
    this.turns.hold(data.byteLength);
    // The transport's memory is there for this call only.
    this.waiting.push({ socket, data: new Uint8Array(data), isBinary });
    this.turns.join(this);
    if (this.turns.isFull) while (this.handleNext());
  }

  /** Nothing may be waiting any more: what waited was handled at once, or was let go. */
  handleNext(): boolean {
    const next = this.waiting.shift();
    if (next !== undefined) {
      this.turns.hold(-next.data.byteLength);
      this.handle(next);
    }
    if (this.waiting.length > 0) return true;
    const closed = this.closedBehind;
    this.closedBehind = undefined;
    if (closed !== undefined) this.end(closed.socket, closed.code);
    return false;
  }

  /** Nothing more is received: the socket closes from this side. */
  letGo(): void {
    for (const { data } of this.waiting) this.turns.hold(-data.byteLength);
    this.waiting.length = 0;
  }

  drain(socket: StreamSocket): void {
    this.guard(socket, () => this.handler.onDrain(socket));
  }

  /** What the peer has sent before it closed has its turns first. */
  close(socket: StreamSocket, code: number): void {
    if (this.waiting.length === 0) this.end(socket, code);
    else this.closedBehind = { socket, code };
  }

  private handle({ socket, data, isBinary }: WaitingMessage): void {
    this.guard(socket, () => this.handler.onMessage(socket, data, isBinary));
  }

  private end(socket: StreamSocket, code: number): void {
    this.guard(socket, () => this.handler.onClose(socket, code));
  }

  private guard(socket: StreamSocket, call: () => void): void {
    try {
      call();
    } catch (error) {
      this.onError(error);
      socket.close(CLOSE_CODE.internalError, 'internal error');
    }
  }
}
