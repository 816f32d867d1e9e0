/**
 * Almgren-Chriss trajectory: the share of an order done by a moment when impact is weighed against risk.
 *
 *     f(t) = 1 - sinh(k (T - t)) / sinh(k (T - t0))
 *
 * with `elapsedDays` = t - t0, `horizonDays` = T - t0 and k per day. k -> 0 is the straight line; a large k trades early.
 * Written with exponentials of negative arguments only, so that no k overflows. Clipped to [0, 1].
 *
 * NaN:    k is NaN.
 * Source: Almgren and Chriss (2000), Optimal Execution of Portfolio Transactions, Journal of Risk 3(2), eq. 18.
 */
export function almgrenChrissShare(kappaPerDay: number, elapsedDays: number, horizonDays: number): number {
  if (elapsedDays <= 0) return Number.isNaN(kappaPerDay) ? Number.NaN : 0;
  if (elapsedDays >= horizonDays) return Number.isNaN(kappaPerDay) ? Number.NaN : 1;
  const whole = kappaPerDay * horizonDays;
  if (whole < SMALL_KAPPA) return elapsedDays / horizonDays;
  const left = kappaPerDay * (horizonDays - elapsedDays);
  return 1 - (Math.exp(left - whole) * -Math.expm1(-2 * left)) / -Math.expm1(-2 * whole);
}

/** Below it the straight line differs by less than a double shows. */
const SMALL_KAPPA = 1e-8;

export interface UrgencyInputs {
  /** lambda, 1/currency. */
  readonly riskAversion: number;
  /** As a ratio of the price. */
  readonly dailyVolatility: number;
  readonly arrivalPrice: number;
  /** K of the pre-trade model as a ratio of the price. */
  readonly temporaryImpact: number;
  /** X / T: shares a trading day. */
  readonly sharesPerDay: number;
}

/**
 * k, how early to trade, per day.
 *
 *     k = sqrt(lambda sigma^2 / eta)    sigma = volatility * price    eta = K * price / (X / T)
 *
 * NaN: a term is missing.
 */
export function urgency({ riskAversion, dailyVolatility, arrivalPrice, temporaryImpact, sharesPerDay }: UrgencyInputs): number {
  const sigma = dailyVolatility * arrivalPrice;
  const eta = (temporaryImpact * arrivalPrice) / sharesPerDay;
  return Math.sqrt((riskAversion * sigma * sigma) / eta);
}
