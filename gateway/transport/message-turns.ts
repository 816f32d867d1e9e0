/**
 * Messages of WebSockets take turns. Those that come in one turn of the event loop are handled as they come, for
 * MESSAGES_AT_ONCE_MS. What comes behind that waits, and so does all that comes meanwhile; it is handled in the turns that follow,
 * MESSAGE_TURN_MS in each, one message of each stream after the other. So those who send as fast as they can hold up neither requests, the
 * disk and what is told to streams, nor a socket on which little comes.
 */

import { MESSAGE_TURN_MS, MESSAGES_AT_ONCE_MS, MESSAGES_WAITING_BYTES_MAX } from './transport-limits.ts';

export interface TakesTurns {
  /** Handles the message that has waited longest; true when more wait. */
  handleNext(): boolean;
}

export class MessageTurns {
  /** The next one first. */
  private readonly waiting = new Set<TakesTurns>();
  private waitingBytes = 0;
  /** NaN before the first message of a turn of the event loop. */
  private endMs = Number.NaN;

  /** True when a message may be handled as it comes. */
  isOpen(): boolean {
    if (Number.isNaN(this.endMs)) {
      this.endMs = performance.now() + MESSAGES_AT_ONCE_MS;
      setImmediate(this.end);
    }
    return this.waiting.size === 0 && performance.now() < this.endMs;
  }

  /** A stream has a message that waits. */
  join(stream: TakesTurns): void {
    if (this.waiting.size === 0) setImmediate(this.handleSome);
    this.waiting.add(stream);
  }

  /** Messages wait, or, below 0, no longer. */
  hold(bytes: number): void {
    this.waitingBytes += bytes;
  }

  /** More waits than may: who adds to it is to handle what waits there itself. */
  get isFull(): boolean {
    return this.waitingBytes > MESSAGES_WAITING_BYTES_MAX;
  }

  private readonly end = (): void => {
    this.endMs = Number.NaN;
  };

  private readonly handleSome = (): void => {
    const endMs = performance.now() + MESSAGE_TURN_MS;
    // Those that are put behind the others come again.
    for (const stream of this.waiting) {
      this.waiting.delete(stream);
      if (stream.handleNext()) this.waiting.add(stream);
      if (performance.now() >= endMs) break;
    }
    if (this.waiting.size > 0) setImmediate(this.handleSome);
  };
}
