/**
 * The catalogue of explained numbers: for each its formula in words, unit, sign, when it is undefined, where it is from, and
 * the function that computes it from named inputs and the rows of an explained answer. `?explain=true` answers with these
 * names and inputs; a test recomputes every explained number and every worked example.
 */

import { ATTRIBUTION_FORMULAS } from './attribution.ts';
import { COST_FORMULAS } from './costs.ts';
import { EFFICIENCY_FORMULAS } from './efficiency.ts';
import type { Formula } from './formula.ts';
import { IMPACT_FORMULAS } from './impact.ts';
import { PRICE_FORMULAS } from './prices.ts';
import { PROGRESS_FORMULAS } from './progress.ts';
import { QUANTITY_FORMULAS } from './quantities.ts';
import { SHORTFALL_FORMULAS } from './shortfall.ts';
import { SPREAD_FORMULAS } from './spread.ts';

/** As they stand on the page. */
export const FORMULA_GROUPS: readonly { readonly title: string; readonly formulas: readonly Formula[] }[] = [
  { title: 'Quantities and shares', formulas: QUANTITY_FORMULAS },
  { title: 'Progress', formulas: PROGRESS_FORMULAS },
  { title: 'Reference prices', formulas: PRICE_FORMULAS },
  { title: 'Costs against them', formulas: COST_FORMULAS },
  { title: 'Implementation shortfall', formulas: SHORTFALL_FORMULAS },
  { title: 'Spread', formulas: SPREAD_FORMULAS },
  { title: 'Market impact', formulas: IMPACT_FORMULAS },
  { title: 'Model and efficiency', formulas: EFFICIENCY_FORMULAS },
  { title: 'Attribution', formulas: ATTRIBUTION_FORMULAS },
];

export const FORMULAS: readonly Formula[] = FORMULA_GROUPS.flatMap(({ formulas }) => formulas);

/** Numbers that are facts of the order and its events, and not computed. */
export const GIVEN_PATHS: readonly string[] = [
  'execution_summary.first_quantity',
  'execution_summary.fill_count',
  'execution_summary.unmatched_amendments',
  'execution_summary.unfit_events',
  'execution_summary.as_of_sequence',
];

const BY_NAME = new Map(FORMULAS.map((formula) => [formula.name, formula]));

export function formulaOf(name: string): Formula {
  const formula = BY_NAME.get(name);
  if (formula === undefined) throw new RangeError(`${name} is not in the catalogue`);
  return formula;
}
