/** Impact of a finished order, reversion, and markouts. */

import { MARKOUT_HORIZONS } from '../fill-facts.ts';
import { markoutsBps } from '../markouts.ts';
import { realizedImpact, reversionBps } from '../realized-impact.ts';
import { ALMGREN_2005, type Formula, get, type Inputs, POSITIVE_IS_COST, side, THIS_PRODUCT } from './formula.ts';
import { fillsOf } from './rows.ts';

/** Of the example fills, at each horizon. */
const MARKOUT_EXAMPLES = [1.070537, 3.925361, 4.995899, 2.854824, 14.988762];

export const IMPACT_FORMULAS: readonly Formula[] = [
  {
    name: 'realized_impact',
    title: 'Realized impact J',
    formula: 's (P - Pa) / Pa * 10,000, once the order has ended',
    unit: 'bps',
    sign: POSITIVE_IS_COST,
    undefinedWhen: 'the order trades; no fill; no arrival price',
    source: ALMGREN_2005,
    paths: ['cost_analysis.market_impact.realized_bps'],
    example: { inputs: { side: 1, average_price: 50.1, arrival_price: 50, mid_half_hour_after_end: 50.05 }, value: 20, digits: 6 },
    compute: (inputs) => impactOf(inputs).realizedBps,
  },
  {
    name: 'permanent_impact',
    title: 'Permanent impact I',
    formula: 's (m(end + 30 min) - Pa) / Pa * 10,000',
    unit: 'bps',
    sign: 'positive: the price stayed moved against the order',
    undefinedWhen: 'until half an hour after the end; no arrival price',
    source: ALMGREN_2005,
    paths: ['cost_analysis.market_impact.permanent_bps'],
    example: { inputs: { side: 1, average_price: 50.1, arrival_price: 50, mid_half_hour_after_end: 50.05 }, value: 10, digits: 6 },
    compute: (inputs) => impactOf(inputs).permanentBps,
  },
  {
    name: 'temporary_impact',
    title: 'Temporary impact K',
    formula: 'J - I / 2',
    unit: 'bps',
    sign: POSITIVE_IS_COST,
    undefinedWhen: 'as permanent impact',
    source: ALMGREN_2005,
    paths: ['cost_analysis.market_impact.temporary_bps'],
    example: { inputs: { side: 1, average_price: 50.1, arrival_price: 50, mid_half_hour_after_end: 50.05 }, value: 15, digits: 6 },
    compute: (inputs) => impactOf(inputs).temporaryBps,
  },
  ...MARKOUT_HORIZONS.map(
    ({ key: horizon }): Formula => ({
      name: `reversion_${horizon}`,
      title: `Reversion after ${horizon}`,
      formula: `-s (m(end + ${horizon}) - m(end)) / m(end) * 10,000`,
      unit: 'bps',
      sign: 'positive: the mid came back after the order had ended',
      undefinedWhen: 'until the horizon has passed; no mid at the end',
      source: THIS_PRODUCT,
      paths: [`cost_analysis.market_impact.reversion_bps.${horizon}`],
      example: { inputs: { side: 1, mid_at_end: 50.1, mid_later: 50.05 }, value: 9.98004, digits: 6 },
      compute: (inputs) => reversionBps(side(inputs), get(inputs, 'mid_at_end'), get(inputs, 'mid_later')),
    }),
  ),
  ...MARKOUT_HORIZONS.map(
    ({ key: horizon }, i): Formula => ({
      name: `markout_${horizon}`,
      title: `Markout after ${horizon}`,
      formula: `mean by quantity of s (m(t + ${horizon}) - p) / p * 10,000, over the fills for which the later mid is final`,
      unit: 'bps',
      sign: 'positive is favourable: the market went on in the direction of the order',
      undefinedWhen: 'final for no fill',
      source: THIS_PRODUCT,
      paths: [`cost_analysis.market_impact.markout_bps.${horizon}`],
      rows: 'explained_fills',
      example: { inputs: { side: 1 }, value: MARKOUT_EXAMPLES[i]!, digits: 6 },
      compute: (inputs, rows) => markoutsBps(side(inputs), fillsOf(rows))[horizon],
    }),
  ),
];

function impactOf(inputs: Inputs) {
  return realizedImpact(side(inputs), get(inputs, 'average_price'), get(inputs, 'arrival_price'), get(inputs, 'mid_half_hour_after_end'));
}
