/**
 * The catalogue of explained numbers: for each its formula in words, unit, sign, when it is undefined, where it is from, and
 * the function that computes it from named inputs. `?explain=true` answers with these names and inputs; a test recomputes
 * every explained number and every worked example.
 */

import { COST_FORMULAS } from './costs.ts';
import { EFFICIENCY_FORMULAS } from './efficiency.ts';
import type { Formula } from './formula.ts';
import { IMPACT_FORMULAS } from './impact.ts';
import { PROGRESS_FORMULAS } from './progress.ts';
import { SHORTFALL_FORMULAS } from './shortfall.ts';

export const FORMULAS: readonly Formula[] = [
  ...PROGRESS_FORMULAS,
  ...COST_FORMULAS,
  ...SHORTFALL_FORMULAS,
  ...IMPACT_FORMULAS,
  ...EFFICIENCY_FORMULAS,
];

const BY_NAME = new Map(FORMULAS.map((formula) => [formula.name, formula]));

export function formulaOf(name: string): Formula {
  const formula = BY_NAME.get(name);
  if (formula === undefined) throw new RangeError(`${name} is not in the catalogue`);
  return formula;
}
