/**
 * Expected progress: the share of the order that its plan has done by a moment, f(start) = 0, f(end) = 1, never falling.
 *
 *     TWAP, NONE with an end, VWAP without a volume curve   linear in time
 *     CUSTOM                                                piecewise linear through the given knots
 *     POV                                                   min(1, rate * V / quantity), V the eligible market volume
 *
 * After a replace at r the expected quantity goes on from where it was:
 *
 *     f = base + (1 - base) * g,   base = min(1, f(r) * quantity before / quantity after),
 *     g = (h(t) - h(r)) / (1 - h(r)) with h the plan above (POV: g counts the volume since r against what is left)
 *
 * NaN: undefined: no plan (NONE without an end), or POV without any trade data. IS, CLOSE and VWAP with a volume curve
 * are not computed in this version and are NaN too; so is the effect of halts: time counts while the market is halted.
 */

import type { Algorithm } from '../domain/enums.ts';

export interface Plan {
  readonly algorithm: Algorithm;
  readonly startUs: number;
  /** NaN when none was given. */
  readonly endUs: number;
  readonly quantity: number;
  /** POV: share of the market's volume. */
  readonly participationRate: number;
  /** CUSTOM: times in microseconds and fractions, alternating. */
  readonly knots: Float64Array | undefined;
  readonly hasVolumeCurve: boolean;
  /** Start, or the time of the last replace. */
  readonly fromUs: number;
  /** f at `fromUs`. */
  readonly base: number;
}

/** `volumeSinceFrom` is the eligible market volume in [plan.fromUs, us]; NaN when no trade is known. */
export function expectedProgress(plan: Plan, us: number, volumeSinceFrom: number): number {
  if (plan.algorithm === 'POV') {
    if (us < plan.fromUs) return plan.base;
    return Math.min(1, plan.base + (plan.participationRate * volumeSinceFrom) / plan.quantity);
  }
  const planned = plannedShare(plan, us);
  const plannedAtFrom = plannedShare(plan, plan.fromUs);
  if (plannedAtFrom >= 1) return Math.max(plan.base, planned);
  const g = Math.max(0, (planned - plannedAtFrom) / (1 - plannedAtFrom));
  return plan.base + (1 - plan.base) * g;
}

/** f just after a replace: the expected quantity stays, the quantity it is a share of changes. */
export function rebasedProgress(expectedBefore: number, quantityBefore: number, quantityAfter: number): number {
  return Number.isNaN(expectedBefore) ? 0 : Math.min(1, (expectedBefore * quantityBefore) / quantityAfter);
}

/** h(us), the plan as if it had never been replaced. */
function plannedShare(plan: Plan, us: number): number {
  switch (plan.algorithm) {
    case 'VWAP':
      return plan.hasVolumeCurve ? Number.NaN : linearShare(plan.startUs, plan.endUs, us);
    case 'TWAP':
    case 'NONE':
      return linearShare(plan.startUs, plan.endUs, us);
    case 'CUSTOM':
      return plan.knots === undefined ? Number.NaN : knotShare(plan.knots, us);
    default:
      return Number.NaN;
  }
}

function linearShare(startUs: number, endUs: number, us: number): number {
  // A replace can move the end before the start: then all of it is due.
  if (endUs <= startUs) return us >= endUs ? 1 : 0;
  return Math.min(1, Math.max(0, (us - startUs) / (endUs - startUs)));
}

function knotShare(knots: Float64Array, us: number): number {
  const last = knots.length - 2;
  if (us <= knots[0]!) return 0;
  if (us >= knots[last]!) return 1;
  let i = 2;
  while (knots[i]! < us) i += 2;
  const share = (us - knots[i - 2]!) / (knots[i]! - knots[i - 2]!);
  return knots[i - 1]! + share * (knots[i + 1]! - knots[i - 1]!);
}
