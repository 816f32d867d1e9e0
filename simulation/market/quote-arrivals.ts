/**
 * When the quotes of one symbol change by themselves: a point process that its trades excite.
 *
 *     lambda_q = baseline * profile + sum over past trades of n beta exp(-beta age)
 *
 * Owns the times only. Source: as trade-arrivals.ts.
 */

import { exactExp } from '../random/exact-math.ts';
import type { RandomStream } from '../random/random-stream.ts';
import type { ActivityProfile } from './activity-profile.ts';

/** Quotes per trade that come by themselves, and that a trade brings; the one that shows the trade's own effect is not among them. */
const BASELINE = 1.6;
const PER_TRADE = 1.2;
/** beta, 1/s. */
const PER_SECOND = 4;

export class QuoteArrivals {
  /** The next change of the quote; Infinity when none comes any more. */
  nextUs = 0;
  private readonly stream: RandomStream;
  private readonly profile: ActivityProfile;
  private segment = 0;
  /** What the trades excite, as it was at `excitedUs`. */
  private excited = 0;
  private excitedUs: number;

  constructor(stream: RandomStream, profile: ActivityProfile) {
    this.stream = stream;
    this.profile = profile;
    this.excitedUs = profile.edgesUs[0]!;
    this.drawAfter(this.excitedUs);
  }

  /** Draws the change that follows the one shown. */
  advance(): void {
    this.drawAfter(this.nextUs);
  }

  /** A trade excites; what was to come next is drawn anew, which a process without memory of its own allows. */
  onTrade(us: number): void {
    this.excited = this.excitationAt(us) + PER_TRADE * PER_SECOND;
    this.excitedUs = us;
    const { edgesUs } = this.profile;
    while (this.segment > 0 && us < edgesUs[this.segment]!) this.segment--;
    this.drawAfter(us);
  }

  private drawAfter(us: number): void {
    const { edgesUs, quotesOpen, perSecond } = this.profile;
    let fromUs = us;
    while (this.segment < perSecond.length) {
      const endUs = edgesUs[this.segment + 1]!;
      const base = BASELINE * perSecond[this.segment]!;
      if (quotesOpen[this.segment] === 1) {
        const bound = base + this.excitationAt(fromUs);
        const candidateUs = fromUs + 1e6 * this.stream.exponential(1 / bound);
        if (candidateUs < endUs) {
          fromUs = candidateUs;
          if (this.stream.uniform() * bound >= base + this.excitationAt(fromUs)) continue;
          // Edges are whole, so a floor stays in its segment.
          this.nextUs = Math.floor(fromUs);
          return;
        }
      }
      fromUs = endUs;
      this.segment++;
    }
    this.nextUs = Number.POSITIVE_INFINITY;
  }

  private excitationAt(us: number): number {
    return this.excited * exactExp((-PER_SECOND * (us - this.excitedUs)) / 1e6);
  }
}
