/**
 * The tradable clock of one symbol: time that passes while it is neither halted nor closed.
 *
 * It knows the status changes that were reported, by event time. What is not reported yet is taken as open.
 */

import { MARKET_STATUSES } from '../domain/enums.ts';
import type { StateReader } from '../domain/state-reader.ts';
import type { StateWriter } from '../domain/state-writer.ts';
import { countUpTo } from './time-index.ts';

const OPEN = MARKET_STATUSES.indexOf('OPEN');
const AUCTION = MARKET_STATUSES.indexOf('AUCTION');
const HALTED = MARKET_STATUSES.indexOf('HALTED');
const CLOSED = MARKET_STATUSES.indexOf('CLOSED');

export class TradableClock {
  private count = 0;
  private timesUs = new Float64Array(8);
  private statuses = new Int32Array(8);
  /** Stopped time before each change. */
  private stoppedUs = new Float64Array(8);

  /** The newest status by event time; open until told otherwise. */
  get statusNow(): number {
    return this.count === 0 ? OPEN : this.statuses[this.count - 1]!;
  }

  /** Takes in a status change; one that comes late is put where it belongs. */
  change(us: number, statusCode: number): void {
    if (this.count === this.timesUs.length) this.grow();
    const at = countUpTo(this.timesUs, this.count, us);
    this.timesUs.copyWithin(at + 1, at, this.count);
    this.statuses.copyWithin(at + 1, at, this.count);
    this.timesUs[at] = us;
    this.statuses[at] = statusCode;
    this.count++;
    for (let i = Math.max(at, 1); i < this.count; i++) {
      const length = this.timesUs[i]! - this.timesUs[i - 1]!;
      this.stoppedUs[i] = this.stoppedUs[i - 1]! + (isStopped(this.statuses[i - 1]!) ? length : 0);
    }
  }

  /** Microseconds in [fromUs, toUs] in which trading was possible. Stops count up to `nowUs`; what comes then is taken as open. */
  between(fromUs: number, toUs: number, nowUs: number): number {
    if (!(toUs > fromUs)) return toUs <= fromUs ? 0 : Number.NaN;
    if (this.count === 0) return toUs - fromUs;
    return toUs - fromUs - (this.stoppedBefore(Math.min(toUs, nowUs)) - this.stoppedBefore(Math.min(fromUs, nowUs)));
  }

  /**
   * When the session that `us` is in opened: the last opening at or before it, else the first one
   * behind it. NaN when none is known.
   */
  openedUs(us: number): number {
    const upTo = countUpTo(this.timesUs, this.count, us);
    for (let i = upTo - 1; i >= 0; i--) if (this.opens(i)) return this.timesUs[i]!;
    for (let i = upTo; i < this.count; i++) if (this.opens(i)) return this.timesUs[i]!;
    return Number.NaN;
  }

  /** When the session that `us` is in closed; NaN while it has not. */
  closedUs(us: number): number {
    for (let i = countUpTo(this.timesUs, this.count, us); i < this.count; i++) {
      if (this.statuses[i] === CLOSED && (i === 0 || this.statuses[i - 1] !== CLOSED)) return this.timesUs[i]!;
    }
    return Number.NaN;
  }

  save(out: StateWriter): void {
    out.word(this.count);
    for (let i = 0; i < this.count; i++) {
      out.double(this.timesUs[i]!);
      out.word(this.statuses[i]!);
    }
  }

  /** Into a clock that knows no change. */
  load(from: StateReader): void {
    for (let left = from.word(); left > 0; left--) this.change(from.double(), from.word());
  }

  /** An OPEN opens a session when nothing or a close stands before it; auctions between do not count. */
  private opens(place: number): boolean {
    if (this.statuses[place] !== OPEN) return false;
    let before = place - 1;
    while (before >= 0 && this.statuses[before] === AUCTION) before--;
    return before < 0 || this.statuses[before] === CLOSED;
  }

  private stoppedBefore(us: number): number {
    const last = countUpTo(this.timesUs, this.count, us) - 1;
    if (last < 0) return 0;
    return this.stoppedUs[last]! + (isStopped(this.statuses[last]!) ? us - this.timesUs[last]! : 0);
  }

  private grow(): void {
    const grow = <T extends Float64Array | Int32Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    this.timesUs = grow(this.timesUs, new Float64Array(this.timesUs.length * 2));
    this.statuses = grow(this.statuses, new Int32Array(this.statuses.length * 2));
    this.stoppedUs = grow(this.stoppedUs, new Float64Array(this.stoppedUs.length * 2));
  }
}

function isStopped(statusCode: number): boolean {
  return statusCode === HALTED || statusCode === CLOSED;
}
