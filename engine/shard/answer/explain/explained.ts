/**
 * What `explain=true` adds to ExecutionAnalytics: with each number the name of its formula in the catalogue and the inputs
 * that went into it, and once the rows that sums are made of, so that a person can redo it by hand.
 */

import { FORMULAS } from '../../../analytics/catalogue/catalogue.ts';
import type { Inputs } from '../../../analytics/catalogue/formula.ts';
import { keyFieldOf, type Rows } from '../../../analytics/catalogue/rows.ts';
import type { Explanation } from '../../../domain/explanation.ts';
import type { ExecutionAnalytics } from '../../../domain/monitoring.ts';
import type { OrderInHand } from '../order-in-hand.ts';
import { attributionInputs } from './attribution-inputs.ts';
import { benchmarkInputs } from './benchmark-inputs.ts';
import { costInputs } from './cost-inputs.ts';
import { explainedFills, explainedSlices } from './explained-fills.ts';
import { explainedPlans } from './explained-plans.ts';
import { summaryInputs } from './summary-inputs.ts';

export type Explained = Rows & { readonly explanation: Readonly<Record<string, Explanation>> };

/** `answer` is what is explained. Where several formulas can make a number, the one that has is told. */
export function explained(order: OrderInHand, answer: Pick<ExecutionAnalytics, 'benchmark_comparison'>): Explained {
  const plans = explainedPlans(order);
  const inputs: Readonly<Record<string, Inputs>> = {
    ...summaryInputs(order, plans),
    ...costInputs(order),
    ...benchmarkInputs(order, answer.benchmark_comparison),
    ...attributionInputs(order),
  };
  const explanation: Record<string, Explanation> = {};
  for (const { name, formula, unit, paths, rows } of FORMULAS) {
    const named = inputs[name];
    if (named === undefined) continue;
    for (const path of paths) {
      const where = keyFieldOf(path);
      const from = rows === undefined ? {} : { rows: { from: rows, ...(where === undefined ? {} : { where }) } };
      explanation[path] = { name, formula, unit, inputs: named, ...from };
    }
  }
  return { explanation, explained_fills: explainedFills(order), explained_slices: explainedSlices(order), explained_plans: plans };
}
