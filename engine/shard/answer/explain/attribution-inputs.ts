/** What the numbers of `performance_attribution` are made of, by the name of their formula. */

import type { Inputs } from '../../../analytics/catalogue/formula.ts';
import { OrderCell as C } from '../../../orders/order-row.ts';
import type { OrderInHand } from '../order-in-hand.ts';
import { executedModelInputs, shortfallInputs } from './cost-inputs.ts';

export function attributionInputs(order: OrderInHand): Record<string, Inputs> {
  const { cell, side, shard, market } = order;
  const arrival = { side, arrival_price: cell(C.ARRIVAL_PRICE) };
  const parts = { ...arrival, beta: shard.indexOf(market)?.beta ?? Number.NaN, ...executedModelInputs(order) };
  return {
    attribution_spread: { side },
    attribution_drift: arrival,
    drift_index: parts,
    drift_own_impact: parts,
    drift_remainder: parts,
    attribution_residual: shortfallInputs(order),
    bucket_contribution: { ...arrival, first_quantity: cell(C.FIRST_QUANTITY), decision_price: cell(C.DECISION_PRICE) },
    vwap_scheduling: { side },
    vwap_execution: { side },
  };
}
