/** Spread measures, weighted by quantity over the fills that met a valid quote. */

import { MARKOUT_HORIZONS } from '../fill-facts.ts';
import { type SpreadMeasures, spreadMeasures } from '../spread-measures.ts';
import { type Formula, get, type Inputs, POSITIVE_IS_COST, side } from './formula.ts';
import { fillsOf, type Rows } from './rows.ts';

const HUANG_STOLL = 'Huang and Stoll (1996), Journal of Financial Economics 41(3); SEC Rule 605';
const FAVOURABLE = 'positive is favourable';
const NO_QUOTE = 'no fill met a valid quote';

const measuresOf = (inputs: Inputs, rows: Rows): SpreadMeasures => spreadMeasures(side(inputs), get(inputs, 'arrival_price'), fillsOf(rows));

/** Of the example fills, at each horizon. */
const REALIZED_EXAMPLES = [-2.137693, -7.844132, -9.974352, -5.707153, -29.925187];

type Told = Pick<Formula, 'name' | 'title' | 'formula' | 'sign' | 'undefinedWhen'>;

function spread(told: Told, path: string, inputs: Inputs, value: number, measure: (measures: SpreadMeasures) => number, unit: 'bps' | 'ratio' = 'bps'): Formula {
  return {
    ...told,
    formula: `mean by quantity of ${told.formula}`,
    unit,
    source: HUANG_STOLL,
    paths: [`cost_analysis.spread.${path}`],
    rows: 'explained_fills',
    example: { inputs, value, digits: 6 },
    compute: (given, rows) => measure(measuresOf(given, rows)),
  };
}

export const SPREAD_FORMULAS: readonly Formula[] = [
  spread(
    { name: 'effective_spread_arrival', title: 'Effective spread against arrival', formula: '2 s (p - Pa) / Pa * 10,000', sign: POSITIVE_IS_COST, undefinedWhen: 'no fill, or no arrival price' },
    'effective_arrival_bps',
    { side: 1, arrival_price: 40.02 },
    15.706432,
    (measures) => measures.effectiveArrivalBps,
  ),
  spread(
    { name: 'effective_spread_fill', title: 'Effective spread at the fill', formula: '2 s (p - mid) / mid * 10,000, the mid that the fill met', sign: POSITIVE_IS_COST, undefinedWhen: NO_QUOTE },
    'effective_fill_bps',
    { side: 1 },
    2.853576,
    (measures) => measures.effectiveFillBps,
  ),
  ...MARKOUT_HORIZONS.map(({ key }, i) =>
    spread(
      { name: `realized_spread_${key}`, title: `Realized spread after ${key}`, formula: `2 s (p - m(t + ${key})) / m(t + ${key}) * 10,000`, sign: POSITIVE_IS_COST, undefinedWhen: 'final for no fill' },
      `realized_bps.${key}`,
      { side: 1 },
      REALIZED_EXAMPLES[i]!,
      (measures) => measures.realizedBps[key],
    ),
  ),
  spread(
    { name: 'price_improvement', title: 'Price improvement', formula: 's (far touch - p) / mid * 10,000, the far touch the ask for a buy and the bid for a sell', sign: FAVOURABLE, undefinedWhen: NO_QUOTE },
    'price_improvement_bps',
    { side: 1 },
    3.567506,
    (measures) => measures.priceImprovementBps,
  ),
  spread(
    { name: 'spread_capture', title: 'Spread capture', formula: 's (mid - p) / ((ask - bid) / 2)', sign: '+1 earned the half-spread, -1 paid it', undefinedWhen: 'no fill met a valid quote that was not locked' },
    'spread_capture',
    { side: 1 },
    -0.285714,
    (measures) => measures.spreadCapture,
    'ratio',
  ),
];
