/** What the numbers of `cost_analysis` are made of, by the name of their formula. */

import type { Inputs } from '../../../analytics/catalogue/formula.ts';
import { MARKOUT_HORIZONS } from '../../../analytics/fill-facts.ts';
import { COST_EFFICIENCY_METHODS, OrderCell as C } from '../../../orders/order-row.ts';
import { midAtEnd, spreadBpsAtEnd } from '../../order-view.ts';
import { plannedDays } from '../cost-answer.ts';
import { elapsedDays, type OrderInHand } from '../order-in-hand.ts';

export function costInputs(order: OrderInHand): Record<string, Inputs> {
  const { cell, side, midsFromEnd } = order;
  const averagePrice = cell(C.AVERAGE_PRICE);
  const arrivalPrice = cell(C.ARRIVAL_PRICE);
  const shortfall = shortfallInputs(order);
  const impact = { side, average_price: averagePrice, arrival_price: arrivalPrice, mid_half_hour_after_end: midsFromEnd.at(-1)! };
  return {
    arrival_slippage: { side, average_price: averagePrice, reference_price: arrivalPrice },
    implementation_shortfall: shortfall,
    implementation_shortfall_bps: shortfall,
    shortfall_cfa_delay: shortfall,
    shortfall_trading: shortfall,
    shortfall_cfa_opportunity: shortfall,
    shortfall_wagner_delay: shortfall,
    shortfall_wagner_opportunity: shortfall,
    effective_spread_arrival: { side, arrival_price: arrivalPrice },
    effective_spread_fill: { side },
    ...byHorizon('realized_spread', () => ({ side })),
    price_improvement: { side },
    spread_capture: { side },
    in_flight_impact: inFlightInputs(order),
    ...(Number.isNaN(order.endedUs) ? {} : { realized_impact: impact }),
    permanent_impact: impact,
    temporary_impact: impact,
    ...byHorizon('reversion', (i) => ({ side, mid_at_end: midsFromEnd[0]!, mid_later: midsFromEnd[i + 1]! })),
    ...byHorizon('markout', () => ({ side })),
    ...efficiencyInputs(order),
  };
}

export function shortfallInputs({ cell, side, endPrice }: OrderInHand): Inputs {
  return {
    side,
    first_quantity: cell(C.FIRST_QUANTITY),
    filled_quantity: cell(C.FILLED_QUANTITY),
    notional: cell(C.NOTIONAL),
    fees: cell(C.FEES),
    arrival_price: cell(C.ARRIVAL_PRICE),
    decision_price: cell(C.DECISION_PRICE),
    end_price: endPrice,
  };
}

/** The pre-trade model for what was executed, over the time that it took. */
export function executedModelInputs(order: OrderInHand): Inputs {
  return { filled_quantity: order.cell(C.FILLED_QUANTITY), duration_days: elapsedDays(order), ...modelInputs(order) };
}

/** What else the model needs: the instrument's reference data, and its coefficients. */
function modelInputs({ market, shard }: OrderInHand): Inputs {
  return {
    average_daily_volume: market.instrument?.adv ?? Number.NaN,
    daily_volatility: market.instrument?.daily_volatility ?? Number.NaN,
    shares_outstanding: market.instrument?.shares_outstanding ?? Number.NaN,
    permanent_coefficient: shard.settings.impactCoefficients.permanent,
    temporary_coefficient: shard.settings.impactCoefficients.temporary,
  };
}

function inFlightInputs({ shard, orderNo, market, cell, side, endedUs, untilUs }: OrderInHand): Inputs {
  const index = shard.indexOf(market);
  return {
    side,
    mid: midAtEnd(shard, orderNo, market, endedUs),
    arrival_price: cell(C.ARRIVAL_PRICE),
    beta: index?.beta ?? 0,
    index_move: index?.levels.moveBetween(cell(C.ANNOUNCED_US), untilUs) ?? 0,
  };
}

function efficiencyInputs(order: OrderInHand): Record<string, Inputs> {
  const { cell, side, market, fills } = order;
  const model = { quantity: cell(C.QUANTITY), duration_days: plannedDays(order), ...modelInputs(order) };
  const { above, at, volume } = market.trades.volumeAround(cell(C.AVERAGE_PRICE), order.startUs, order.untilUs);
  const isFilled = fills.length > 0;
  const relative = { side, volume_above: isFilled ? above : Number.NaN, volume_at: isFilled ? at : Number.NaN, interval_volume: volume };
  const method = COST_EFFICIENCY_METHODS[cell(C.COST_EFFICIENCY_METHOD)];
  return {
    pre_trade_permanent: model,
    pre_trade_temporary: model,
    pre_trade_cost: model,
    timing_risk: model,
    cost_z: {
      cost_bps: cell(C.SLIPPAGE_BPS),
      quoted_spread_bps: spreadBpsAtEnd(order.shard, order.orderNo, market, order.endedUs),
      ...executedModelInputs(order),
    },
    ...(method === 'model' ? { cost_efficiency_model: { z: cell(C.COST_Z) } } : {}),
    ...(method === 'rpm' ? { cost_efficiency_rpm: relative } : {}),
    relative_performance_measure: relative,
  };
}

function byHorizon(name: string, inputs: (horizon: number) => Inputs): Record<string, Inputs> {
  return Object.fromEntries(MARKOUT_HORIZONS.map(({ key }, i) => [`${name}_${key}`, inputs(i)]));
}
