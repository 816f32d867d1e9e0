/**
 * What an order is asked to do now: its quantity and its plan, folded over its replaces. Computed whenever it is asked for, so
 * that a bust, a late fill or late market data from before a replace is heard.
 */

import { planUrgency, type PlanUrgencyInputs } from '../analytics/plan-urgency.ts';
import type { Market } from '../market/market.ts';
import { expectedProgress, type Plan, type PlanMarket, rebasedProgress } from '../metrics/expected-progress.ts';
import { OrderCell as C } from '../orders/order-row.ts';
import { replacedQuantity } from '../orders/quantity.ts';
import type { PlanTerms } from '../orders/replaces.ts';
import type { OrderFacts, Shard } from './shard.ts';

export interface OrderPlan {
  /** S: below the quantity filled at a replace it is that. */
  readonly quantity: number;
  readonly terms: PlanTerms;
  readonly fromUs: number;
  readonly base: number;
  readonly volumeFromUs: number;
}

/** `onReplaced` hears of each plan that a replace has put an end to, and when. */
export function currentPlan(shard: Shard, orderNo: number, cells: Float64Array, at: number, onReplaced?: (plan: OrderPlan, us: number) => void): OrderPlan {
  const facts = shard.factsOf(orderNo);
  const startUs = cells[at + C.START_US]!;
  let plan: OrderPlan = { quantity: cells[at + C.FIRST_QUANTITY]!, terms: facts.terms, fromUs: startUs, base: 0, volumeFromUs: startUs };
  for (const replace of facts.replaces) {
    const expected = expectedAt(shard, facts, cells, at, plan, replace.us, replace.us);
    const quantity = Number.isNaN(replace.quantity) ? plan.quantity : replacedQuantity(replace.quantity, replace.filledAt);
    onReplaced?.(plan, replace.us);
    plan = {
      quantity,
      terms: replace.terms,
      fromUs: Math.max(startUs, replace.us),
      base: rebasedProgress(expected, plan.quantity, quantity),
      // What traded at the very time of the replace is in the base.
      volumeFromUs: replace.us < startUs ? startUs : replace.us + 1,
    };
  }
  return plan;
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
  const { terms, market } = planInMarket(shard, facts, cells, at, plan, us);
  return expectedProgress(terms, market, us, volumeUntilUs);
}

/** The plan and what it needs of its market, as far as stops are known at `us`. */
export function planInMarket(shard: Shard, facts: OrderFacts, cells: Float64Array, at: number, plan: OrderPlan, us: number): { readonly terms: Plan; readonly market: PlanMarket } {
  const market = shard.market(cells[at + C.SYMBOL_NO]!);
  const startUs = cells[at + C.START_US]!;
  const { terms, quantity, fromUs, base, volumeFromUs } = plan;
  return {
    terms: {
      algorithm: terms.algorithm,
      startUs,
      endUs: terms.plannedEndUs,
      quantity,
      participationRate: terms.participationRate,
      knots: terms.knots,
      urgencyPerDay: terms.algorithm === 'IS' ? planUrgency(urgencyInputs(shard, facts, market, plan, startUs, cells[at + C.ARRIVAL_PRICE]!, us)) : Number.NaN,
      fromUs,
      base,
      volumeFromUs,
    },
    market: planMarket(market, us),
  };
}

function planMarket(market: Market, nowUs: number): PlanMarket {
  return {
    tradableUs: (fromUs, toUs) => market.clock.between(fromUs, toUs, nowUs),
    tradingDayUs: market.tradingDayUs,
    volume: (fromUs, toUs) => market.knownVolume(fromUs, toUs),
    curveShare: (startUs, us) => market.curveShare(startUs, us, nowUs),
    closedUs: (startUs) => market.clock.closedUs(startUs),
  };
}

/** What k of an Almgren-Chriss plan is made of, as far as stops are known at `knownUs`; NaN where a term is missing. */
export function urgencyInputs(shard: Shard, facts: OrderFacts, market: Market, plan: OrderPlan, startUs: number, arrivalPrice: number, knownUs: number): PlanUrgencyInputs {
  return {
    riskAversion: facts.announcement.risk_aversion ?? Number.NaN,
    arrivalPrice,
    quantity: plan.quantity,
    durationDays: market.clock.between(startUs, plan.terms.plannedEndUs, knownUs) / market.tradingDayUs,
    averageDailyVolume: market.instrument?.adv ?? Number.NaN,
    dailyVolatility: market.instrument?.daily_volatility ?? Number.NaN,
    temporaryCoefficient: shard.settings.impactCoefficients.temporary,
  };
}
