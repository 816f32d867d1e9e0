/**
 * What one symbol is worth at a moment, in ticks: the price that its book follows. Owns the sum of all that moves it.
 *
 *     worth = efficient price * news * (1 + flow) * (1 + own impact)
 *
 * flow: every trade of others moves the worth for good by kappa * sqrt(m) * (its sign less the expected sign), m the random variance of
 * the efficient price: a lively stretch is lively in all its parts. The surprises have no drift, so the worth stays a martingale
 * although the signs remember (Lillo and Farmer 2004, Studies in Nonlinear Dynamics and Econometrics 8(3)).
 *
 * The variance of a day is the instrument's: what beta, flow and the usual news do not bring is left to the efficient price's own
 * diffusion.
 */

import { exactExp } from '../random/exact-math.ts';
import type { RandomStream } from '../random/random-stream.ts';
import { EfficientPrice } from './efficient-price.ts';
import { NEWS_SCALE_SQUARE } from './incidents.ts';
import { INDEX, type InstrumentFacts } from './instruments.ts';
import { OwnImpact } from './own-impact.ts';
import type { SessionTimes } from './session-times.ts';
import { varianceShares } from './volume-curves.ts';

/** Part of a symbol's own variance that trades carry into the price; Hasbrouck (1991, Review of Financial Studies 4): a third and more. */
const FLOW_VARIANCE_SHARE = 0.7;
/** Mean square of the surprise of a sign: measured, much the same for all symbols. */
const SURPRISE_SQUARE = 0.52;
/** News leave at least this part of the own variance to the diffusion. */
const DIFFUSION_SHARE_MIN = 0.15;
/** How far the openings of different seeds lie apart. */
const OPENING_SCATTER_VOLATILITIES = 0.5;
/** News is read by one after the other: the part of it that is not in the price fades with this time. */
const NEWS_READ_US = 10_000_000;

export interface WorthOptions {
  readonly facts: InstrumentFacts;
  readonly times: SessionTimes;
  readonly factor: Float64Array;
  /** Usual trades of a whole day, and the ADV, at the market's activity. */
  readonly tradesPerDay: number;
  readonly adv: number;
  /** News expected of the symbol in a day. */
  readonly newsPerDay: number;
}

export class Worth {
  private readonly tick: number;
  private readonly price: EfficientPrice;
  private readonly ownImpact: OwnImpact;
  private readonly flowPerSurprise: number;
  private flow = 0;
  /** What all news so far will have made of the worth, and the part of it that was not in the price at `newsUs`. */
  private news = 1;
  private newsUnread = 0;
  private newsUs = 0;

  constructor(stream: RandomStream, { facts, times, factor, tradesPerDay, adv, newsPerDay }: WorthOptions) {
    const { dailyVolatility, beta } = facts;
    const variance = dailyVolatility * dailyVolatility;
    const indexPart = beta * INDEX.dailyVolatility;
    const ownVariance = variance - indexPart * indexPart;
    const flowVariance = FLOW_VARIANCE_SHARE * ownVariance;
    const newsVariance = newsPerDay * NEWS_SCALE_SQUARE * variance;
    const diffusionVariance = Math.max(DIFFUSION_SHARE_MIN * ownVariance, ownVariance - flowVariance - newsVariance);
    const start = facts.price * (1 + OPENING_SCATTER_VOLATILITIES * dailyVolatility * stream.normal());
    const volatility = Math.sqrt(diffusionVariance);
    const shares = varianceShares(facts.shape);
    this.tick = facts.tick;
    this.price = new EfficientPrice(stream, times.openUs, { start, beta, factor, volatility, shares });
    this.ownImpact = new OwnImpact(adv, dailyVolatility, facts.sharesOutstanding);
    this.flowPerSurprise = Math.sqrt(flowVariance / (tradesPerDay * SURPRISE_SQUARE));
  }

  ticksAt(us: number): number {
    return (this.price.at(us) * this.newsAt(us) * (1 + this.flow) * (1 + this.ownImpact.at(us))) / this.tick;
  }

  onNews(ratio: number, us: number): void {
    const read = this.newsAt(us);
    this.news *= 1 + ratio;
    this.newsUnread = this.news - read;
    this.newsUs = us;
  }

  onTrade(surprise: number, us: number): void {
    this.flow += this.flowPerSurprise * Math.sqrt(this.price.livelinessAt(us)) * surprise;
  }

  onOwnTake(side: 1 | -1, quantity: number, us: number): void {
    this.ownImpact.onTake(side, quantity, us);
  }

  private newsAt(us: number): number {
    return this.news - this.newsUnread * exactExp((this.newsUs - us) / NEWS_READ_US);
  }
}
