/**
 * The plans of an order as rows of an explained answer: the first, then one for each replace, each with what its expected
 * progress is made of. Times count from the start of the order. NaN becomes null in the answer.
 */

import type { ExplainedPlan } from '../../../domain/explanation.ts';
import { expectedProgress, type Plan } from '../../../metrics/expected-progress.ts';
import { OrderCell as C } from '../../../orders/order-row.ts';
import { MarketOfPlan } from '../../market-of-plan.ts';
import { currentPlan, type OrderPlan, planAt, urgencyInputs } from '../../order-plan.ts';
import type { OrderInHand } from '../order-in-hand.ts';

const ON_TRADABLE_TIME: readonly string[] = ['NONE', 'TWAP', 'VWAP', 'IS'];
const NOT_OF_THIS = Number.NaN;

export function explainedPlans(order: OrderInHand): ExplainedPlan[] {
  const { shard, orderNo, row } = order;
  const plans: ExplainedPlan[] = [];
  const current = currentPlan(shard, orderNo, row, 0, (replaced, us) => plans.push(explainedPlan(order, replaced, us, us)));
  plans.push(explainedPlan(order, current, order.untilNowUs, order.untilUs));
  return plans;
}

function explainedPlan(order: OrderInHand, plan: OrderPlan, us: number, volumeUntilUs: number): ExplainedPlan {
  const { shard, orderNo, row, startUs } = order;
  const facts = shard.factsOf(orderNo);
  const terms = planAt(shard, facts, row, 0, plan, us);
  const market = new MarketOfPlan().at(order.market, us);
  const of = (algorithms: readonly string[], value: (at: number) => number) => (at: number) => (algorithms.includes(terms.algorithm) ? value(at) : NOT_OF_THIS);
  const tradable = of(ON_TRADABLE_TIME, (at) => market.tradableUs(startUs, at));
  const curve = of(['VWAP'], (at) => market.curveShare(startUs, at));
  const isPov = terms.algorithm === 'POV';
  const isUrgent = terms.algorithm === 'IS';
  const urgency = isUrgent ? urgencyInputs(shard, facts, order.market, plan, order.cell(C.ARRIVAL_PRICE), us) : undefined;
  return {
    algorithm: terms.algorithm,
    quantity: plan.quantity,
    from_us: plan.fromUs - startUs,
    until_us: us - startUs,
    end_us: terms.endUs - startUs,
    tradable_until_us: tradable(us),
    tradable_from_us: tradable(plan.fromUs),
    tradable_end_us: tradable(terms.endUs),
    curve_start: curve(startUs),
    curve_from: curve(plan.fromUs),
    curve_until: curve(us),
    curve_end: curve(terms.endUs),
    participation_rate: isPov ? terms.participationRate : NOT_OF_THIS,
    volume: isPov ? market.volume(plan.volumeFromUs, volumeUntilUs) : NOT_OF_THIS,
    closed_us: terms.algorithm === 'CLOSE' ? market.closedUs(startUs) - startUs : NOT_OF_THIS,
    knots: terms.algorithm === 'CUSTOM' ? knotsOf(terms) : null,
    risk_aversion: urgency?.riskAversion ?? NOT_OF_THIS,
    arrival_price: urgency?.arrivalPrice ?? NOT_OF_THIS,
    average_daily_volume: urgency?.averageDailyVolume ?? NOT_OF_THIS,
    daily_volatility: urgency?.dailyVolatility ?? NOT_OF_THIS,
    temporary_coefficient: urgency?.temporaryCoefficient ?? NOT_OF_THIS,
    trading_day_us: isUrgent ? market.tradingDayUs : NOT_OF_THIS,
    urgency_per_day: terms.urgencyPerDay,
    base: plan.base,
    expected_progress: expectedProgress(terms, market, us, volumeUntilUs),
  };
}

function knotsOf({ knots, startUs }: Plan): ExplainedPlan['knots'] {
  if (knots === undefined) return null;
  return Array.from({ length: knots.length / 2 }, (_, i) => ({ us: knots[2 * i]! - startUs, fraction: knots[2 * i + 1]! }));
}
