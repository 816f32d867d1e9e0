/**
 * What an order is asked to do now: its quantity and its plan, folded over its replaces. Computed whenever it is asked for, so
 * that a bust, a late fill or late market data from before a replace is heard.
 */

import type { Settings } from '../domain/settings.ts';
import { BPS } from '../domain/units.ts';
import type { Market } from '../market/market.ts';
import { urgency } from '../metrics/almgren-chriss.ts';
import { expectedProgress, type PlanMarket, rebasedProgress } from '../metrics/expected-progress.ts';
import { OrderCell as C } from '../orders/order-row.ts';
import type { PlanTerms } from '../orders/replaces.ts';
import { modelCosts } from './model-costs.ts';
import type { OrderFacts, Shard } from './shard.ts';

export interface OrderPlan {
  /** S: below the quantity filled at a replace it is that. */
  readonly quantity: number;
  readonly terms: PlanTerms;
  readonly fromUs: number;
  readonly base: number;
  readonly volumeFromUs: number;
}

export function currentPlan(shard: Shard, orderNo: number, cells: Float64Array, at: number): OrderPlan {
  const facts = shard.factsOf(orderNo);
  const startUs = cells[at + C.START_US]!;
  let plan: OrderPlan = { quantity: cells[at + C.FIRST_QUANTITY]!, terms: facts.terms, fromUs: startUs, base: 0, volumeFromUs: startUs };
  for (const replace of facts.replaces) {
    const expected = expectedAt(shard, facts, cells, at, plan, replace.us, replace.us);
    const quantity = Number.isNaN(replace.quantity) ? plan.quantity : Math.max(replace.quantity, replace.filledAt);
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
  const market = shard.market(cells[at + C.SYMBOL_NO]!);
  const startUs = cells[at + C.START_US]!;
  const { terms, quantity, fromUs, base, volumeFromUs } = plan;
  return expectedProgress(
    {
      algorithm: terms.algorithm,
      startUs,
      endUs: terms.plannedEndUs,
      quantity,
      participationRate: terms.participationRate,
      knots: terms.knots,
      urgencyPerDay: terms.algorithm === 'IS' ? urgencyOf(shard.settings, facts, market, plan, startUs, cells[at + C.ARRIVAL_PRICE]!, us) : Number.NaN,
      fromUs,
      base,
      volumeFromUs,
    },
    planMarket(market, us),
    us,
    volumeUntilUs,
  );
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

/** k of the Almgren-Chriss plan as far as stops are known at `knownUs`; NaN, which makes it a TWAP, when a term is missing. */
function urgencyOf(settings: Settings, facts: OrderFacts, market: Market, plan: OrderPlan, startUs: number, arrivalPrice: number, knownUs: number): number {
  const days = market.clock.between(startUs, plan.terms.plannedEndUs, knownUs) / market.tradingDayUs;
  const model = modelCosts(settings, market, plan.quantity, days);
  return urgency({
    riskAversion: facts.announcement.risk_aversion ?? Number.NaN,
    dailyVolatility: market.instrument?.daily_volatility ?? Number.NaN,
    arrivalPrice,
    temporaryImpact: (model?.temporaryBps ?? Number.NaN) / BPS,
    sharesPerDay: plan.quantity / days,
  });
}
