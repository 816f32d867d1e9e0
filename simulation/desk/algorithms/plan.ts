/**
 * The plan of an order: how many units should be done by a moment. The formulas of engine/metrics/expected-progress.ts, with
 * exponentials that are the same on any machine, and of what the desk itself knows.
 */

import type { Algorithm } from '../../../engine/domain/enums.ts';
import { exactExp, exactPower } from '../../random/exact-math.ts';
import type { SymbolView } from '../symbol-view.ts';

export interface Knot {
  readonly us: number;
  readonly fraction: number;
}

export interface Plan {
  readonly algorithm: Algorithm;
  readonly startUs: number;
  /** Of the order, or where it has none what the trader has in mind; NaN for POV and CLOSE without an end. */
  readonly endUs: number;
  readonly participationRate: number;
  readonly knots: readonly Knot[];
  /** k of Almgren and Chriss per day; NaN when unknown: as TWAP. */
  readonly urgencyPerDay: number;
  /** Start, or the last replace; the share expected there; the symbol's volume there. */
  readonly fromUs: number;
  readonly base: number;
  readonly fromVolumeUnits: number;
}

/** Temporary part h of the pre-trade model and its power: Almgren, Thum, Hauptmann and Li (2005). */
const TEMPORARY = 0.142;
const TEMPORARY_POWER = 0.6;
/** Below it the trajectory is a straight line as far as lots can show. */
const SMALL_URGENCY = 1e-4;

/** Expected share of `quantityUnits` at `us`; behind `nowUs` POV goes by the volume so far. */
export function plannedShare(plan: Plan, view: SymbolView, quantityUnits: number, us: number, nowUs: number): number {
  if (plan.algorithm === 'POV') {
    if (us < plan.fromUs) return plan.base;
    const ahead = us > nowUs ? volumeAhead(view, us, nowUs) : 0;
    return clip(plan.base + (plan.participationRate * (view.volumeUnits - plan.fromVolumeUnits + ahead)) / quantityUnits);
  }
  const atFrom = shareOf(plan, view, plan.fromUs, nowUs);
  const share = shareOf(plan, view, us, nowUs);
  if (atFrom >= 1) return Math.max(plan.base, share);
  return plan.base + (1 - plan.base) * Math.max(0, (share - atFrom) / (1 - atFrom));
}

/** The share as if the plan had never been replaced. */
function shareOf(plan: Plan, view: SymbolView, us: number, nowUs: number): number {
  const { startUs, endUs } = plan;
  if (plan.algorithm === 'CLOSE') return 0;
  if (plan.algorithm === 'CUSTOM') return knotShare(plan.knots, us);
  if (us >= endUs) return 1;
  if (us <= startUs) return 0;
  if (plan.algorithm === 'VWAP') {
    const atStart = view.curveShare(startUs, nowUs);
    const span = view.curveShare(endUs, nowUs) - atStart;
    if (span > 0) return clip((view.curveShare(us, nowUs) - atStart) / span);
  }
  const whole = view.tradableUs(startUs, endUs, nowUs);
  if (!(whole > 0)) return 0;
  const passed = view.tradableUs(startUs, us, nowUs);
  if (plan.algorithm !== 'IS' || Number.isNaN(plan.urgencyPerDay)) return clip(passed / whole);
  return clip(trajectoryShare(plan.urgencyPerDay, passed / view.tradingDayUs, whole / view.tradingDayUs));
}

/** f = 1 - sinh(k left) / sinh(k whole): Almgren and Chriss (2000), eq. 18, with falling exponentials only. */
function trajectoryShare(kappaPerDay: number, passedDays: number, wholeDays: number): number {
  const whole = kappaPerDay * wholeDays;
  if (whole < SMALL_URGENCY) return passedDays / wholeDays;
  const left = kappaPerDay * (wholeDays - passedDays);
  return 1 - (exactExp(left - whole) * (1 - exactExp(-2 * left))) / (1 - exactExp(-2 * whole));
}

/** eta / sigma^2 of the order, so that k = sqrt(risk aversion / this); NaN without average volume and volatility. */
export function riskScale(view: SymbolView, units: number, startUs: number, endUs: number, arrivalPrice: number, nowUs: number): number {
  const { adv, daily_volatility: volatility } = view.instrument;
  const days = view.tradableUs(startUs, endUs, nowUs) / view.tradingDayUs;
  if (adv === undefined || volatility === undefined || !(days > 0)) return Number.NaN;
  const sharesPerDay = view.grid.shares(units) / days;
  const impact = TEMPORARY * volatility * exactPower(sharesPerDay / adv, TEMPORARY_POWER);
  return impact / (sharesPerDay * volatility * volatility * arrivalPrice);
}

function volumeAhead(view: SymbolView, us: number, nowUs: number): number {
  const passedUs = view.tradableUs(view.openUs, nowUs, nowUs);
  return passedUs > 0 ? (view.volumeUnits * (us - nowUs)) / passedUs : 0;
}

function knotShare(knots: readonly Knot[], us: number): number {
  const last = knots.length - 1;
  if (us <= knots[0]!.us) return 0;
  if (us >= knots[last]!.us) return 1;
  let i = 1;
  while (knots[i]!.us < us) i++;
  const [before, after] = [knots[i - 1]!, knots[i]!];
  return before.fraction + ((us - before.us) / (after.us - before.us)) * (after.fraction - before.fraction);
}

function clip(share: number): number {
  return Math.min(1, Math.max(0, share));
}
