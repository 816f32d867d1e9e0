/**
 * When the trades of one symbol come, and with which sign: a point process that excites itself, with exponential kernels, drawn by
 * thinning. Depends on nothing that the book or the desk does.
 *
 *     buys:  lambda_b = P(buy) mu(t) + sum over kernels of (phi_self over past buys + phi_cross over past sells)
 *     sells alike, with 1 - P(buy);  phi = n beta exp(-beta age)
 *     mu(t) = (1 - n) * profile, n the sum of the branching ratios: the mean rate is that of the profile
 *
 * What comes by itself has the signs of the order flow; what a trade brings has its sign, seldom the other: those who follow, and those
 * who answer.
 *
 * Source: Hawkes (1971), Biometrika 58; Ogata (1981), IEEE Transactions on Information Theory 27 (thinning); Bacry, Mastromatteo
 * and Muzy (2015), Hawkes processes in finance, Market Microstructure and Liquidity 1.
 */

import { exactExp } from '../random/exact-math.ts';
import type { RandomStream } from '../random/random-stream.ts';
import type { ActivityProfile } from './activity-profile.ts';
import type { OrderFlow } from './order-flow.ts';

/**
 * beta in 1/s, and the trades that one trade brings on average on its own side and on the other: machines, fast and slow; people; the
 * mood of part of a minute. Close to what is fitted to an hour of AAPL (docs/simulation.md). The slowest is less, since the
 * fit takes for it what the U and the order flow bring; the third is more, which brings the scatter of counts per 10 s to AAPL's.
 */
const KERNELS = [
  { perSecond: 1_500, self: 0.31, cross: 0.01 },
  { perSecond: 60, self: 0.17, cross: 0.01 },
  { perSecond: 2, self: 0.175, cross: 0.02 },
  { perSecond: 0.05, self: 0.11, cross: 0.02 },
] as const;
const BRANCHING = KERNELS.reduce((sum, { self, cross }) => sum + self + cross, 0);

export class TradeArrivals {
  /** The next trade; Infinity when none comes any more. */
  nextUs = 0;
  sign: 1 | -1 = 1;
  /** The sign less its expectation given all that went before: sums of it have no drift. */
  surprise = 0;
  private readonly stream: RandomStream;
  private readonly flow: OrderFlow;
  private readonly profile: ActivityProfile;
  private segment = 0;
  private exactUs: number;
  /** What past trades excite by kernel, trades per second. */
  private readonly buys = new Float64Array(KERNELS.length);
  private readonly sells = new Float64Array(KERNELS.length);

  constructor(stream: RandomStream, flow: OrderFlow, profile: ActivityProfile) {
    this.stream = stream;
    this.flow = flow;
    this.profile = profile;
    this.exactUs = profile.edgesUs[0]!;
    this.warmUp();
    this.advance();
  }

  /** Draws the trade that follows the one shown. */
  advance(): void {
    const { edgesUs, perSecond } = this.profile;
    while (this.segment < perSecond.length) {
      const endUs = edgesUs[this.segment + 1]!;
      const base = (1 - BRANCHING) * perSecond[this.segment]!;
      if (base === 0) {
        this.exactUs = endUs;
        this.segment++;
        this.warmUp();
        continue;
      }
      const bound = base + sum(this.buys) + sum(this.sells);
      const candidateUs = this.exactUs + 1e6 * this.stream.exponential(1 / bound);
      this.decayTo(Math.min(candidateUs, endUs));
      if (candidateUs >= endUs) {
        this.segment++;
        continue;
      }
      const drawn = this.stream.uniform() * bound;
      const excitedBuys = sum(this.buys);
      const intensity = base + excitedBuys + sum(this.sells);
      if (drawn >= intensity) continue;
      const buyProbability = (base * this.flow.buyShare + excitedBuys) / intensity;
      if (drawn < base) this.sign = this.flow.next();
      else this.sign = drawn < base + excitedBuys ? 1 : -1;
      this.surprise = this.sign - (2 * buyProbability - 1);
      this.excite();
      // Edges are whole, so a floor stays in its segment.
      this.nextUs = Math.floor(this.exactUs);
      return;
    }
    this.nextUs = Number.POSITIVE_INFINITY;
  }

  private excite(): void {
    const [same, other] = this.sign === 1 ? [this.buys, this.sells] : [this.sells, this.buys];
    for (const [k, { perSecond, self, cross }] of KERNELS.entries()) {
      same[k]! += perSecond * self;
      other[k]! += perSecond * cross;
    }
  }

  /** An opening finds the process as if it had long run at the segment's rate. */
  private warmUp(): void {
    const perSecond = this.profile.perSecond[this.segment] ?? 0;
    for (const [k, { self, cross }] of KERNELS.entries()) this.buys[k] = this.sells[k] = ((self + cross) * perSecond) / 2;
  }

  private decayTo(us: number): void {
    const seconds = (us - this.exactUs) / 1e6;
    for (const [k, { perSecond }] of KERNELS.entries()) {
      const kept = exactExp(-perSecond * seconds);
      this.buys[k]! *= kept;
      this.sells[k]! *= kept;
    }
    this.exactUs = us;
  }
}

function sum(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
