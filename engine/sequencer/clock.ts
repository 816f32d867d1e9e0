/**
 * Where time comes from. `now` only ever moves by tick records in the journal; this decides which ticks to write.
 *
 * - receipt: a tick every 10 ms of this machine's clock (a clock that steps back stands still until it is passed).
 * - event: ticks follow the events' own timestamps, on the same 10 ms grid, each written before the event that reaches
 *   it. A gap is crossed in steps of a second, so that durations of alerts are the same as if time had run.
 */

import { GAP_TICKS_MAX, TICK_INTERVAL_US } from '../domain/limits.ts';
import { US_PER_SECOND } from '../domain/units.ts';

export type ClockMode = 'receipt' | 'event';

export class TickClock {
  readonly mode: ClockMode;
  private lastUs = Number.NEGATIVE_INFINITY;

  constructor(mode: ClockMode) {
    this.mode = mode;
  }

  /** Time of the newest tick, -Infinity before the first. */
  get nowUs(): number {
    return this.lastUs;
  }

  /** Takes in a tick as it was journaled. */
  absorb(tickUs: number): void {
    this.lastUs = tickUs;
  }

  /** Ticks that are due when the clock of this mode has reached `reachedUs`, oldest first. */
  due(reachedUs: number): number[] {
    const gridUs = Math.floor(reachedUs / TICK_INTERVAL_US) * TICK_INTERVAL_US;
    if (gridUs <= this.lastUs) return [];
    if (this.mode === 'receipt' || this.lastUs === Number.NEGATIVE_INFINITY) return [gridUs];
    const ticks: number[] = [];
    const firstSecondUs = (Math.floor(this.lastUs / US_PER_SECOND) + 1) * US_PER_SECOND;
    const fromUs = Math.max(firstSecondUs, Math.floor(gridUs / US_PER_SECOND - GAP_TICKS_MAX) * US_PER_SECOND);
    for (let tickUs = fromUs; tickUs < gridUs; tickUs += US_PER_SECOND) ticks.push(tickUs);
    ticks.push(gridUs);
    return ticks;
  }
}
