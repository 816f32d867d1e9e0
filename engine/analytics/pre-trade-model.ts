import { DEFAULT_SETTINGS, type Settings } from '../domain/settings.ts';
import { BPS } from '../domain/units.ts';

export interface PreTradeInputs {
  /** X, what is traded. */
  readonly quantity: number;
  /** T, over how long, in trading days. */
  readonly durationDays: number;
  /** V, average daily volume. */
  readonly averageDailyVolume: number;
  /** sig, standard deviation of a day's return, as a ratio. */
  readonly dailyVolatility: number;
  /** Th; NaN when unknown: the factor it enters is then 1. */
  readonly sharesOutstanding: number;
}

export interface PreTradeCosts {
  /** I: how far the price stays moved. */
  readonly permanentBps: number;
  /** K: what trading at this rate costs on top. */
  readonly temporaryBps: number;
  /** J = I / 2 + K: the expected cost against arrival. */
  readonly expectedCostBps: number;
  /** TR: standard deviation of the cost from the market's own moves, trading evenly. */
  readonly timingRiskBps: number;
  /** True when the shares outstanding were unknown. */
  readonly isTurnoverUnknown: boolean;
}

const UNDEFINED = { permanentBps: Number.NaN, temporaryBps: Number.NaN, expectedCostBps: Number.NaN, timingRiskBps: Number.NaN };

/**
 * Pre-trade cost model: what an execution of this size, length and stock costs on average.
 *
 *     I  = g sig (X/V) (Th/V)^(1/4)
 *     K  = h sig (X/(V T))^(3/5)
 *     J  = I/2 + K
 *     TR = sig sqrt(T/3)
 *
 * bps of the arrival price, positive is a cost, for buys and sells alike.
 *
 * The coefficients g (`permanent`) and h (`temporary`) are settings; fitted to a desk's own history they may differ from the
 * published ones of US equities.
 *
 * NaN:    undefined, all of it: no average daily volume, volatility or duration.
 * Source: Almgren, Thum, Hauptmann and Li (2005), Direct Estimation of Equity Market Impact, Risk 18(7), table 3;
 *         timing risk of a linear trajectory: Almgren and Chriss (2000), Journal of Risk 3(2).
 */
export function preTradeCosts(inputs: PreTradeInputs, coefficients: Settings['impactCoefficients'] = DEFAULT_SETTINGS.impactCoefficients): PreTradeCosts {
  const { quantity, durationDays, averageDailyVolume, dailyVolatility, sharesOutstanding } = inputs;
  const isTurnoverUnknown = Number.isNaN(sharesOutstanding);
  if (!(durationDays > 0) || Number.isNaN(averageDailyVolume) || Number.isNaN(dailyVolatility)) return { ...UNDEFINED, isTurnoverUnknown };
  const permanentBps = permanentImpactBps(quantity, averageDailyVolume, dailyVolatility, sharesOutstanding, coefficients);
  const temporaryBps = temporaryImpactBps(quantity, durationDays, averageDailyVolume, dailyVolatility, coefficients);
  return {
    permanentBps,
    temporaryBps,
    expectedCostBps: permanentBps / 2 + temporaryBps,
    timingRiskBps: timingRiskBps(dailyVolatility, durationDays),
    isTurnoverUnknown,
  };
}

/** J alone, without an object: it is asked for with every change of an order. All of its terms must be defined but Th. */
export function expectedCostBps(
  quantity: number,
  durationDays: number,
  averageDailyVolume: number,
  dailyVolatility: number,
  sharesOutstanding: number,
  coefficients: Settings['impactCoefficients'],
): number {
  const permanentBps = permanentImpactBps(quantity, averageDailyVolume, dailyVolatility, sharesOutstanding, coefficients);
  return permanentBps / 2 + temporaryImpactBps(quantity, durationDays, averageDailyVolume, dailyVolatility, coefficients);
}

/** TR, bps. */
export function timingRiskBps(dailyVolatility: number, durationDays: number): number {
  return dailyVolatility * Math.sqrt(durationDays / 3) * BPS;
}

function permanentImpactBps(quantity: number, averageDailyVolume: number, dailyVolatility: number, sharesOutstanding: number, coefficients: Settings['impactCoefficients']): number {
  const turnover = Number.isNaN(sharesOutstanding) ? 1 : Math.pow(sharesOutstanding / averageDailyVolume, 0.25);
  return coefficients.permanent * dailyVolatility * (quantity / averageDailyVolume) * turnover * BPS;
}

function temporaryImpactBps(quantity: number, durationDays: number, averageDailyVolume: number, dailyVolatility: number, coefficients: Settings['impactCoefficients']): number {
  return coefficients.temporary * dailyVolatility * Math.pow(quantity / averageDailyVolume / durationDays, 0.6) * BPS;
}
