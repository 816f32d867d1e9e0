/**
 * Best bid and offer of one symbol: prices in whole ticks, sizes in whole lots. Owns both; knows no time. Those who supply liquidity
 * follow the worth they are told with some patience, and those who take it use up what stands there.
 */

import type { RandomStream } from '../random/random-stream.ts';

const DEPTH_LOG_SIGMA = 0.7;
/** Mean of the log-normal over its median: exp(0.7^2 / 2). */
const DEPTH_MEAN_OVER_MEDIAN = 1.2776;
/** How far the mid may stand off the worth before the quote moves: ticks, and a part of the spread asked for. */
const PATIENCE_TICKS = 1;
const PATIENCE_SPREADS = 0.1;
/** How far the spread may stand off the one asked for. Clearly more than half a tick, or a coarse tick would flicker between two. */
const SLACK_TICKS = 0.75;
const SLACK_SPREADS = 0.1;
/** The next level behind the touch: one tick, or further off in a wide book. */
const GAP_SPREADS = 0.12;

export class TopOfBook {
  bidTicks = 0;
  askTicks = 0;
  bidLots = 0;
  askLots = 0;
  private readonly stream: RandomStream;
  private readonly depthMedianLots: number;

  constructor(stream: RandomStream, depthLots: number) {
    this.stream = stream;
    this.depthMedianLots = depthLots / DEPTH_MEAN_OVER_MEDIAN;
  }

  get midTicks(): number {
    return (this.bidTicks + this.askTicks) / 2;
  }

  /** Price that an aggressor of this side meets. */
  touchTicks(aggressor: 1 | -1): number {
    return aggressor === 1 ? this.askTicks : this.bidTicks;
  }

  touchLots(aggressor: 1 | -1): number {
    return aggressor === 1 ? this.askLots : this.bidLots;
  }

  /** A new book around the worth. */
  reset(worthTicks: number, spreadTicks: number): void {
    const widthTicks = Math.round(spreadTicks);
    this.moveBid(Math.round(worthTicks - widthTicks / 2));
    this.moveAsk(this.bidTicks + widthTicks);
  }

  /**
   * The suppliers look at the worth and the spread asked for (at least 1, not whole), and move what is too far off; a side that moves
   * has a new size.
   */
  follow(worthTicks: number, spreadTicks: number): void {
    const quotedTicks = this.askTicks - this.bidTicks;
    const isWidthGood = Math.abs(quotedTicks - spreadTicks) <= SLACK_TICKS + SLACK_SPREADS * spreadTicks;
    const widthTicks = isWidthGood ? quotedTicks : Math.round(spreadTicks);
    const offTicks = worthTicks - this.midTicks;
    if (Math.abs(offTicks) > PATIENCE_TICKS + PATIENCE_SPREADS * spreadTicks) {
      const bidTicks = Math.round(worthTicks - widthTicks / 2);
      if (bidTicks !== this.bidTicks) this.moveBid(bidTicks);
      if (this.bidTicks + widthTicks !== this.askTicks) this.moveAsk(this.bidTicks + widthTicks);
    } else if (widthTicks !== quotedTicks) {
      // The side comes in that is further from the worth, and that goes out which is nearer.
      if (offTicks < 0 === widthTicks < quotedTicks) this.moveAsk(this.bidTicks + widthTicks);
      else this.moveBid(this.askTicks - widthTicks);
    }
  }

  /** Orders come and go at the touch: one side has a new size. */
  refresh(): void {
    if (this.stream.chance(0.5)) this.bidLots = this.drawLots();
    else this.askLots = this.drawLots();
  }

  /** Takes up to all of the touch; what is used up uncovers the next level. */
  take(aggressor: 1 | -1, lots: number): void {
    const left = this.touchLots(aggressor) - lots;
    const gapTicks = Math.max(1, Math.round(GAP_SPREADS * (this.askTicks - this.bidTicks)));
    if (aggressor === 1) {
      if (left > 0) this.askLots = left;
      else this.moveAsk(this.askTicks + gapTicks);
    } else if (left > 0) this.bidLots = left;
    else this.moveBid(this.bidTicks - gapTicks);
  }

  private moveBid(ticks: number): void {
    this.bidTicks = Math.max(1, ticks);
    this.bidLots = this.drawLots();
  }

  private moveAsk(ticks: number): void {
    this.askTicks = Math.max(this.bidTicks + 1, ticks);
    this.askLots = this.drawLots();
  }

  private drawLots(): number {
    return Math.max(1, Math.round(this.stream.logNormal(this.depthMedianLots, DEPTH_LOG_SIGMA)));
  }
}
