/** How an order is to be worked, and the replaces that changed it. */

import type { Algorithm } from '../domain/enums.ts';

/** How an order is to be worked; a replace changes what it names. */
export interface PlanTerms {
  readonly algorithm: Algorithm;
  /** NaN when none was given. */
  readonly plannedEndUs: number;
  readonly participationRate: number;
  /** CUSTOM: times and fractions, alternating. */
  readonly knots: Float64Array | undefined;
}

/** One replace, in the order in which they came. */
export interface Replace {
  readonly us: number;
  /** What was asked for, NaN when the quantity stayed. */
  readonly quantity: number;
  /** The terms from here on. */
  readonly terms: PlanTerms;
  /** Filled by live executions up to its time; kept by fold-fills.ts. */
  filledAt: number;
}
