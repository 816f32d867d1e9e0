/**
 * How far the desk's own taking has moved a symbol's price. Owns the desk's permanent displacement and its trading rate.
 *
 *     permanent = g sig (X/V) (Th/V)^(1/4)           X what was taken so far, buys less sells
 *     temporary = sign(v) h sig |v|^(3/5)            v = R / V, R the taking rate in shares per trading day:
 *     R(t)      = sum over takes of q / tau exp(-age / tau)
 *
 * Ratios of the price, positive upwards. Steady taking at the rate v costs what the pre-trade model of engine/analytics says; after
 * the last take the temporary part falls as exp(-0.6 age / tau), here with a time constant of 100 s, and the permanent part stays.
 *
 * Source: Almgren, Thum, Hauptmann and Li (2005), Direct Estimation of Equity Market Impact, Risk 18(7).
 */

import { exactExp, exactPower } from '../random/exact-math.ts';
import { DAY_US } from './session-times.ts';

/** Table 3 of the source, as engine/analytics/pre-trade-model.ts has them. */
const PERMANENT = 0.314;
const TEMPORARY = 0.142;
const TEMPORARY_POWER = 0.6;
const TURNOVER_POWER = 0.25;
const RATE_FADES_US = 60_000_000;
/** Beyond this displacement the model means nothing. */
const RATIO_MAX = 0.25;

export class OwnImpact {
  private readonly adv: number;
  private readonly dailyVolatility: number;
  private readonly permanentPerUnit: number;
  private permanent = 0;
  /** R / V as of rateUs. */
  private rate = 0;
  private rateUs = 0;

  constructor(adv: number, dailyVolatility: number, sharesOutstanding: number) {
    this.adv = adv;
    this.dailyVolatility = dailyVolatility;
    this.permanentPerUnit = (PERMANENT * dailyVolatility * exactPower(sharesOutstanding / adv, TURNOVER_POWER)) / adv;
  }

  onTake(side: 1 | -1, quantity: number, us: number): void {
    this.permanent += side * this.permanentPerUnit * quantity;
    this.rate = this.rateAt(us) + (side * quantity * DAY_US) / (this.adv * RATE_FADES_US);
    this.rateUs = us;
  }

  /** Displacement of the price as a ratio. */
  at(us: number): number {
    if (this.rateUs === 0) return 0;
    const rate = this.rateAt(us);
    const size = Math.abs(rate);
    const temporary = size === 0 ? 0 : TEMPORARY * this.dailyVolatility * exactPower(size, TEMPORARY_POWER);
    return Math.max(-RATIO_MAX, Math.min(RATIO_MAX, this.permanent + (rate < 0 ? -temporary : temporary)));
  }

  private rateAt(us: number): number {
    return this.rate * exactExp(-Math.max(0, us - this.rateUs) / RATE_FADES_US);
  }
}
