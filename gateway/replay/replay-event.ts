/**
 * What a replay moves: one input event as the text that goes over the wire, with the two things the replay itself needs.
 *
 * It owns the shape that sources make and the merge, the pace and the client take, and the one kind of expected failure.
 * It is not an event's schema: what an event may say is for the service to judge.
 */

export interface ReplayEvent {
  /** Event time, nanoseconds since the epoch. Orders the merge and sets the pace; the service reads its own from `json`. */
  readonly timestampNs: bigint;
  /** One line of NDJSON without its line end. */
  readonly json: string;
  readonly file: string;
  /** 1-based line of `file` that this event was made from. */
  readonly line: number;
}

export type EventSource = AsyncIterable<ReplayEvent>;

/** An expected failure with a message fit for the person who typed the command: no stack, no code to look up. */
export class ReplayError extends Error {
  override readonly name = 'ReplayError';
}
