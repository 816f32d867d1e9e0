/** What the numbers of `execution_summary` are made of, by the name of their formula. */

import { expectedProgressFormula } from '../../../analytics/catalogue/progress.ts';
import type { Inputs } from '../../../analytics/catalogue/formula.ts';
import type { ExplainedPlan } from '../../../domain/explanation.ts';
import { fillRateBasis } from '../../../metrics/fill-rate.ts';
import { OrderCell as C } from '../../../orders/order-row.ts';
import type { OrderInHand } from '../order-in-hand.ts';

export function summaryInputs(order: OrderInHand, plans: readonly ExplainedPlan[]): Record<string, Inputs> {
  const { cell, shard, orderNo } = order;
  const filled = { filled_quantity: cell(C.FILLED_QUANTITY) };
  const ofOrder = { ...filled, quantity: cell(C.QUANTITY) };
  const replace = shard.factsOf(orderNo).replaces.findLast(({ quantity }) => !Number.isNaN(quantity));
  const ofChildren = {
    child_count: cell(C.CHILD_COUNT),
    ended_routed_quantity: cell(C.ENDED_ROUTED_QUANTITY),
    ended_filled_quantity: cell(C.ENDED_FILLED_QUANTITY),
  };
  return {
    order_quantity: { asked_quantity: replace?.quantity ?? cell(C.FIRST_QUANTITY), filled_at_replace: replace?.filledAt ?? 0 },
    filled_quantity: {},
    leaves_quantity: { ...ofOrder, has_ended: Number.isNaN(order.endedUs) ? 0 : 1 },
    average_price: {},
    notional: {},
    fees: {},
    time_to_first_fill: { start_us: cell(C.START_US), first_fill_us: cell(C.FIRST_FILL_US) },
    venue_share: filled,
    execution_progress: ofOrder,
    [expectedProgressFormula(plans.at(-1)!)]: {},
    execution_speed: { execution_progress: cell(C.EXECUTION_PROGRESS), expected_progress: cell(C.EXPECTED_PROGRESS) },
    ...(fillRateBasis(cell(C.CHILD_COUNT)) === 'parent' ? { fill_rate_of_parent: ofOrder } : { fill_rate_of_children: ofChildren }),
    participation_rate: { ...filled, interval_volume: order.market.trades.volumeBetween(order.startUs, order.untilUs) },
    performance_score: {
      execution_speed: cell(C.EXECUTION_SPEED),
      cost_efficiency: cell(C.COST_EFFICIENCY),
      fill_rate: cell(C.FILL_RATE),
      weight_of_speed: cell(C.SPEED_WEIGHT),
      weight_of_cost_efficiency: cell(C.COST_WEIGHT),
      weight_of_fill_rate: cell(C.FILL_RATE_WEIGHT),
    },
  };
}
