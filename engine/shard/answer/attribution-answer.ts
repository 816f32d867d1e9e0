/** `performance_attribution` of ExecutionAnalytics. NaN becomes null when the answer is written. */

import { type AttributionBucket, attributionBuckets, attributionByCause, driftParts } from '../../analytics/attribution.ts';
import type { FillFacts } from '../../analytics/fill-facts.ts';
import { vwapAttribution, type VwapSlice } from '../../analytics/vwap-attribution.ts';
import { LIQUIDITIES } from '../../domain/enums.ts';
import type { ExecutionAnalytics } from '../../domain/monitoring.ts';
import { formatTimestamp } from '../../domain/timestamp.ts';
import { OrderCell as C } from '../../orders/order-row.ts';
import { modelCosts } from '../model-costs.ts';
import type { OrderInHand } from './order-in-hand.ts';

/** The order's interval is cut into so many slices of equal length. */
const TIME_SLICES = 10;
const UNKNOWN = 'UNKNOWN';

export function attributionAnswer(order: OrderInHand): ExecutionAnalytics['performance_attribution'] {
  const { shard, cell, side, fills } = order;
  const arrivalPrice = cell(C.ARRIVAL_PRICE);
  const decisionPrice = cell(C.DECISION_PRICE);
  const paperNotional = cell(C.FIRST_QUANTITY) * (Number.isNaN(decisionPrice) ? arrivalPrice : decisionPrice);
  const by = (keyOf: (fill: FillFacts) => string) => attributionBuckets(side, arrivalPrice, paperNotional, fills, keyOf).map(bucketAnswer);
  const slices = sliceStarts(order);
  const vwap = vwapAttribution(side, vwapSlices(order, slices));
  return {
    by_cause: causeAnswer(order),
    by_venue: by((fill) => shard.venueName(fill.venueNo)),
    by_time_slice: by((fill) => formatTimestamp(slices[sliceOf(slices, fill.timestampUs)]!)),
    by_child_type: by((fill) => shard.children.orderTypeOf(fill.childNo) || UNKNOWN),
    by_liquidity: by((fill) => LIQUIDITIES[fill.liquidity] ?? UNKNOWN),
    vwap: { scheduling_bps: vwap.schedulingBps, execution_bps: vwap.executionBps },
  };
}

function causeAnswer(order: OrderInHand): ExecutionAnalytics['performance_attribution']['by_cause'] {
  const { shard, cell, side, fills, shortfall, market, startUs } = order;
  const arrivalPrice = cell(C.ARRIVAL_PRICE);
  const cause = attributionByCause({ side, arrivalPrice, fills, shortfall });
  const index = shard.indexOf(market);
  const days = market.clock.between(startUs, order.untilNowUs, shard.nowUs) / market.tradingDayUs;
  const parts = driftParts({
    side,
    arrivalPrice,
    drift: cause.drift,
    index:
      index === undefined
        ? undefined
        : { beta: index.beta, fills: fills.map((fill) => ({ quantity: fill.quantity, indexMove: index.levels.moveBetween(startUs, fill.timestampUs) })) },
    filledQuantity: cell(C.FILLED_QUANTITY),
    permanentImpactBps: modelCosts(shard.settings, market, cell(C.FILLED_QUANTITY), days)?.permanentBps ?? Number.NaN,
  });
  return { ...cause, drift_parts: { index: parts.index, own_impact: parts.ownImpact, remainder: parts.remainder } };
}

function bucketAnswer(bucket: AttributionBucket): ExecutionAnalytics['performance_attribution']['by_venue'][number] {
  const { key, quantity, averagePrice, spread, drift, fees, contributionBps } = bucket;
  return { key, quantity, average_price: averagePrice, spread, drift, fees, contribution_bps: contributionBps };
}

/** Starts of the slices, from the order's start; an interval of no length has one slice. */
function sliceStarts(order: OrderInHand): number[] {
  const lengthUs = order.untilNowUs - order.startUs;
  if (!(lengthUs > 0)) return [order.startUs];
  return Array.from({ length: TIME_SLICES }, (_, i) => order.startUs + Math.floor((lengthUs * i) / TIME_SLICES));
}

/** Fills before the start belong to the first slice, those after the end to the last. */
function sliceOf(starts: readonly number[], us: number): number {
  const next = starts.findIndex((start) => start > us);
  return next < 0 ? starts.length - 1 : Math.max(0, next - 1);
}

function vwapSlices(order: OrderInHand, starts: readonly number[]): VwapSlice[] {
  const { trades } = order.market;
  const slices = starts.map((fromUs, i) => {
    const toUs = i + 1 < starts.length ? starts[i + 1]! - 1 : order.untilUs;
    return { marketVolume: trades.volumeBetween(fromUs, toUs), marketNotional: trades.notionalBetween(fromUs, toUs), filledQuantity: 0, filledNotional: 0 };
  });
  for (const fill of order.fills) {
    const slice = slices[sliceOf(starts, fill.timestampUs)]!;
    slice.filledQuantity += fill.quantity;
    slice.filledNotional += fill.quantity * fill.price;
  }
  return slices;
}
