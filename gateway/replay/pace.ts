/**
 * How fast a recording is played: at the speed it was recorded, a multiple of it, or as fast as it is acknowledged.
 *
 * It owns the tie between event time and the wall clock, made at the first event. It does not sleep and does not send.
 */

/** A multiple of recorded time (1 is as recorded, 60 a minute a second), or 'max' for no waiting at all. */
export type Speed = number | 'max';

/** Below this an event is due: a timer is not more exact, and events this close travel in one batch. */
export const PACE_RESOLUTION_MS = 1;

/** Reads `max` or a positive finite number; undefined for anything else. */
export function parseSpeed(text: string): Speed | undefined {
  if (text === 'max') return 'max';
  const speed = Number(text);
  return text.trim() !== '' && Number.isFinite(speed) && speed > 0 ? speed : undefined;
}

export class Pace {
  readonly #speed: Speed;
  readonly #nowMs: () => number;
  #firstNs: bigint | undefined;
  #startMs = 0;

  /** The furthest that an event was handed on after it was due, ms; 0 at 'max', where nothing is ever due. */
  lagMsMax = 0;

  constructor(speed: Speed, nowMs: () => number = () => performance.now()) {
    this.#speed = speed;
    this.#nowMs = nowMs;
  }

  /** Milliseconds until the event is due; 0 when it is due or late. An event before the first one is due at once. */
  delayMs(timestampNs: bigint): number {
    if (this.#speed === 'max') return 0;
    if (this.#firstNs === undefined) {
      this.#firstNs = timestampNs;
      this.#startMs = this.#nowMs();
    }
    const dueMs = Number(timestampNs - this.#firstNs) / 1e6 / this.#speed;
    if (dueMs < 0) return 0;
    const delayMs = dueMs - (this.#nowMs() - this.#startMs);
    if (delayMs > PACE_RESOLUTION_MS) return delayMs;
    this.lagMsMax = Math.max(this.lagMsMax, -delayMs);
    return 0;
  }
}
