/**
 * What a symbol is worth through the session, before news and before anybody's impact: the index factor times beta, and a diffusion of
 * its own. Owns the paths, on a grid of one second with straight lines between; drawn before the session, so nothing later moves them.
 *
 *     level(k + 1) = level(k) * (1 + r + r^2 / 2),   r = beta * factor(k) + sigma * sqrt(variance share of the second * m(k)) * N(0, 1)
 *
 * m is a random variance of mean 1 with a memory of minutes: log-normal, its logarithm autoregressive (Clark 1973, Econometrica 41:
 * returns as a mixture of normals; heavy tails at short times, clustered volatility, nothing of both over a day).
 */

import { exactExp } from '../random/exact-math.ts';
import type { RandomStream } from '../random/random-stream.ts';
import type { SessionTimes } from './session-times.ts';
import { CONTINUOUS_STEPS, STEP_US } from './volume-curves.ts';

const GRID_US = 1_000_000;
const GRID_PER_STEP = STEP_US / GRID_US;

/** Returns of the index by second of the session: what all symbols share. */
export function drawFactor(stream: RandomStream, times: SessionTimes, dailyVolatility: number, shares: Float64Array): Float64Array {
  const seconds = Math.ceil((times.endUs - times.openUs) / GRID_US) + 1;
  const liveliness = drawLiveliness(stream, seconds);
  return liveliness.map((lively, second) => dailyVolatility * Math.sqrt(shareOf(shares, second) * lively) * stream.normal());
}

export interface EfficientPriceOptions {
  readonly start: number;
  readonly beta: number;
  readonly factor: Float64Array;
  /** Of the diffusion alone, over a whole day, as a ratio. */
  readonly volatility: number;
  /** How its variance spreads over the day. */
  readonly shares: Float64Array;
}

export class EfficientPrice {
  private readonly openUs: number;
  private readonly levels: Float64Array;
  private readonly liveliness: Float64Array;

  constructor(stream: RandomStream, openUs: number, { start, beta, factor, volatility, shares }: EfficientPriceOptions) {
    this.openUs = openUs;
    this.levels = new Float64Array(factor.length + 1);
    this.levels[0] = start;
    this.liveliness = drawLiveliness(stream, factor.length);
    for (let k = 0; k < factor.length; k++) {
      const change = beta * factor[k]! + volatility * Math.sqrt(shareOf(shares, k) * this.liveliness[k]!) * stream.normal();
      this.levels[k + 1] = this.levels[k]! * (1 + change + (change * change) / 2);
    }
  }

  /** Before the session its first level, after it the last. */
  at(us: number): number {
    const last = this.levels.length - 1;
    const place = Math.min(last, Math.max(0, (us - this.openUs) / GRID_US));
    const below = Math.min(last - 1, Math.floor(place));
    return this.levels[below]! + (place - below) * (this.levels[below + 1]! - this.levels[below]!);
  }

  /** m at that time, the session's. */
  livelinessAt(us: number): number {
    return this.liveliness[Math.min(this.liveliness.length - 1, Math.max(0, Math.floor((us - this.openUs) / GRID_US)))]!;
  }
}

/** A second's share of the day's variance. The closing auction's call is as lively as the step before it. */
function shareOf(shares: Float64Array, second: number): number {
  return shares[Math.min(CONTINUOUS_STEPS - 1, Math.floor(second / GRID_PER_STEP))]! / GRID_PER_STEP;
}

const LOG_VARIANCE_SIGMA = 1;
/** Kept of the logarithm from one second to the next: a memory of a minute and a half. */
const LOG_VARIANCE_KEPT = 1 - 1 / 90;

/** m of the file's head, by second. */
function drawLiveliness(stream: RandomStream, seconds: number): Float64Array {
  let state = stream.normal();
  return Float64Array.from({ length: seconds }, () => {
    state = LOG_VARIANCE_KEPT * state + Math.sqrt(1 - LOG_VARIANCE_KEPT * LOG_VARIANCE_KEPT) * stream.normal();
    return exactExp(LOG_VARIANCE_SIGMA * state - (LOG_VARIANCE_SIGMA * LOG_VARIANCE_SIGMA) / 2);
  });
}
