/**
 * When the trades of one symbol come, and with which sign: a point process that excites itself, with exponential kernels, drawn by
 * thinning. Depends on nothing that the book or the desk does.
 *
 *     buys:  lambda_b = P(buy) (mu(t) + sum over past trades of phi_slow) + sum over past buys of phi_self + over past sells of phi_cross
 *     sells alike, with 1 - P(buy);  phi = n beta exp(-beta age), self and cross summed over the instant and the quick kernel
 *     mu(t) = (1 - n) * profile, n the sum of the branching ratios: the mean rate is that of the profile
 *
 * The instant kernel (milliseconds: machines) and the quick one (seconds) carry the sign of the trade that excites: those who follow
 * and those who answer. The slow one is activity: large orders are worked faster in a busy market, so what it brings has the signs of
 * the order flow, as what comes by itself.
 *
 * Source: Hawkes (1971), Biometrika 58; Ogata (1981), IEEE Transactions on Information Theory 27 (thinning); Bacry, Mastromatteo
 * and Muzy (2015), Hawkes processes in finance, Market Microstructure and Liquidity 1.
 */

import { exactExp } from '../random/exact-math.ts';
import type { RandomStream } from '../random/random-stream.ts';
import type { ActivityProfile } from './activity-profile.ts';
import type { OrderFlow } from './order-flow.ts';

/** beta in 1/s, and the trades that one trade brings on average on its own side and on the other. */
const INSTANT = { perSecond: 250, self: 0.36, cross: 0.02 };
const QUICK = { perSecond: 0.6, self: 0.14, cross: 0.07 };
/** For both sides together. */
const SLOW = { perSecond: 1 / 40, both: 0.2 };
const BRANCHING = INSTANT.self + INSTANT.cross + QUICK.self + QUICK.cross + SLOW.both;

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
  private instantBuys = 0;
  private instantSells = 0;
  private quickBuys = 0;
  private quickSells = 0;
  private slow = 0;

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
      const bound = base + this.excitation();
      const candidateUs = this.exactUs + 1e6 * this.stream.exponential(1 / bound);
      this.decayTo(Math.min(candidateUs, endUs));
      if (candidateUs >= endUs) {
        this.segment++;
        continue;
      }
      const intensity = base + this.excitation();
      const drawn = this.stream.uniform() * bound;
      if (drawn >= intensity) continue;
      this.accept(base + this.slow, intensity, drawn);
      return;
    }
    this.nextUs = Number.POSITIVE_INFINITY;
  }

  /** `ofFlow`: the part of the intensity whose signs the order flow gives. */
  private accept(ofFlow: number, intensity: number, drawn: number): void {
    const excitedBuys = this.instantBuys + this.quickBuys;
    const buyProbability = (ofFlow * this.flow.buyShare + excitedBuys) / intensity;
    if (drawn < ofFlow) this.sign = this.flow.next();
    else this.sign = drawn < ofFlow + excitedBuys ? 1 : -1;
    this.surprise = this.sign - (2 * buyProbability - 1);
    const isBuy = this.sign === 1;
    this.instantBuys += INSTANT.perSecond * (isBuy ? INSTANT.self : INSTANT.cross);
    this.instantSells += INSTANT.perSecond * (isBuy ? INSTANT.cross : INSTANT.self);
    this.quickBuys += QUICK.perSecond * (isBuy ? QUICK.self : QUICK.cross);
    this.quickSells += QUICK.perSecond * (isBuy ? QUICK.cross : QUICK.self);
    this.slow += SLOW.perSecond * SLOW.both;
    // Edges are whole, so a floor stays in its segment.
    this.nextUs = Math.floor(this.exactUs);
  }

  /** An opening finds the process as if it had long run at the segment's rate. */
  private warmUp(): void {
    const perSecond = this.profile.perSecond[this.segment] ?? 0;
    this.instantBuys = this.instantSells = ((INSTANT.self + INSTANT.cross) * perSecond) / 2;
    this.quickBuys = this.quickSells = ((QUICK.self + QUICK.cross) * perSecond) / 2;
    this.slow = SLOW.both * perSecond;
  }

  private excitation(): number {
    return this.instantBuys + this.instantSells + this.quickBuys + this.quickSells + this.slow;
  }

  private decayTo(us: number): void {
    const seconds = (us - this.exactUs) / 1e6;
    const instant = exactExp(-INSTANT.perSecond * seconds);
    const quick = exactExp(-QUICK.perSecond * seconds);
    this.instantBuys *= instant;
    this.instantSells *= instant;
    this.quickBuys *= quick;
    this.quickSells *= quick;
    this.slow *= exactExp(-SLOW.perSecond * seconds);
    this.exactUs = us;
  }
}
