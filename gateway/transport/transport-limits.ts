/**
 * The limits of a transport: what one peer may make us hold.
 *
 * It owns their names, their defaults and their ranges. It is not the table of options (`engine/options.ts`).
 */
import assert from 'node:assert/strict';

export interface TransportLimits {
  /** Longest request body; over it the answer is 413. */
  readonly bodyBytesMax: number;
  /** Longest WebSocket message received; over it the socket is closed with 1009. */
  readonly messageBytesMax: number;
  /** Most bytes kept for one socket that does not read; over it `send` says 'dropped'. */
  readonly socketBufferBytesMax: number;
  /** A WebSocket that shows no sign of life, pongs included, for this long is closed with 1006. 8 to 960. */
  readonly idleSecondsMax: number;
}

export const DEFAULT_TRANSPORT_LIMITS: TransportLimits = {
  bodyBytesMax: 8 * 1024 * 1024,
  messageBytesMax: 1024 * 1024,
  socketBufferBytesMax: 4 * 1024 * 1024,
  idleSecondsMax: 60,
};

/** The rest of a body already answered with 413 is read and thrown away up to this: a client still sending reads its answer. */
export const DISCARD_BYTES_MAX = 64 * 1024 * 1024;

/** How long messages of WebSockets are handled as they come in one turn of the event loop: longer than what comes behind a short stall takes. */
export const MESSAGES_AT_ONCE_MS = 20;

/** How long messages that wait are handled before everything else has its turn. */
export const MESSAGE_TURN_MS = 2;

/** Messages of all WebSockets that wait for their turn; above it they are handled as they come. */
export const MESSAGES_WAITING_BYTES_MAX = 64 * 1024 * 1024;

/** How long peers have for their half of the closing when the transport closes. */
export const CLOSE_GRACE_MS = 150;

/** uWebSockets.js takes idle timeouts of 8 to 960 seconds and aborts the process on others. */
export function assertLimits(limits: TransportLimits): void {
  for (const [name, value] of Object.entries(limits)) {
    assert(Number.isSafeInteger(value) && value > 0, `transport limit ${name} must be a positive integer, got ${value}`);
  }
  assert(
    limits.idleSecondsMax >= 8 && limits.idleSecondsMax <= 960,
    `transport limit idleSecondsMax must be 8 to 960, got ${limits.idleSecondsMax}`,
  );
  assert(limits.messageBytesMax <= 2 ** 28, 'transport limit messageBytesMax must be at most 256 MiB');
}
