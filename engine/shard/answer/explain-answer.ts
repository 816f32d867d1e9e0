/**
 * `explanation` of ExecutionAnalytics: with each number the name of its formula in the catalogue and the inputs that went
 * into it, so that a person can redo it by hand.
 */

import { MARKOUT_HORIZONS } from '../../analytics/fill-facts.ts';
import { FORMULAS } from '../../analytics/catalogue/catalogue.ts';
import type { Inputs } from '../../analytics/catalogue/formula.ts';
import type { ExecutionAnalytics, Explanation } from '../../domain/monitoring.ts';
import { OrderCell as C } from '../../orders/order-row.ts';
import { quoteAtEnd } from '../order-view.ts';
import { executedModelInputs, plannedDays } from './cost-answer.ts';
import type { OrderInHand } from './order-in-hand.ts';

type Answer = Pick<ExecutionAnalytics, 'benchmark_comparison' | 'execution_summary'>;

export function explanationOf(order: OrderInHand, answer: Answer): Record<string, Explanation> {
  const inputs = inputsByFormula(order, answer);
  const explanation: Record<string, Explanation> = {};
  for (const { name, formula, unit, paths } of FORMULAS) {
    const named = inputs[name];
    if (named === undefined) continue;
    for (const path of paths) explanation[path] = { name, formula, unit, inputs: named };
  }
  return explanation;
}

function inputsByFormula(order: OrderInHand, answer: Answer): Record<string, Inputs> {
  const { cell, side, market, shard, midsFromEnd } = order;
  const averagePrice = cell(C.AVERAGE_PRICE);
  const arrivalPrice = cell(C.ARRIVAL_PRICE);
  const isLive = Number.isNaN(order.endedUs);
  const index = shard.indexOf(market);
  const shortfall = {
    side,
    first_quantity: cell(C.FIRST_QUANTITY),
    filled_quantity: cell(C.FILLED_QUANTITY),
    notional: cell(C.NOTIONAL),
    fees: cell(C.FEES),
    arrival_price: arrivalPrice,
    decision_price: cell(C.DECISION_PRICE),
    end_price: order.endPrice,
  };
  const impact = { side, average_price: averagePrice, arrival_price: arrivalPrice, mid_half_hour_after_end: midsFromEnd.at(-1)! };
  const model = {
    quantity: cell(C.QUANTITY),
    duration_days: plannedDays(order),
    average_daily_volume: market.instrument?.adv ?? Number.NaN,
    daily_volatility: market.instrument?.daily_volatility ?? Number.NaN,
    shares_outstanding: market.instrument?.shares_outstanding ?? Number.NaN,
  };
  return {
    execution_progress: { filled_quantity: cell(C.FILLED_QUANTITY), quantity: cell(C.QUANTITY) },
    execution_speed: { execution_progress: cell(C.EXECUTION_PROGRESS), expected_progress: cell(C.EXPECTED_PROGRESS) },
    performance_score: {
      execution_speed: cell(C.EXECUTION_SPEED),
      cost_efficiency: cell(C.COST_EFFICIENCY),
      fill_rate: cell(C.FILL_RATE),
    },
    participation_rate: { filled_quantity: cell(C.FILLED_QUANTITY), interval_volume: market.trades.volumeBetween(order.startUs, order.untilUs) },
    arrival_slippage: { side, average_price: averagePrice, reference_price: arrivalPrice },
    in_flight_impact: {
      side,
      mid: quoteAtEnd(shard, order.orderNo, market, order.endedUs).mid,
      arrival_price: arrivalPrice,
      beta: index?.beta ?? 0,
      index_move: index?.levels.moveBetween(cell(C.ANNOUNCED_US), order.untilUs) ?? 0,
    },
    ...Object.fromEntries(
      Object.entries(answer.benchmark_comparison)
        .filter(([benchmark]) => benchmark !== 'INDEX_ADJUSTED')
        .map(([benchmark, { price }]) => [
          `cost_against_${benchmark.toLowerCase()}`,
          { side, average_price: averagePrice, reference_price: price ?? Number.NaN },
        ]),
    ),
    implementation_shortfall: shortfall,
    implementation_shortfall_bps: shortfall,
    shortfall_cfa_delay: shortfall,
    shortfall_trading: shortfall,
    shortfall_cfa_opportunity: shortfall,
    shortfall_wagner_delay: shortfall,
    shortfall_wagner_opportunity: shortfall,
    ...(isLive ? {} : { realized_impact: impact }),
    permanent_impact: impact,
    temporary_impact: impact,
    ...Object.fromEntries(
      MARKOUT_HORIZONS.map(({ key }, i) => [`reversion_${key}`, { side, mid_at_end: midsFromEnd[0]!, mid_later: midsFromEnd[i + 1]! }]),
    ),
    pre_trade_permanent: model,
    pre_trade_temporary: model,
    pre_trade_cost: model,
    timing_risk: model,
    cost_z: executedModelInputs(order),
    ...(Number.isNaN(cell(C.COST_Z)) ? {} : { cost_efficiency_model: { z: cell(C.COST_Z) } }),
    relative_performance_measure: {
      side,
      share_above_average_price: market.trades.shareAbove(averagePrice, order.startUs, order.untilUs),
    },
  };
}
