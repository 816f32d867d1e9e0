/** Expected progress redone from the plans of an explained answer. */

import type { Algorithm } from '../../domain/enums.ts';
import type { ExplainedPlan } from '../../domain/explanation.ts';
import { expectedProgress, type Plan, type PlanMarket, rebasedProgress } from '../../metrics/expected-progress.ts';
import { planUrgency, type PlanUrgencyInputs } from '../plan-urgency.ts';
import { orNaN } from './rows.ts';

/** From the first plan on: each goes on from the expected quantity that the one before it left. */
export function expectedOfPlans(plans: readonly ExplainedPlan[]): number {
  let expected = Number.NaN;
  plans.forEach((row, i) => {
    const before = plans[i - 1];
    const base = before === undefined ? 0 : rebasedProgress(expected, before.quantity, row.quantity);
    expected = expectedProgress(planOf(row, base), marketOf(row), orNaN(row.until_us), orNaN(row.until_us));
  });
  return expected;
}

export function urgencyOf(row: ExplainedPlan): number {
  const inputs: PlanUrgencyInputs = {
    riskAversion: orNaN(row.risk_aversion),
    arrivalPrice: orNaN(row.arrival_price),
    quantity: row.quantity,
    durationDays: orNaN(row.tradable_end_us) / orNaN(row.trading_day_us),
    averageDailyVolume: orNaN(row.average_daily_volume),
    dailyVolatility: orNaN(row.daily_volatility),
    temporaryCoefficient: orNaN(row.temporary_coefficient),
  };
  return planUrgency(inputs);
}

/** Times count from the start of the order. */
function planOf(row: ExplainedPlan, base: number): Plan {
  return {
    algorithm: row.algorithm as Algorithm,
    startUs: 0,
    endUs: orNaN(row.end_us),
    quantity: row.quantity,
    participationRate: orNaN(row.participation_rate),
    knots: row.knots === null ? undefined : Float64Array.from(row.knots.flatMap(({ us, fraction }) => [us, fraction])),
    urgencyPerDay: urgencyOf(row),
    fromUs: orNaN(row.from_us),
    base,
    volumeFromUs: orNaN(row.from_us),
  };
}

/** A market that knows what the row tells of it, and nothing else. */
function marketOf(row: ExplainedPlan): PlanMarket {
  const at = (us: number, atFrom: number | null, atUntil: number | null, atEnd: number | null): number => {
    if (us === row.until_us) return orNaN(atUntil);
    if (us === row.from_us) return orNaN(atFrom);
    return us === row.end_us ? orNaN(atEnd) : Number.NaN;
  };
  return {
    tradableUs: (_, us) => at(us, row.tradable_from_us, row.tradable_until_us, row.tradable_end_us),
    tradingDayUs: orNaN(row.trading_day_us),
    volume: () => orNaN(row.volume),
    curveShare: (_, us) => (us === 0 ? orNaN(row.curve_start) : at(us, row.curve_from, row.curve_until, row.curve_end)),
    closedUs: () => orNaN(row.closed_us),
  };
}
