/** `cost_analysis` of ExecutionAnalytics. NaN becomes null when the answer is written. */

import { MARKOUT_HORIZONS } from '../../analytics/fill-facts.ts';
import { markoutsBps } from '../../analytics/markouts.ts';
import { realizedImpact, reversionBps } from '../../analytics/realized-impact.ts';
import { spreadMeasures } from '../../analytics/spread-measures.ts';
import type { ExecutionAnalytics } from '../../domain/monitoring.ts';
import { relativePerformance } from '../../metrics/relative-performance.ts';
import { ARRIVAL_BASES, COST_EFFICIENCY_METHODS, OrderCell as C } from '../../orders/order-row.ts';
import { modelCosts } from '../model-costs.ts';
import type { OrderInHand } from './order-in-hand.ts';

/** Place of the 30 minutes in OrderInHand.midsFromEnd, behind the end itself. */
const HALF_HOUR = 1 + MARKOUT_HORIZONS.findIndex(({ key }) => key === '30m');

export function costAnswer(order: OrderInHand): ExecutionAnalytics['cost_analysis'] {
  const { cell, side, market, fills, shortfall } = order;
  const arrivalPrice = cell(C.ARRIVAL_PRICE);
  const averagePrice = cell(C.AVERAGE_PRICE);
  const impact = realizedImpact(side, averagePrice, arrivalPrice, order.midsFromEnd[HALF_HOUR]!);
  const spread = spreadMeasures(side, arrivalPrice, fills);
  const isLive = Number.isNaN(order.endedUs);
  return {
    arrival_price: arrivalPrice,
    arrival_price_basis: ARRIVAL_BASES[cell(C.ARRIVAL_BASIS)] ?? null,
    decision_price: cell(C.DECISION_PRICE),
    slippage_bps: cell(C.SLIPPAGE_BPS),
    implementation_shortfall: {
      total: shortfall.total,
      total_bps: shortfall.totalBps,
      cfa: shortfall.cfa,
      wagner: shortfall.wagner,
    },
    spread: {
      effective_arrival_bps: spread.effectiveArrivalBps,
      effective_fill_bps: spread.effectiveFillBps,
      realized_bps: spread.realizedBps,
      price_improvement_bps: spread.priceImprovementBps,
      spread_capture: spread.spreadCapture,
    },
    market_impact: {
      in_flight_bps: cell(C.MARKET_IMPACT_BPS),
      permanent_bps: impact.permanentBps,
      realized_bps: isLive ? Number.NaN : impact.realizedBps,
      temporary_bps: impact.temporaryBps,
      reversion_bps: Object.fromEntries(
        MARKOUT_HORIZONS.map(({ key }, i) => [key, reversionBps(side, order.midsFromEnd[0]!, order.midsFromEnd[i + 1]!)]),
      ) as Record<(typeof MARKOUT_HORIZONS)[number]['key'], number>,
      markout_bps: markoutsBps(side, fills),
    },
    pre_trade: preTradeAnswer(order),
    cost_efficiency: cell(C.COST_EFFICIENCY),
    cost_efficiency_method: COST_EFFICIENCY_METHODS[cell(C.COST_EFFICIENCY_METHOD)] ?? null,
    relative_performance_measure: fills.length === 0 ? Number.NaN : relativePerformance(side, market.trades.shareAbove(averagePrice, order.startUs, order.untilUs)),
  };
}

/** The model for the whole order over its planned time; z compares what was executed so far with the model for that. */
function preTradeAnswer(order: OrderInHand): ExecutionAnalytics['cost_analysis']['pre_trade'] {
  const { cell, market } = order;
  const costs = modelCosts(order.shard.settings, market, cell(C.QUANTITY), plannedDays(order));
  return {
    permanent_bps: costs?.permanentBps ?? null,
    temporary_bps: costs?.temporaryBps ?? null,
    expected_cost_bps: costs?.expectedCostBps ?? null,
    timing_risk_bps: costs?.timingRiskBps ?? null,
    z: cell(C.COST_Z),
    turnover_unknown: costs?.isTurnoverUnknown ?? null,
  };
}

/** From start to planned end; without one for POV what its rate takes of an average day, else the time so far. */
export function plannedDays({ cell, market, startUs, untilNowUs }: OrderInHand): number {
  const plannedEndUs = cell(C.PLANNED_END_US);
  const rate = cell(C.PARTICIPATION_RATE);
  const adv = market.instrument?.adv;
  if (Number.isNaN(plannedEndUs) && rate > 0 && adv !== undefined) return cell(C.QUANTITY) / (rate * adv);
  const endUs = Number.isNaN(plannedEndUs) ? untilNowUs : plannedEndUs;
  return market.clock.between(startUs, endUs, untilNowUs) / market.tradingDayUs;
}
