/** Expected progress by the plan, speed against it, and the score. */

import type { ExplainedPlan } from '../../domain/explanation.ts';
import { executionSpeed } from '../../metrics/execution-speed.ts';
import { performanceScore } from '../../metrics/performance-score.ts';
import { EXAMPLE_PLANS } from './example-rows.ts';
import { type Formula, get, KISSELL, THIS_PRODUCT } from './formula.ts';
import { expectedOfPlans, urgencyOf } from './plan-of.ts';

const AFTER_REPLACE = 'f = b + (1 - b) (h(until) - h(from)) / (1 - h(from)); first b = 0, after a replace b = min(1, f before * S before / S after)';

function expected(name: string, title: string, plan: string, source: string, undefinedWhen: string, plans: readonly ExplainedPlan[], value: number): Formula {
  return {
    name: `expected_progress_${name}`,
    title: `Expected progress, ${title}`,
    formula: plan,
    unit: 'ratio',
    sign: '',
    undefinedWhen,
    source,
    paths: ['execution_summary.expected_progress'],
    rows: 'explained_plans',
    example: { inputs: {}, plans, value, digits: 6 },
    compute: (_, rows) => expectedOfPlans(rows.explained_plans),
  };
}

export const PROGRESS_FORMULAS: readonly Formula[] = [
  expected('linear', 'linear', `h = tradable time from start / tradable time from start to end (TWAP, NONE; VWAP and IS where a term is missing); ${AFTER_REPLACE}`, THIS_PRODUCT, 'no planned end', EXAMPLE_PLANS.linear, 0.6),
  expected('volume_curve', 'VWAP', `h = (U - U(start)) / (U(end) - U(start)), U the cumulative volume curve; ${AFTER_REPLACE}`, KISSELL, 'never: without a curve it is linear', EXAMPLE_PLANS.volumeCurve, 0.5),
  expected('participation', 'POV', 'f = min(1, b + participation rate * volume / S); first b = 0, after a replace b = min(1, f before * S before / S after)', THIS_PRODUCT, 'no trade of the symbol yet', EXAMPLE_PLANS.participation, 0.42),
  expected(
    'almgren_chriss',
    'IS',
    `h = 1 - sinh(k (T - t)) / sinh(k T), t and T tradable from the start in trading days; k = sqrt(lambda sigma^2 / eta), sigma = volatility Pa, eta = K Pa / (S / T), K = h volatility (S / (ADV T))^(3/5), h the temporary coefficient; ${AFTER_REPLACE}`,
    'Almgren and Chriss (2000), Journal of Risk 3(2)',
    'never: without k it is linear',
    EXAMPLE_PLANS.almgrenChriss,
    0.422441,
  ),
  expected('close', 'CLOSE', `h = 0 before the session has closed (or the planned end), 1 then; ${AFTER_REPLACE}`, THIS_PRODUCT, 'never', EXAMPLE_PLANS.close, 1),
  expected('custom', 'CUSTOM', `h = linear between the knots; ${AFTER_REPLACE}`, THIS_PRODUCT, 'never', EXAMPLE_PLANS.custom, 0.6),
  {
    name: 'execution_speed',
    title: 'Execution speed',
    formula: 'execution progress / expected progress; 0/0 = 1, x/0 = 10',
    unit: 'ratio',
    sign: 'above 1 is ahead of the plan',
    undefinedWhen: 'no expected progress',
    source: THIS_PRODUCT,
    paths: ['execution_summary.execution_speed'],
    example: { inputs: { execution_progress: 0.57, expected_progress: 0.96625 }, value: 0.589909, digits: 6 },
    compute: (inputs) => executionSpeed(get(inputs, 'execution_progress'), get(inputs, 'expected_progress')),
  },
  {
    name: 'performance_score',
    title: 'Performance score',
    formula: '100 * weighted mean of min(1, speed), cost efficiency, min(1, fill rate), over the defined ones',
    unit: 'score',
    sign: 'higher is better',
    undefinedWhen: 'none of the three is defined, or those have no weight',
    source: THIS_PRODUCT,
    paths: ['execution_summary.performance_score'],
    example: { inputs: { execution_speed: 0.589909, cost_efficiency: 0.559055, fill_rate: 0.622222, weight_of_speed: 0.4, weight_of_cost_efficiency: 0.45, weight_of_fill_rate: 0.15 }, value: 58.087, digits: 3 },
    compute: (inputs) =>
      performanceScore(get(inputs, 'execution_speed'), get(inputs, 'cost_efficiency'), get(inputs, 'fill_rate'), {
        execution_speed: get(inputs, 'weight_of_speed'),
        cost_efficiency: get(inputs, 'weight_of_cost_efficiency'),
        fill_rate: get(inputs, 'weight_of_fill_rate'),
      }),
  },
];

/** The formula that tells of an order's expected progress: that of the plan which holds now. */
export function expectedProgressFormula(plan: ExplainedPlan): string {
  const kind = { TWAP: 'linear', NONE: 'linear', VWAP: 'volume_curve', POV: 'participation', IS: 'almgren_chriss', CLOSE: 'close', CUSTOM: 'custom' }[plan.algorithm];
  const isCurveKnown = (plan.curve_end ?? Number.NaN) - (plan.curve_start ?? Number.NaN) > 0;
  const isLinear = (plan.algorithm === 'VWAP' && !isCurveKnown) || (plan.algorithm === 'IS' && Number.isNaN(urgencyOf(plan)));
  return `expected_progress_${isLinear ? 'linear' : kind}`;
}
