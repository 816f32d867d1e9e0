/** Implementation shortfall in its two splits. */

import { type Formula, type Inputs, PEROLD, POSITIVE_IS_COST } from './formula.ts';
import { SHORTFALL_EXAMPLE, shortfallOf } from './model-inputs.ts';

const SHORTFALL = 'cost_analysis.implementation_shortfall';
const BY_CAUSE = 'performance_attribution.by_cause';

function shortfallPart(name: string, title: string, formula: string, paths: readonly string[], value: number, compute: (inputs: Inputs) => number): Formula {
  return {
    name,
    title,
    formula,
    unit: 'money',
    sign: POSITIVE_IS_COST,
    undefinedWhen: 'no arrival price; something unfilled and no end price',
    source: PEROLD,
    paths,
    example: { inputs: SHORTFALL_EXAMPLE, value, digits: 6 },
    compute,
  };
}

export const SHORTFALL_FORMULAS: readonly Formula[] = [
  shortfallPart('implementation_shortfall', 'Implementation shortfall', 's (notional - Q Pd) + s (S0 - Q)(Pn - Pd) + fees', [`${SHORTFALL}.total`, `${BY_CAUSE}.total`], 77, (inputs) => shortfallOf(inputs).total),
  shortfallPart('shortfall_cfa_delay', 'Delay (cfa)', 's Q (Pa - Pd)', [`${SHORTFALL}.cfa.delay`, `${BY_CAUSE}.delay`], 28, (inputs) => shortfallOf(inputs).cfa.delay),
  shortfallPart('shortfall_trading', 'Trading', 's (notional - Q Pa)', [`${SHORTFALL}.cfa.trading`, `${SHORTFALL}.wagner.trading`], 8, (inputs) => shortfallOf(inputs).cfa.trading),
  shortfallPart(
    'shortfall_cfa_opportunity',
    'Opportunity (cfa)',
    's (S0 - Q)(Pn - Pd)',
    [`${SHORTFALL}.cfa.opportunity`, `${BY_CAUSE}.opportunity`],
    24,
    (inputs) => shortfallOf(inputs).cfa.opportunity,
  ),
  shortfallPart('shortfall_wagner_delay', 'Delay (wagner)', 's S0 (Pa - Pd)', [`${SHORTFALL}.wagner.delay`], 40, (inputs) => shortfallOf(inputs).wagner.delay),
  shortfallPart('shortfall_wagner_opportunity', 'Opportunity (wagner)', 's (S0 - Q)(Pn - Pa)', [`${SHORTFALL}.wagner.opportunity`], 12, (inputs) => shortfallOf(inputs).wagner.opportunity),
  {
    ...shortfallPart('implementation_shortfall_bps', 'Implementation shortfall in bps', 'total / (S0 Pd) * 10,000', [`${SHORTFALL}.total_bps`], 19.25, (inputs) => shortfallOf(inputs).totalBps),
    unit: 'bps',
  },
];
