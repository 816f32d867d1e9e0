/** Evaluates the alerts of one order whose row is open, and says what changed; it is told once the row is closed. */

import { advance, newLife, resolve, type Transition } from '../alerts/lifecycle.ts';
import { recommend, type RecommendationFacts } from '../alerts/recommendation.ts';
import { isCalm, judge } from '../alerts/rules.ts';
import { NO_THRESHOLDS } from '../alerts/thresholds.ts';
import { benchmarkCosts } from '../analytics/benchmarks.ts';
import { ALERT_TYPES, ALGORITHMS, wordOf } from '../domain/enums.ts';
import { participationRate } from '../metrics/participation-rate.ts';
import { OrderCell as C, sideSign } from '../orders/order-row.ts';
import { alertEventId, type AlertNotice } from './alert-notice.ts';
import { intervalEndUs } from './order-view.ts';
import type { Shard } from './shard.ts';

/** Alerts of a whole order have no narrower scope. */
const WHOLE_ORDER = '';
const NOTHING: readonly AlertNotice[] = [];

/** Notices of what changed, in the order of the types. */
export function evaluateAlerts(shard: Shard, orderNo: number, at: number): readonly AlertNotice[] {
  const { cells } = shard.orders;
  const order = shard.factsOf(orderNo);
  const { thresholds, announcement } = order;
  const isLive = Number.isNaN(cells[at + C.ENDED_US]!);
  if (order.alerts === undefined && (!isLive || (thresholds === NO_THRESHOLDS && isCalmOrder(cells, at)))) {
    cells[at + C.ALERTS_FIRING] = 0;
    return NOTHING;
  }
  const notices: AlertNotice[] = [];
  const facts = factsFor(shard, orderNo, at);
  let firing = 0;
  for (const type of ALERT_TYPES) {
    let life = order.alerts?.get(type);
    let transition: Transition;
    if (isLive) {
      const verdict = judge(type, facts, thresholds);
      if (life === undefined && !verdict.fires) continue;
      if (life === undefined) (order.alerts ??= new Map()).set(type, (life = newLife()));
      transition = advance(life, verdict, shard.nowUs);
    } else if (life !== undefined) transition = resolve(life);
    if (life === undefined) continue;
    if (life.state === 'FIRING') firing |= 1 << ALERT_TYPES.indexOf(type);
    if (transition === undefined) continue;
    notices.push({
      orderNo,
      sequence: cells[at + C.AS_OF_SEQUENCE]!,
      timestampUs: shard.nowUs,
      eventId: alertEventId(announcement.order_id, type, WHOLE_ORDER, life.episode),
      revision: life.revision,
      orderId: announcement.order_id,
      alertType: type,
      scope: WHOLE_ORDER,
      state: transition === 'resolved' ? 'RESOLVED' : 'FIRING',
      severity: life.severity,
      currentProgress: facts.executionProgress,
      expectedProgress: facts.expectedProgress,
      executionSpeed: facts.executionSpeed,
      costEfficiency: facts.costEfficiency,
      recommendation: recommend(type, facts),
    });
  }
  cells[at + C.ALERTS_FIRING] = firing;
  return notices;
}

function isCalmOrder(cells: Float64Array, at: number): boolean {
  return isCalm(cells[at + C.EXECUTION_SPEED]!, cells[at + C.EXPECTED_PROGRESS]!, cells[at + C.EXECUTION_PROGRESS]!, cells[at + C.SLIPPAGE_BPS]!);
}

/** Tells streams and database; after the row is closed, because either ring can be full and make the shard wait. */
export function raiseAlerts(shard: Shard, notices: readonly AlertNotice[]): void {
  for (const notice of notices) {
    const { orderNo, state, ...fields } = notice;
    const facts = shard.factsOf(orderNo);
    if (state === 'FIRING') (facts.firing ??= new Map()).set(notice.alertType, notice);
    else facts.firing?.delete(notice.alertType);
    shard.outputs.alert(notice);
    shard.outputs.row({ kind: 'alert', alertState: state, ...fields });
  }
}

function factsFor(shard: Shard, orderNo: number, at: number): RecommendationFacts {
  const { cells } = shard.orders;
  const market = shard.market(cells[at + C.SYMBOL_NO]!);
  const { thresholds } = shard.factsOf(orderNo);
  const toUs = intervalEndUs(shard, cells[at + C.ENDED_US]!);
  const startUs = cells[at + C.START_US]!;
  const totals = thresholds['VENUE_ISSUE'] === undefined ? undefined : shard.children.totals(orderNo);
  return {
    nowUs: shard.nowUs,
    startUs,
    plannedEndUs: cells[at + C.PLANNED_END_US]!,
    quantity: cells[at + C.QUANTITY]!,
    filledQuantity: cells[at + C.FILLED_QUANTITY]!,
    executionProgress: cells[at + C.EXECUTION_PROGRESS]!,
    expectedProgress: cells[at + C.EXPECTED_PROGRESS]!,
    executionSpeed: cells[at + C.EXECUTION_SPEED]!,
    slippageBps: cells[at + C.SLIPPAGE_BPS]!,
    costEfficiency: cells[at + C.COST_EFFICIENCY]!,
    marketImpactBps: cells[at + C.MARKET_IMPACT_BPS]!,
    fillRate: cells[at + C.FILL_RATE]!,
    rejectRatio: totals === undefined || totals.count === 0 ? Number.NaN : totals.rejectedCount / totals.count,
    ownBenchmarkCostBps: thresholds['ALGORITHM_UNDERPERFORMANCE'] === undefined ? Number.NaN : ownBenchmarkCostBps(shard, at),
    spreadBps: market.spreadBpsUpTo(toUs),
    isHalted: market.isHalted,
    participationRate: participationRate(cells[at + C.FILLED_QUANTITY]!, market.trades.volumeBetween(startUs, toUs)),
  };
}

/** Cost against what the algorithm itself aims at: TWAP, interval VWAP for VWAP and POV, arrival for the others. */
function ownBenchmarkCostBps(shard: Shard, at: number): number {
  const { cells } = shard.orders;
  const market = shard.market(cells[at + C.SYMBOL_NO]!);
  const endedUs = cells[at + C.ENDED_US]!;
  const costs = benchmarkCosts({
    side: sideSign(cells[at + C.SIDE]!),
    averagePrice: cells[at + C.AVERAGE_PRICE]!,
    arrivalPrice: cells[at + C.ARRIVAL_PRICE]!,
    quotes: market.quotes,
    trades: market.trades,
    startUs: cells[at + C.START_US]!,
    endUs: intervalEndUs(shard, endedUs),
    nowUs: shard.nowUs,
  });
  switch (wordOf(ALGORITHMS, cells[at + C.ALGORITHM]!)) {
    case 'TWAP':
      return costs.twap.costBps;
    case 'VWAP':
    case 'POV':
      return costs.intervalVwap.costBps;
    default:
      return costs.arrival.costBps;
  }
}
