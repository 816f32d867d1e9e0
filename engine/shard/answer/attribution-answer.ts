/** `performance_attribution` of ExecutionAnalytics. NaN becomes null when the answer is written. */

import { type AttributionBucket, attributionBuckets, attributionByCause, driftParts, paperPortfolio } from '../../analytics/attribution.ts';
import type { FillFacts } from '../../analytics/fill-facts.ts';
import { vwapAttribution } from '../../analytics/vwap-attribution.ts';
import type { ExecutionAnalytics } from '../../domain/monitoring.ts';
import { OrderCell as C } from '../../orders/order-row.ts';
import { modelCosts } from '../model-costs.ts';
import { fillKeys } from './fill-keys.ts';
import { elapsedDays, indexMoveOf, type OrderInHand } from './order-in-hand.ts';
import { sliceStarts, vwapSlices } from './order-slices.ts';

export function attributionAnswer(order: OrderInHand): ExecutionAnalytics['performance_attribution'] {
  const { shard, cell, side, fills } = order;
  const arrivalPrice = cell(C.ARRIVAL_PRICE);
  const paperNotional = paperPortfolio(cell(C.FIRST_QUANTITY), arrivalPrice, cell(C.DECISION_PRICE));
  const by = (keyOf: (fill: FillFacts) => string) => attributionBuckets(side, arrivalPrice, paperNotional, fills, keyOf).map(bucketAnswer);
  const slices = sliceStarts(order);
  const keys = fillKeys(shard, slices);
  const vwap = vwapAttribution(side, vwapSlices(order, slices));
  return {
    by_cause: causeAnswer(order),
    by_venue: by(keys.venue),
    by_time_slice: by(keys.slice),
    by_child_type: by(keys.childOrderType),
    by_liquidity: by(keys.liquidity),
    vwap: { scheduling_bps: vwap.schedulingBps, execution_bps: vwap.executionBps },
  };
}

function causeAnswer(order: OrderInHand): ExecutionAnalytics['performance_attribution']['by_cause'] {
  const { shard, cell, side, fills, shortfall, market } = order;
  const arrivalPrice = cell(C.ARRIVAL_PRICE);
  const cause = attributionByCause({ side, arrivalPrice, fills, shortfall });
  const index = shard.indexOf(market);
  const parts = driftParts({
    side,
    arrivalPrice,
    drift: cause.drift,
    index: index === undefined ? undefined : { beta: index.beta, fills: fills.map((fill) => ({ quantity: fill.quantity, indexMove: indexMoveOf(order, fill) })) },
    filledQuantity: cell(C.FILLED_QUANTITY),
    permanentImpactBps: modelCosts(shard.settings, market, cell(C.FILLED_QUANTITY), elapsedDays(order))?.permanentBps ?? Number.NaN,
  });
  return { ...cause, drift_parts: { index: parts.index, own_impact: parts.ownImpact, remainder: parts.remainder } };
}

function bucketAnswer(bucket: AttributionBucket): ExecutionAnalytics['performance_attribution']['by_venue'][number] {
  const { key, quantity, averagePrice, spread, drift, fees, contributionBps } = bucket;
  return { key, quantity, average_price: averagePrice, spread, drift, fees, contribution_bps: contributionBps };
}
