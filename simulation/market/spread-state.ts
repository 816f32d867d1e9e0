/**
 * The spread that liquidity suppliers ask for, in ticks but not whole: the book rounds it. Owns its state.
 *
 *     ticks = max(1, typical * (1 + open(t)) * (1 + stress) * exp(0.35 z))
 *
 * z is an Ornstein-Uhlenbeck process of unit variance; stress rises with every trade and more with news and reopenings, and fades; the
 * first minutes of the day are wider (McInish and Wood 1992, Journal of Finance 47: spreads over the day).
 */

import { exactExp } from '../random/exact-math.ts';
import type { RandomStream } from '../random/random-stream.ts';

const LOG_SIGMA = 0.35;
const STATE_FADES_US = 12_000_000;
const STRESS_FADES_US = 10_000_000;
const OPENING_EXTRA = 1.2;
const OPENING_FADES_US = 480_000_000;
/** Stress that trades at their usual rate hold up. */
const USUAL_STRESS = 0.12;
const STRESS_MAX = 3;

export class SpreadState {
  private readonly stream: RandomStream;
  private readonly typicalTicks: number;
  private readonly openUs: number;
  private readonly stressPerTrade: number;
  private state = 0;
  private stress = 0;
  private lastUs: number;

  constructor(stream: RandomStream, typicalTicks: number, openUs: number, tradesPerSecond: number) {
    this.stream = stream;
    this.typicalTicks = typicalTicks;
    this.openUs = openUs;
    this.lastUs = openUs;
    // A symbol that trades seldom is not in a burst because it traded.
    this.stressPerTrade = USUAL_STRESS / Math.max(4, (tradesPerSecond * STRESS_FADES_US) / 1e6);
  }

  onTrade(): void {
    this.onShock(this.stressPerTrade);
  }

  onShock(stress: number): void {
    this.stress = Math.min(STRESS_MAX, this.stress + stress);
  }

  /** Moves the state on to `us` and answers with the spread asked for. */
  ticksAt(us: number): number {
    const passedUs = Math.max(0, us - this.lastUs);
    this.lastUs = Math.max(this.lastUs, us);
    const kept = exactExp(-passedUs / STATE_FADES_US);
    this.state = kept * this.state + Math.sqrt(1 - kept * kept) * this.stream.normal();
    this.stress *= exactExp(-passedUs / STRESS_FADES_US);
    const opening = OPENING_EXTRA * exactExp(-Math.max(0, us - this.openUs) / OPENING_FADES_US);
    return Math.max(1, this.typicalTicks * (1 + opening) * (1 + this.stress) * exactExp(LOG_SIGMA * this.state));
  }
}
