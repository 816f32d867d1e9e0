import { BPS } from '../domain/units.ts';
import type { IndexedFill } from './fill-facts.ts';

export interface IndexAdjustedInputs {
  readonly side: 1 | -1;
  readonly arrivalCostBps: number;
  readonly beta: number;
  readonly fills: readonly IndexedFill[];
}

/**
 * Arrival cost less what the index explains of it.
 *
 *     cost = arrival cost - beta * s * sum q_i (index(t_i)/index(t0) - 1) / Q * 10_000
 *
 * bps of the arrival price, positive is a cost. NaN: no arrival cost, or the index's level is not known at the start or a fill.
 */
export function indexAdjustedCostBps({ side, arrivalCostBps, beta, fills }: IndexAdjustedInputs): number {
  let moved = 0;
  let quantity = 0;
  for (const fill of fills) {
    moved += fill.quantity * fill.indexMove;
    quantity += fill.quantity;
  }
  return arrivalCostBps - ((beta * side * moved) / quantity) * BPS;
}
