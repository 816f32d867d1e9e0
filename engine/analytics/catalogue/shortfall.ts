/** Implementation shortfall in its two splits. */

import { implementationShortfall } from '../implementation-shortfall.ts';
import { type Formula, get, type Inputs, PEROLD, POSITIVE_IS_COST, side } from './formula.ts';

const SHORTFALL_EXAMPLE = {
  side: 1,
  first_quantity: 1_000,
  filled_quantity: 700,
  notional: 28_035,
  fees: 17,
  arrival_price: 40.04,
  decision_price: 40,
  end_price: 40.08,
};

const shortfallOf = (inputs: Inputs) =>
  implementationShortfall({
    side: side(inputs),
    firstQuantity: get(inputs, 'first_quantity'),
    filledQuantity: get(inputs, 'filled_quantity'),
    notional: get(inputs, 'notional'),
    fees: get(inputs, 'fees'),
    arrivalPrice: get(inputs, 'arrival_price'),
    decisionPrice: get(inputs, 'decision_price'),
    endPrice: get(inputs, 'end_price'),
  });

function shortfallPart(name: string, title: string, formula: string, path: string, value: number, part: (inputs: Inputs) => number): Formula {
  return {
    name,
    title,
    formula,
    unit: 'money',
    sign: POSITIVE_IS_COST,
    undefinedWhen: 'no arrival price; something unfilled and no end price',
    source: PEROLD,
    paths: [`cost_analysis.implementation_shortfall.${path}`],
    example: { inputs: SHORTFALL_EXAMPLE, value, digits: 6 },
    compute: part,
  };
}

export const SHORTFALL_FORMULAS: readonly Formula[] = [
  shortfallPart('implementation_shortfall', 'Implementation shortfall', 's (notional - Q Pd) + s (S0 - Q)(Pn - Pd) + fees', 'total', 76, (inputs) => shortfallOf(inputs).total),
  shortfallPart('shortfall_cfa_delay', 'Delay (cfa)', 's Q (Pa - Pd)', 'cfa.delay', 28, (inputs) => shortfallOf(inputs).cfa.delay),
  shortfallPart('shortfall_trading', 'Trading', 's (notional - Q Pa)', 'cfa.trading', 7, (inputs) => shortfallOf(inputs).cfa.trading),
  shortfallPart('shortfall_cfa_opportunity', 'Opportunity (cfa)', 's (S0 - Q)(Pn - Pd)', 'cfa.opportunity', 24, (inputs) => shortfallOf(inputs).cfa.opportunity),
  shortfallPart('shortfall_wagner_delay', 'Delay (wagner)', 's S0 (Pa - Pd)', 'wagner.delay', 40, (inputs) => shortfallOf(inputs).wagner.delay),
  shortfallPart('shortfall_wagner_opportunity', 'Opportunity (wagner)', 's (S0 - Q)(Pn - Pa)', 'wagner.opportunity', 12, (inputs) => shortfallOf(inputs).wagner.opportunity),
  {
    ...shortfallPart('implementation_shortfall_bps', 'Implementation shortfall in bps', 'total / (S0 Pd) * 10,000', 'total_bps', 19, (inputs) => shortfallOf(inputs).totalBps),
    unit: 'bps',
  },
];
