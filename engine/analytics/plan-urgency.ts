import { BPS } from '../domain/units.ts';
import { urgency } from '../metrics/almgren-chriss.ts';
import { preTradeCosts } from './pre-trade-model.ts';

export interface PlanUrgencyInputs {
  /** lambda, 1/currency. */
  readonly riskAversion: number;
  readonly arrivalPrice: number;
  /** S, what is to be traded. */
  readonly quantity: number;
  /** Over how long, in trading days. */
  readonly durationDays: number;
  readonly averageDailyVolume: number;
  /** As a ratio of the price. */
  readonly dailyVolatility: number;
  /** h of the pre-trade model. */
  readonly temporaryCoefficient: number;
}

/**
 * k of an IS order's Almgren-Chriss plan, per day, with the temporary impact K of the pre-trade model for the whole order.
 *
 *     k = sqrt(lambda sigma^2 / eta)    sigma = volatility * Pa    eta = K * Pa / (S / T)
 *
 * NaN: a term is missing, or the plan has no length; the plan is then a straight line.
 * Source: almgren-chriss.ts and pre-trade-model.ts.
 */
export function planUrgency(inputs: PlanUrgencyInputs): number {
  const { riskAversion, arrivalPrice, quantity, durationDays, averageDailyVolume, dailyVolatility, temporaryCoefficient } = inputs;
  const model = { quantity, durationDays, averageDailyVolume, dailyVolatility };
  // The temporary part knows neither the shares outstanding nor the coefficient of the permanent one.
  const { temporaryBps } = preTradeCosts({ ...model, sharesOutstanding: Number.NaN }, { permanent: Number.NaN, temporary: temporaryCoefficient });
  return urgency({ riskAversion, dailyVolatility, arrivalPrice, temporaryImpact: temporaryBps / BPS, sharesPerDay: quantity / durationDays });
}
