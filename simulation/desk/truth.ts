/**
 * The truth about an order, and the rule that names the cause where it failed. An order failed when it was not filled in whole by its
 * end (the close where it has none), or was far behind its plan for long:
 *
 *     far behind     filled < 80% of what was due, and short of it by at least 5% of the quantity and a lot
 *     due            by its plan; for POV with an end also by the usual volume from start to end
 *     for long       summed over its life, at least a tenth of its horizon or five minutes
 *
 * At each look of the algorithm the first of these that holds is what hinders it, the time until the next look is counted for it, and
 * what put it behind counts on until it has caught up:
 *
 *     halt           the symbol does not trade continuously
 *     limit          its limit forbids the far touch; news instead when an adverse jump came since the order began
 *     venue          a venue refused or acknowledged a child of it while degraded, within the last minute
 *     parameter      its participation rate or child size was too small from the beginning
 *     drought        the market's incident, or no sound quote
 *     unexplained    none of these since it was last on its plan: its settings ask for more than the market gives
 *
 * The cause is, in this order: rejected; the largest of these while it was far behind, if that was long; none if it completed;
 * canceled; venue when an execution was busted too late to make it up; the largest of these while it was behind at all or halted;
 * parameter.
 * Unexplained is called parameter: of all there is, only its own settings remain.
 */

import { formatTimestamp, formatTimestampOrNull } from '../../engine/domain/timestamp.ts';
import type { Incident } from '../market/market-source.ts';
import { plannedShare } from './algorithms/plan.ts';
import type { Pace } from './algorithms/tactics.ts';
import type { FailureCause, OrderTruth } from './desk-contract.ts';
import type { Floor } from './floor.ts';
import type { ParentOrder } from './parent-order.ts';
import { type Hindrance, largest, type Tally } from './trouble-log.ts';

const FAR_BEHIND_SHARE_OF_DUE = 0.8;
const FAR_BEHIND_OF_QUANTITY = 0.05;
const BEHIND_OF_QUANTITY = 0.01;
const LONG_SHARE = 0.1;
const LONG_US = 300_000_000;
const VENUE_TROUBLE_LASTS_US = 60_000_000;

/** One look at how an order stands. */
export function noteTrouble(parent: ParentOrder, pace: Pace, floor: Floor): void {
  const { plan, terms, units, filledUnits, view } = parent;
  if (plan.algorithm === 'CLOSE') return;
  const { nowUs } = floor;
  let due = pace.dueUnits;
  if (plan.algorithm === 'POV' && !Number.isNaN(terms.endUs)) {
    due = Math.max(due, plannedShare({ ...plan, algorithm: 'VWAP' }, view, units, nowUs, nowUs) * units);
  }
  const short = due - filledUnits;
  const hasPlan = plan.algorithm !== 'NONE' || !Number.isNaN(terms.endUs);
  const isFar = hasPlan && filledUnits < FAR_BEHIND_SHARE_OF_DUE * due && short >= Math.max(FAR_BEHIND_OF_QUANTITY * units, view.grid.lotUnits);
  const hindrance = hindranceOf(parent, floor);
  // A plan stands still in a halt; the order's end does not.
  const isBehind = short > BEHIND_OF_QUANTITY * units || hindrance === 'halt';
  parent.trouble.look(hindrance, isBehind, isFar, nowUs);
}

function hindranceOf(parent: ParentOrder, floor: Floor): Hindrance {
  const { view, side, startUs, trouble, style } = parent;
  const { nowUs } = floor;
  const { incidents } = floor.market;
  if (view.status !== 'OPEN') return 'halt';
  if (view.isSound && parent.isBeyondLimit(view.far(side))) {
    const isAdverse = (one: Incident): boolean => one.kind === 'news' && one.symbol === view.symbol && side * one.size > 0 && one.fromUs >= startUs && one.fromUs <= nowUs;
    return incidents.some(isAdverse) ? 'news' : 'limit';
  }
  if (nowUs - trouble.venueTroubleUs < VENUE_TROUBLE_LASTS_US) return 'venue';
  if (style.scenario === 'bad_parameter') return 'parameter';
  const isDrought = (one: Incident): boolean => one.kind === 'drought' && one.symbol === view.symbol && one.fromUs <= nowUs && nowUs < one.toUs;
  return !view.isSound || incidents.some(isDrought) ? 'drought' : 'unexplained';
}

/** Complete when the day has ended. */
export function truthOf(parent: ParentOrder, closeUs: number): OrderTruth {
  const { view, terms } = parent;
  const isWhole = parent.filledUnits >= parent.units;
  const inTime = terms.algorithm === 'CLOSE' || parent.completedUs <= parent.deadlineUs(closeUs);
  const completed = isWhole && inTime;
  const [cause, causeSinceUs] = causeOf(parent, completed, closeUs);
  return {
    order_id: parent.id,
    symbol: view.symbol,
    side: parent.sideWord,
    algorithm: terms.algorithm,
    start_time: formatTimestamp(parent.startUs),
    end_time: formatTimestampOrNull(terms.endUs),
    first_quantity: view.grid.shares(parent.firstUnits),
    quantity: view.grid.shares(parent.units),
    filled_quantity: view.grid.shares(parent.filledUnits),
    notional: parent.notional,
    completed,
    completed_at: isWhole ? formatTimestampOrNull(parent.completedUs) : null,
    cause,
    cause_since: formatTimestampOrNull(causeSinceUs),
    executions: parent.executionCount,
    busts: parent.bustCount,
    corrections: parent.correctionCount,
    replaces: parent.replaceCount,
  };
}

function causeOf(parent: ParentOrder, completed: boolean, closeUs: number): readonly [FailureCause, number] {
  const { trouble, endedAs, endedUs } = parent;
  if (endedAs === 'order_rejected') return ['rejected', endedUs];
  const horizonUs = parent.deadlineUs(closeUs) - parent.startUs;
  const worst = largest(trouble.farBehind);
  if (worst !== undefined && trouble.farBehindUs >= Math.min(LONG_US, LONG_SHARE * horizonUs)) return named(worst);
  if (completed) return ['none', Number.NaN];
  if (endedAs === 'order_canceled') return ['canceled', endedUs];
  if (!Number.isNaN(trouble.bustedLateUs)) return ['venue', trouble.bustedLateUs];
  return named(largest(trouble.behind) ?? ['unexplained', { us: 0, sinceUs: parent.startUs }]);
}

function named([hindrance, { sinceUs }]: readonly [Hindrance, Tally]): readonly [FailureCause, number] {
  return [hindrance === 'unexplained' ? 'parameter' : hindrance, sinceUs];
}
