/** The pre-trade model, and how the cost compares with it or with the market. */

import { shareAbove } from '../../market/tape-averages.ts';
import { costZ, modelCostEfficiency } from '../../metrics/cost-efficiency.ts';
import { relativePerformance } from '../../metrics/relative-performance.ts';
import { ALMGREN_2005, type Formula, get, type Inputs, KISSELL, POSITIVE_IS_COST, side, THIS_PRODUCT } from './formula.ts';
import { COEFFICIENTS_EXAMPLE, PRE_TRADE_EXAMPLE, preTradeOf } from './model-inputs.ts';

function preTradePart(name: string, title: string, formula: string, path: string, value: number, compute: (inputs: Inputs) => number): Formula {
  return {
    name,
    title,
    formula: `${formula}, X the quantity, T its duration in trading days, V the average daily volume, Th the shares outstanding`,
    unit: 'bps',
    sign: POSITIVE_IS_COST,
    undefinedWhen: 'average daily volume or volatility unknown, or no duration',
    source: ALMGREN_2005,
    paths: [`cost_analysis.pre_trade.${path}`],
    example: { inputs: PRE_TRADE_EXAMPLE, value, digits: 2 },
    compute,
  };
}

function costZOf(inputs: Inputs): number {
  const executed = preTradeOf(inputs, 'filled_quantity');
  return costZ(get(inputs, 'cost_bps'), executed.expectedCostBps, executed.timingRiskBps, get(inputs, 'quoted_spread_bps'));
}

function relativePerformanceOf(inputs: Inputs): number {
  return relativePerformance(side(inputs), shareAbove(get(inputs, 'volume_above'), get(inputs, 'volume_at'), get(inputs, 'interval_volume')));
}

function relativePerformanceAt(name: string, title: string, path: string, undefinedWhen: string): Formula {
  return {
    name,
    title,
    formula: 'share of the interval volume at worse prices than P, at P half: (above + at / 2) / volume for a buy, 1 - that for a sell',
    unit: 'ratio',
    sign: '0.5 is as good as the market, higher is better',
    undefinedWhen,
    source: KISSELL,
    paths: [path],
    example: { inputs: { side: -1, volume_above: 1_000, volume_at: 800, interval_volume: 7_000 }, value: 0.8, digits: 6 },
    compute: relativePerformanceOf,
  };
}

export const EFFICIENCY_FORMULAS: readonly Formula[] = [
  preTradePart('pre_trade_permanent', 'Expected permanent impact', 'I = g sig (X/V) (Th/V)^(1/4), g the permanent coefficient, the last factor 1 without shares outstanding', 'permanent_bps', 19.86, (inputs) => preTradeOf(inputs).permanentBps),
  preTradePart('pre_trade_temporary', 'Expected temporary impact', 'K = h sig (X/(V T))^(3/5), h the temporary coefficient', 'temporary_bps', 14.71, (inputs) => preTradeOf(inputs).temporaryBps),
  preTradePart('pre_trade_cost', 'Expected cost', 'I/2 + K of the two above', 'expected_cost_bps', 24.64, (inputs) => preTradeOf(inputs).expectedCostBps),
  preTradePart('timing_risk', 'Timing risk', 'sig sqrt(T/3)', 'timing_risk_bps', 40.54, (inputs) => preTradeOf(inputs).timingRiskBps),
  {
    name: 'cost_z',
    title: 'Cost against the model',
    formula: '(cost - expected cost) / max(timing risk, quoted spread / 2), expected cost and timing risk as above, of the executed part over the time so far',
    unit: 'standard deviations',
    sign: 'positive: dearer than modelled',
    undefinedWhen: 'as the pre-trade model; no fill',
    source: THIS_PRODUCT,
    paths: ['cost_analysis.pre_trade.z'],
    example: {
      inputs: {
        cost_bps: 30,
        quoted_spread_bps: 2,
        filled_quantity: 656_100,
        duration_days: 0.2,
        average_daily_volume: 6_561_000,
        daily_volatility: 0.0157,
        shares_outstanding: 1_728_000_000,
        ...COEFFICIENTS_EXAMPLE,
      },
      value: 0.132263,
      digits: 6,
    },
    compute: costZOf,
  },
  {
    name: 'cost_efficiency_model',
    title: 'Cost efficiency by model',
    formula: 'Phi(-z), z the cost against the model',
    unit: 'ratio',
    sign: '0.5 is as modelled, higher is cheaper',
    undefinedWhen: 'z is undefined; then it is the relative performance measure',
    source: THIS_PRODUCT,
    paths: ['cost_analysis.cost_efficiency'],
    example: { inputs: { z: 1.25 }, value: 0.10565, digits: 6 },
    compute: (inputs) => modelCostEfficiency(get(inputs, 'z')),
  },
  relativePerformanceAt('cost_efficiency_rpm', 'Cost efficiency without a model', 'cost_analysis.cost_efficiency', 'no fill, or neither z nor market volume'),
  relativePerformanceAt('relative_performance_measure', 'Relative performance measure', 'cost_analysis.relative_performance_measure', 'no fill, or no market volume in the interval'),
];
