/**
 * What an order is asked to do now: its quantity and its plan, folded over its replaces. Computed whenever it is asked for, so
 * that a bust, a late fill or late market data from before a replace is heard.
 */

import { planUrgency, type PlanUrgencyInputs } from '../analytics/plan-urgency.ts';
import { ALGORITHMS, wordOf } from '../domain/enums.ts';
import type { Market } from '../market/market.ts';
import { expectedProgress, type Plan, rebasedProgress } from '../metrics/expected-progress.ts';
import { OrderCell as C } from '../orders/order-row.ts';
import { replacedQuantity } from '../orders/quantity.ts';
import type { PlanTerms } from '../orders/replaces.ts';
import type { OrderFacts, Shard } from './shard.ts';

/** With `quantity` as S: below the quantity filled at a replace it is that. Its urgency is of a moment: `planAt`. */
export type OrderPlan = Plan;

/** It holds until the next call. `onReplaced` hears of each plan that a replace has put an end to, and when. */
export function currentPlan(shard: Shard, orderNo: number, cells: Float64Array, at: number, onReplaced?: (plan: OrderPlan, us: number) => void): OrderPlan {
  const facts = shard.factsOf(orderNo);
  const startUs = cells[at + C.START_US]!;
  let plan: OrderPlan = firstPlan(shard, facts, cells, at);
  for (const replace of facts.replaces) {
    const expected = expectedAt(shard, facts, cells, at, plan, replace.us, replace.us);
    const quantity = Number.isNaN(replace.quantity) ? plan.quantity : replacedQuantity(replace.quantity, replace.filledAt);
    onReplaced?.(plan, replace.us);
    plan = {
      ...planOf(replace.terms, startUs, quantity),
      fromUs: Math.max(startUs, replace.us),
      base: rebasedProgress(expected, plan.quantity, quantity),
      // What traded at the very time of the replace is in the base.
      volumeFromUs: replace.us < startUs ? startUs : replace.us + 1,
    };
  }
  return plan;
}

function firstPlan({ planInHand: plan }: Shard, { firstTerms, knots }: OrderFacts, cells: Float64Array, at: number): OrderPlan {
  const startUs = cells[at + C.START_US]!;
  // Where one side of a choice may be no number V8 boxes the other, and this is done for every change of an order.
  plan.algorithm = firstTerms === undefined ? wordOf(ALGORITHMS, cells[at + C.ALGORITHM]!) : firstTerms.algorithm;
  plan.startUs = startUs;
  plan.endUs = firstTerms === undefined ? cells[at + C.PLANNED_END_US]! : firstTerms.plannedEndUs;
  plan.quantity = cells[at + C.FIRST_QUANTITY]!;
  plan.participationRate = firstTerms === undefined ? cells[at + C.PARTICIPATION_RATE]! : firstTerms.participationRate;
  plan.knots = knots;
  plan.fromUs = startUs;
  plan.volumeFromUs = startUs;
  return plan;
}

function planOf({ algorithm, plannedEndUs, participationRate, knots }: PlanTerms, startUs: number, quantity: number): OrderPlan {
  return { algorithm, startUs, endUs: plannedEndUs, quantity, participationRate, knots, urgencyPerDay: Number.NaN, fromUs: startUs, base: 0, volumeFromUs: startUs };
}

/** Expected progress at `us`; POV counts the market's volume up to `volumeUntilUs`. */
export function expectedAt(
  shard: Shard,
  facts: OrderFacts,
  cells: Float64Array,
  at: number,
  plan: OrderPlan,
  us: number,
  volumeUntilUs: number,
): number {
  const market = shard.market(cells[at + C.SYMBOL_NO]!);
  return expectedProgress(planAt(shard, facts, cells, at, plan, us), shard.marketOfPlan.at(market, us), us, volumeUntilUs);
}

/** A plan with the urgency that it has at `us`, as far as stops are known then. */
export function planAt(shard: Shard, facts: OrderFacts, cells: Float64Array, at: number, plan: OrderPlan, us: number): Plan {
  if (plan.algorithm !== 'IS') return plan;
  const market = shard.market(cells[at + C.SYMBOL_NO]!);
  return { ...plan, urgencyPerDay: planUrgency(urgencyInputs(shard, facts, market, plan, cells[at + C.ARRIVAL_PRICE]!, us)) };
}

/** What k of an Almgren-Chriss plan is made of, as far as stops are known at `knownUs`; NaN where a term is missing. */
export function urgencyInputs(shard: Shard, facts: OrderFacts, market: Market, plan: OrderPlan, arrivalPrice: number, knownUs: number): PlanUrgencyInputs {
  return {
    riskAversion: facts.announcement.risk_aversion ?? Number.NaN,
    arrivalPrice,
    quantity: plan.quantity,
    durationDays: market.clock.between(plan.startUs, plan.endUs, knownUs) / market.tradingDayUs,
    averageDailyVolume: market.instrument?.adv ?? Number.NaN,
    dailyVolatility: market.instrument?.daily_volatility ?? Number.NaN,
    temporaryCoefficient: shard.settings.impactCoefficients.temporary,
  };
}
