import type { Market } from '../market/market.ts';
import type { PlanMarket } from '../metrics/expected-progress.ts';

/** A market as plans see it, as far as its stops are known at a moment. Used again and again: it holds until the next `at`. */
export class MarketOfPlan implements PlanMarket {
  private market: Market | undefined;
  private knownUs = Number.NaN;

  at(market: Market, knownUs: number): this {
    this.market = market;
    this.knownUs = knownUs;
    return this;
  }

  get tradingDayUs(): number {
    return this.market!.tradingDayUs;
  }

  tradableUs(fromUs: number, toUs: number): number {
    return this.market!.clock.between(fromUs, toUs, this.knownUs);
  }

  volume(fromUs: number, toUs: number): number {
    return this.market!.knownVolume(fromUs, toUs);
  }

  curveShare(startUs: number, us: number): number {
    return this.market!.curveShare(startUs, us, this.knownUs);
  }

  closedUs(startUs: number): number {
    return this.market!.clock.closedUs(startUs);
  }
}
