/** The pre-trade model, and how the cost compares with it or with the market. */

import { costZ, modelCostEfficiency } from '../../metrics/cost-efficiency.ts';
import { relativePerformance } from '../../metrics/relative-performance.ts';
import { type PreTradeInputs, preTradeCosts } from '../pre-trade-model.ts';
import { ALMGREN_2005, type Formula, get, type Inputs, POSITIVE_IS_COST, side } from './formula.ts';

const PRE_TRADE_EXAMPLE = {
  quantity: 656_100,
  duration_days: 0.2,
  average_daily_volume: 6_561_000,
  daily_volatility: 0.0157,
  shares_outstanding: 1_728_000_000,
};

const preTradeOf = (inputs: Inputs) => {
  const model: PreTradeInputs = {
    quantity: get(inputs, 'quantity'),
    durationDays: get(inputs, 'duration_days'),
    averageDailyVolume: get(inputs, 'average_daily_volume'),
    dailyVolatility: get(inputs, 'daily_volatility'),
    sharesOutstanding: get(inputs, 'shares_outstanding'),
  };
  return preTradeCosts(model);
};

function preTradePart(name: string, title: string, formula: string, path: string, value: number, part: (inputs: Inputs) => number): Formula {
  return {
    name,
    title,
    formula,
    unit: 'bps',
    sign: POSITIVE_IS_COST,
    undefinedWhen: 'average daily volume or volatility unknown, or no duration',
    source: ALMGREN_2005,
    paths: [`cost_analysis.pre_trade.${path}`],
    example: { inputs: PRE_TRADE_EXAMPLE, value, digits: 2 },
    compute: part,
  };
}

export const EFFICIENCY_FORMULAS: readonly Formula[] = [
  preTradePart('pre_trade_permanent', 'Expected permanent impact', 'g sig (X/V) (Th/V)^(1/4), g = 0.314', 'permanent_bps', 19.86, (inputs) => preTradeOf(inputs).permanentBps),
  preTradePart('pre_trade_temporary', 'Expected temporary impact', 'h sig (X/(V T))^(3/5), h = 0.142', 'temporary_bps', 14.71, (inputs) => preTradeOf(inputs).temporaryBps),
  preTradePart('pre_trade_cost', 'Expected cost', 'I/2 + K', 'expected_cost_bps', 24.64, (inputs) => preTradeOf(inputs).expectedCostBps),
  preTradePart('timing_risk', 'Timing risk', 'sig sqrt(T/3)', 'timing_risk_bps', 40.54, (inputs) => preTradeOf(inputs).timingRiskBps),
  {
    name: 'cost_z',
    title: 'Cost against the model',
    formula: '(cost - expected cost) / max(timing risk, quoted spread / 2), all of the executed part',
    unit: 'standard deviations',
    sign: 'positive: dearer than modelled',
    undefinedWhen: 'as the pre-trade model; no fill',
    source: 'this product',
    paths: ['cost_analysis.pre_trade.z'],
    example: { inputs: { cost_bps: 30, expected_cost_bps: 20, timing_risk_bps: 8, quoted_spread_bps: 2 }, value: 1.25, digits: 6 },
    compute: (inputs) => costZ(get(inputs, 'cost_bps'), get(inputs, 'expected_cost_bps'), get(inputs, 'timing_risk_bps'), get(inputs, 'quoted_spread_bps')),
  },
  {
    name: 'cost_efficiency_model',
    title: 'Cost efficiency by model',
    formula: 'Phi(-z), z the cost against the model',
    unit: 'ratio',
    sign: '0.5 is as modelled, higher is cheaper',
    undefinedWhen: 'z is undefined; then it is the relative performance measure',
    source: 'this product',
    paths: ['cost_analysis.cost_efficiency'],
    example: { inputs: { z: 1.25 }, value: 0.10565, digits: 6 },
    compute: (inputs) => modelCostEfficiency(get(inputs, 'z')),
  },
  {
    name: 'relative_performance_measure',
    title: 'Relative performance measure',
    formula: 'share of the interval volume at worse prices than P, at P half',
    unit: 'ratio',
    sign: '0.5 is as good as the market, higher is better',
    undefinedWhen: 'no fill, or no market volume in the interval',
    source: 'Kissell and Glantz (2003), Optimal Trading Strategies',
    paths: ['cost_analysis.relative_performance_measure'],
    example: { inputs: { side: -1, share_above_average_price: 0.2 }, value: 0.8, digits: 6 },
    compute: (inputs) => relativePerformance(side(inputs), get(inputs, 'share_above_average_price')),
  },
];
