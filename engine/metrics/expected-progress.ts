/**
 * Expected progress: the share of the order that its plan has done by a moment, f(start) = 0, f(end) = 1, never falling.
 *
 *     TWAP, NONE with an end   tradable time since the start / tradable time from start to end
 *     VWAP                     (U(t) - U(start)) / (U(end) - U(start)), U the instrument's cumulative volume curve; without
 *                              a curve, or where its day's opening is not known, as TWAP
 *     POV                      min(1, rate * V / quantity), V the eligible market volume since the start
 *     IS                       Almgren-Chriss (almgren-chriss.ts) on tradable time; without its terms as TWAP
 *     CLOSE                    0 before the closing auction is over, 1 from then on
 *     CUSTOM                   piecewise linear through the given knots
 *
 * After a replace at r the expected quantity goes on from where it was:
 *
 *     f = base + (1 - base) * g,   base = min(1, f(r) * quantity before / quantity after),
 *     g = (h(t) - h(r)) / (1 - h(r)) with h the plan above (POV: g counts the volume since r against what is left)
 *
 * Tradable time leaves out halts and closed sessions; future ones are not known and count as open.
 *
 * NaN: undefined: no plan (NONE without an end), or POV before the first trade of the symbol.
 */

import type { Algorithm } from '../domain/enums.ts';
import { almgrenChrissShare } from './almgren-chriss.ts';

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
  /** IS: k per day, NaN when a term is missing. */
  readonly urgencyPerDay: number;
  /** Start, or the time of the last replace. */
  readonly fromUs: number;
  /** f at `fromUs`. */
  readonly base: number;
  /** POV: first moment whose volume is not in `base` yet. */
  readonly volumeFromUs: number;
}

/** What a plan needs to know of its market. */
export interface PlanMarket {
  /** Microseconds in an interval in which trading was possible. */
  tradableUs(fromUs: number, toUs: number): number;
  readonly tradingDayUs: number;
  /** Eligible volume in an interval; NaN while no trade of the symbol is known. */
  volume(fromUs: number, toUs: number): number;
  /** U at a moment of the day that began with the session of `startUs`; NaN without a curve or a known opening. */
  curveShare(startUs: number, us: number): number;
  /** When the session of `startUs` closed; NaN while it has not. */
  closedUs(startUs: number): number;
}

/** `volumeUntilUs` is where POV stops counting: `us`, or +Infinity for everything known so far. */
export function expectedProgress(plan: Plan, market: PlanMarket, us: number, volumeUntilUs: number): number {
  if (plan.algorithm === 'POV') {
    if (us < plan.fromUs) return plan.base;
    const volume = market.volume(plan.volumeFromUs, volumeUntilUs);
    return Math.min(1, plan.base + (plan.participationRate * volume) / plan.quantity);
  }
  const planned = plannedShare(plan, market, us);
  // A plan that was never replaced begins with nothing done, but one of given knots, whose first may stand before the start.
  const plannedAtFrom = plan.fromUs === plan.startUs && plan.algorithm !== 'CUSTOM' ? 0 : plannedShare(plan, market, plan.fromUs);
  if (plannedAtFrom >= 1) return Math.max(plan.base, planned);
  const g = Math.max(0, (planned - plannedAtFrom) / (1 - plannedAtFrom));
  return plan.base + (1 - plan.base) * g;
}

/** f just after a replace: the expected quantity stays, the quantity it is a share of changes. */
export function rebasedProgress(expectedBefore: number, quantityBefore: number, quantityAfter: number): number {
  return Number.isNaN(expectedBefore) ? 0 : Math.min(1, (expectedBefore * quantityBefore) / quantityAfter);
}

/** h(us), the plan as if it had never been replaced. */
function plannedShare(plan: Plan, market: PlanMarket, us: number): number {
  switch (plan.algorithm) {
    case 'TWAP':
    case 'NONE':
      return linearShare(plan, market, us);
    case 'VWAP':
      return curveShare(plan, market, us);
    case 'IS':
      return trajectoryShare(plan, market, us);
    case 'CLOSE':
      return us >= market.closedUs(plan.startUs) || us >= plan.endUs ? 1 : 0;
    case 'CUSTOM':
      return plan.knots === undefined ? Number.NaN : knotShare(plan.knots, us);
    // POV has none. Not a case of its own, behind which V8 sees a way out without a number and boxes all of them.
    default:
      return Number.NaN;
  }
}

function linearShare({ startUs, endUs }: Plan, market: PlanMarket, us: number): number {
  // A replace can move the end before the start: then all of it is due.
  if (us >= endUs) return 1;
  if (us <= startUs) return Number.isNaN(endUs) ? Number.NaN : 0;
  const whole = market.tradableUs(startUs, endUs);
  return whole > 0 ? clip(market.tradableUs(startUs, us) / whole) : Number.isNaN(endUs) ? Number.NaN : 0;
}

function curveShare(plan: Plan, market: PlanMarket, us: number): number {
  const { startUs, endUs } = plan;
  const atStart = market.curveShare(startUs, startUs);
  const span = market.curveShare(startUs, endUs) - atStart;
  if (!(span > 0)) return linearShare(plan, market, us);
  if (us >= endUs) return 1;
  return us <= startUs ? 0 : clip((market.curveShare(startUs, us) - atStart) / span);
}

function trajectoryShare(plan: Plan, market: PlanMarket, us: number): number {
  const { startUs, endUs, urgencyPerDay } = plan;
  if (Number.isNaN(urgencyPerDay)) return linearShare(plan, market, us);
  if (us >= endUs) return 1;
  const days = (untilUs: number): number => market.tradableUs(startUs, untilUs) / market.tradingDayUs;
  return clip(almgrenChrissShare(urgencyPerDay, days(us), days(endUs)));
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

function clip(share: number): number {
  return Math.min(1, Math.max(0, share));
}
