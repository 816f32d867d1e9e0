/**
 * What is shown of an order, computed from the shard's state as it is after its newest input, and written into the
 * order's row. A pure function of that state, so that it may run at any time: whenever two views have the same
 * as_of_sequence they are the same, in a status, a stream frame and a database row.
 */

import { expectedCostBps, timingRiskBps } from '../analytics/pre-trade-model.ts';
import { codeOf } from '../domain/enums.ts';
import type { EventOf } from '../domain/events.ts';
import { TICK_INTERVAL_US } from '../domain/limits.ts';
import { parseTimestampUs } from '../domain/timestamp.ts';
import type { Market } from '../market/market.ts';
import { arrivalSlippageBps } from '../metrics/arrival-slippage.ts';
import { averagePrice as averagePriceOf } from '../metrics/average-price.ts';
import { executionProgress } from '../metrics/execution-progress.ts';
import { executionSpeed } from '../metrics/execution-speed.ts';
import { costZ, modelCostEfficiency } from '../metrics/cost-efficiency.ts';
import { fillRate } from '../metrics/fill-rate.ts';
import { inFlightImpactBps } from '../metrics/market-impact.ts';
import { performanceScore } from '../metrics/performance-score.ts';
import { relativePerformance } from '../metrics/relative-performance.ts';
import { writeStanding } from '../orders/ord-status.ts';
import { ARRIVAL_BASES, COST_EFFICIENCY_METHODS, OrderCell as C, sideSign } from '../orders/order-row.ts';
import { currentPlan, expectedAt } from './order-plan.ts';
import type { Announcement, KeptEnd, Shard } from './shard.ts';

const BY_MODEL = codeOf(COST_EFFICIENCY_METHODS, 'model');
const BY_RPM = codeOf(COST_EFFICIENCY_METHODS, 'rpm');
/** Of a symbol without an instrument. */
const NO_REFERENCE: Partial<EventOf<'instrument'>> = {};

/** Recomputes the view in `cells`, which are the order's own row from `at` on, open for writing, or a copy of it. */
export function refreshView(shard: Shard, orderNo: number, cells: Float64Array, at: number): void {
  const market = shard.market(cells[at + C.SYMBOL_NO]!);
  const side = sideSign(cells[at + C.SIDE]!);
  const plan = currentPlan(shard, orderNo, cells, at);
  const { quantity } = plan;
  const filled = cells[at + C.FILLED_QUANTITY]!;
  const index = shard.indexOf(market);
  cells[at + C.AS_OF_SEQUENCE] = Math.max(cells[at + C.SEQUENCE]!, market.sequence, shard.tickSequence, shard.settingsSequence, index?.levels.sequence ?? 0);
  cells[at + C.AS_OF_US] = shard.nowUs;
  cells[at + C.QUANTITY] = quantity;
  writeStanding(cells, at);
  const endedUs = cells[at + C.ENDED_US]!;

  const averagePrice = averagePriceOf(cells[at + C.NOTIONAL]!, filled);
  const arrivalPrice = cells[at + C.ARRIVAL_PRICE]!;
  const isLive = Number.isNaN(endedUs);
  const untilUs = isLive ? shard.nowUs : Math.min(shard.nowUs, endedUs);
  const mid = midAtEnd(shard, orderNo, market, endedUs);
  const indexMove = index?.levels.moveBetween(cells[at + C.ANNOUNCED_US]!, intervalEndUs(shard, endedUs));
  const progress = executionProgress(filled, quantity);
  const expected = expectedAt(shard, shard.factsOf(orderNo), cells, at, plan, untilUs, intervalEndUs(shard, endedUs));
  const slippageBps = arrivalSlippageBps(side, averagePrice, arrivalPrice);
  const speed = executionSpeed(progress, expected);
  const rate = fillRate(cells[at + C.CHILD_COUNT]!, cells[at + C.ENDED_ROUTED_QUANTITY]!, cells[at + C.ENDED_FILLED_QUANTITY]!, filled, quantity);
  cells[at + C.AVERAGE_PRICE] = averagePrice;
  cells[at + C.EXECUTION_PROGRESS] = progress;
  cells[at + C.EXPECTED_PROGRESS] = expected;
  cells[at + C.EXECUTION_SPEED] = speed;
  cells[at + C.FILL_RATE] = rate;
  cells[at + C.SLIPPAGE_BPS] = slippageBps;
  cells[at + C.MARKET_IMPACT_BPS] = inFlightImpactBps(side, mid, arrivalPrice, index?.beta, indexMove);
  writeCostEfficiency(shard, orderNo, market, cells, at);
  const { scoreWeights } = shard.settings;
  cells[at + C.PERFORMANCE_SCORE] = performanceScore(speed, cells[at + C.COST_EFFICIENCY]!, rate, scoreWeights);
  cells[at + C.SPEED_WEIGHT] = scoreWeights.execution_speed;
  cells[at + C.COST_WEIGHT] = scoreWeights.cost_efficiency;
  cells[at + C.FILL_RATE_WEIGHT] = scoreWeights.fill_rate;
}

/** Mid at the end of an order, or now while it trades; from what was kept where the tape has let go of it. */
export function midAtEnd(shard: Shard, orderNo: number, market: Market, endedUs: number): number {
  const us = intervalEndUs(shard, endedUs);
  const kept = keptOfEnd(shard, orderNo, market, endedUs, us);
  return kept === undefined ? market.quotes.midUpTo(us) : kept.mids[0]!;
}

/** The quoted spread then, bps of that mid. */
export function spreadBpsAtEnd(shard: Shard, orderNo: number, market: Market, endedUs: number): number {
  const us = intervalEndUs(shard, endedUs);
  const kept = keptOfEnd(shard, orderNo, market, endedUs, us);
  return kept === undefined ? market.spreadBpsUpTo(us) : kept.spreadBps;
}

function keptOfEnd(shard: Shard, orderNo: number, market: Market, endedUs: number, us: number): KeptEnd | undefined {
  if (!market.quotes.hasLeft(us)) return undefined;
  const { keptEnd } = shard.factsOf(orderNo);
  return keptEnd?.endedUs === endedUs ? keptEnd : undefined;
}

/** End of the interval over which an order is measured: its end, or now while it trades, to the clock's resolution. */
export function intervalEndUs(shard: Shard, endedUs: number): number {
  return Number.isNaN(endedUs) ? shard.nowUs + TICK_INTERVAL_US - 1 : endedUs;
}

/** By the pre-trade model where the instrument has what it needs, else by relative performance; undefined without a fill. */
function writeCostEfficiency(shard: Shard, orderNo: number, market: Market, cells: Float64Array, at: number): void {
  cells[at + C.COST_EFFICIENCY] = Number.NaN;
  cells[at + C.COST_EFFICIENCY_METHOD] = -1;
  cells[at + C.COST_Z] = Number.NaN;
  const filled = cells[at + C.FILLED_QUANTITY]!;
  if (!(filled > 0)) return;
  const endedUs = cells[at + C.ENDED_US]!;
  const startUs = cells[at + C.START_US]!;
  const untilUs = Math.min(shard.nowUs, intervalEndUs(shard, endedUs));
  const { adv, daily_volatility: volatility, shares_outstanding: outstanding } = market.instrument ?? NO_REFERENCE;
  const days = market.clock.between(startUs, untilUs, shard.nowUs) / market.tradingDayUs;
  if (adv !== undefined && volatility !== undefined && days > 0) {
    const expectedBps = expectedCostBps(filled, days, adv, volatility, outstanding ?? Number.NaN, shard.settings.impactCoefficients);
    const spreadBps = spreadBpsAtEnd(shard, orderNo, market, endedUs);
    const z = costZ(cells[at + C.SLIPPAGE_BPS]!, expectedBps, timingRiskBps(volatility, days), spreadBps);
    if (!Number.isNaN(z)) {
      cells[at + C.COST_EFFICIENCY] = modelCostEfficiency(z);
      cells[at + C.COST_EFFICIENCY_METHOD] = BY_MODEL;
      cells[at + C.COST_Z] = z;
      return;
    }
  }
  const averagePrice = cells[at + C.AVERAGE_PRICE]!;
  const share = market.trades.shareAbove(averagePrice, startUs, intervalEndUs(shard, endedUs));
  const measure = relativePerformance(sideSign(cells[at + C.SIDE]!), share);
  if (Number.isNaN(measure)) return;
  cells[at + C.COST_EFFICIENCY] = measure;
  cells[at + C.COST_EFFICIENCY_METHOD] = BY_RPM;
}

/**
 * The prices when the order was decided and when it arrived. Arrival: given, else the mid that its announcement met, else the
 * last trade (and its basis says so). Written again when market data from before the announcement comes late; where the
 * quotes of that time have left the tape, what was found while they were there stays.
 */
export function deriveArrival(shard: Shard, orderNo: number, at: number): void {
  const { cells } = shard.orders;
  const market = shard.market(cells[at + C.SYMBOL_NO]!);
  const isFirst = cells[at + C.SEQUENCE] === 0;
  deriveDecision(shard.factsOf(orderNo).announcement, market, cells, at, isFirst);
  const announcedUs = cells[at + C.ANNOUNCED_US]!;
  const sequence = cells[at + C.ANNOUNCED_SEQUENCE]!;
  const given = cells[at + C.GIVEN_ARRIVAL_PRICE]!;
  if (!Number.isNaN(given)) return setArrival(cells, at, given, 'given');
  if (isFirst) setArrival(cells, at, Number.NaN, undefined);
  if (market.quotes.hasLeft(announcedUs)) return;
  const mid = market.quotes.midBefore(announcedUs, sequence);
  if (!Number.isNaN(mid)) return setArrival(cells, at, mid, 'mid');
  if (market.trades.hasLeft(announcedUs)) return;
  const lastTrade = market.trades.priceBefore(announcedUs, sequence);
  if (!Number.isNaN(lastTrade)) setArrival(cells, at, lastTrade, 'last_trade');
}

/** Given, else the mid at the decision time; else NaN. */
function deriveDecision(order: Announcement, market: Market, cells: Float64Array, at: number, isFirst: boolean): void {
  if (isFirst) cells[at + C.DECISION_PRICE] = order.decision_price ?? Number.NaN;
  const decided = order.decision_price === undefined ? decisionMoment(order, cells[at + C.ANNOUNCED_US]!, cells[at + C.ANNOUNCED_SEQUENCE]!) : undefined;
  if (decided === undefined || market.quotes.hasLeft(decided.us)) return;
  cells[at + C.DECISION_PRICE] = market.quotes.midBefore(decided.us, decided.sequence);
}

/** The decision time, which is not behind the announcement, as a place among the quotes; undefined when none was given. */
export function decisionMoment(order: Announcement, announcedUs: number, announcedSequence: number): { readonly us: number; readonly sequence: number } | undefined {
  if (order.decision_time === undefined) return undefined;
  const us = Math.min(parseTimestampUs(order.decision_time), announcedUs);
  return { us, sequence: us < announcedUs ? Number.POSITIVE_INFINITY : announcedSequence };
}

function setArrival(cells: Float64Array, at: number, price: number, basis: (typeof ARRIVAL_BASES)[number] | undefined): void {
  cells[at + C.ARRIVAL_PRICE] = price;
  cells[at + C.ARRIVAL_BASIS] = basis === undefined ? -1 : codeOf(ARRIVAL_BASES, basis);
}
