/** The pre-trade model with an instrument's reference data. */

import { type PreTradeCosts, preTradeCosts } from '../analytics/pre-trade-model.ts';
import type { Settings } from '../domain/settings.ts';
import type { Market } from '../market/market.ts';

/** Undefined without average daily volume and volatility, and for a duration of nothing. */
export function modelCosts({ impactCoefficients }: Settings, market: Market, quantity: number, durationDays: number): PreTradeCosts | undefined {
  const { adv, daily_volatility: volatility, shares_outstanding: outstanding } = market.instrument ?? {};
  if (adv === undefined || volatility === undefined || !(durationDays > 0)) return undefined;
  return preTradeCosts(
    { quantity, durationDays, averageDailyVolume: adv, dailyVolatility: volatility, sharesOutstanding: outstanding ?? Number.NaN },
    impactCoefficients,
  );
}
