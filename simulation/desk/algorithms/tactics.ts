/**
 * What an algorithm does when it wakes: compares what is done with its plan, and
 *
 *     a little behind, or about to be     joins the near touch with what falls due next
 *     behind by more than its patience    takes from the far touch, up to what is displayed there
 *     children left behind by the touch   calls them back; what they hold is routed again at a later look
 *
 * Near the end the patience is none. A participation rate is a ceiling on all of it. It knows its own orders and the touch, and
 * nothing of incidents.
 */

import type { ParentOrder } from '../parent-order.ts';
import type { Floor } from '../floor.ts';
import type { Router } from '../router.ts';

/** Joins are placed for what falls due in so many wakes. */
const LOOK_AHEAD_WAKES = 2;
const JOINS_MAX = 3;
/** A join is called back at once when the touch is so many ticks away; nearer only when the order is behind. */
const FAR_AWAY_TICKS = 4;
const URGENT_SHARE = 0.08;
const URGENT_WAKES = 4;
/** Of the quantity: the least that is worth a child, and what may be taken at once near the end whatever trades. */
const CHILD_LEAST = 0.01;
const URGENT_TAKE = 0.03;
/** On-close orders are sent this share of the session before the close. */
const ON_CLOSE_LEAD = 0.025;

/** How far the order should be, in units. */
export interface Pace {
  readonly dueUnits: number;
  readonly dueNextUnits: number;
  /** What a participation rate allows by now; Infinity without one. */
  readonly ceilingUnits: number;
}

export function paceOf(parent: ParentOrder, floor: Floor): Pace {
  const { plan, view, terms } = parent;
  const { nowUs } = floor;
  const dueUnits = parent.plannedUnits(nowUs, nowUs);
  const dueNextUnits = parent.plannedUnits(nowUs + LOOK_AHEAD_WAKES * parent.style.wakeUs, nowUs);
  if (Number.isNaN(terms.participationRate) || plan.algorithm === 'POV') return { dueUnits, dueNextUnits, ceilingUnits: Number.POSITIVE_INFINITY };
  const marketUnits = view.volumeUnits - plan.fromVolumeUnits;
  const allowed = Math.floor(plan.base * parent.units + terms.participationRate * marketUnits) + view.grid.lotUnits;
  return { dueUnits, dueNextUnits, ceilingUnits: allowed };
}

/** One look at the market by an order that is being worked. */
export function work(parent: ParentOrder, pace: Pace, floor: Floor, router: Router): void {
  const { view } = parent;
  if (parent.plan.algorithm === 'CLOSE') return workOnClose(parent, floor, router);
  if (view.status !== 'OPEN' || !view.isSound) return;
  callBackStale(parent, pace, router);
  if (floor.nowUs < parent.waitUntilUs) return;
  const isUrgent = isNearEnd(parent, floor);
  const due = isUrgent ? pace.dueNextUnits : pace.dueUnits;
  const behind = Math.min(due, pace.ceilingUnits) - parent.filledUnits;
  const patience = isUrgent ? 0 : Math.max(view.grid.lotUnits / 2, parent.units * parent.style.patience);
  if (behind > patience && take(parent, behind, isUrgent, floor, router)) return;
  join(parent, pace, floor, router);
}

function isNearEnd(parent: ParentOrder, floor: Floor): boolean {
  const { startUs, endUs, algorithm } = parent.plan;
  if (algorithm === 'POV' || Number.isNaN(endUs)) return false;
  const leftUs = endUs - floor.nowUs;
  const looksLeft = leftUs / parent.style.wakeUs;
  const looksNeeded = parent.leavesUnits / Math.max(1, parent.view.farUnits(parent.side));
  return leftUs <= Math.max(URGENT_SHARE * (endUs - startUs), URGENT_WAKES * parent.style.wakeUs) || looksNeeded > looksLeft;
}

/** Returns whether anything was routed or called back for it. */
function take(parent: ParentOrder, behindUnits: number, isUrgent: boolean, floor: Floor, router: Router): boolean {
  const { view, side } = parent;
  const price = view.far(side);
  if (parent.isBeyondLimit(price)) return false;
  if (parent.children.some((child) => child.kind === 'take')) return true;
  const displayed = view.farUnits(side);
  // Less than a lot is taken as it is: more is not there.
  const allowance = takeAllowance(parent, isUrgent);
  if (allowance < leastUnits(parent)) return false;
  const most = Math.min(displayed, allowance);
  const fit = (units: number): number => (displayed < view.grid.lotUnits ? Math.min(displayed, units) : sized(parent, Math.min(most, units)));
  const wanted = fit(behindUnits);
  if (wanted <= 0) return false;
  const units = fit(Math.min(wanted, parent.freeUnits));
  if (units > 0) {
    parent.volumeAtTakeUnits = view.volumeUnits;
    router.route(parent, 'take', units, price, venueFor(parent, floor));
  }
  // What is short is held by joins: they make room for the next look.
  if (units < wanted) router.requestCancelOfAll(parent);
  return true;
}

/** So that it does not become the market: a share of what traded since its last take; near its end twice that, and some in any case. */
function takeAllowance(parent: ParentOrder, isUrgent: boolean): number {
  const { view, style, units } = parent;
  const traded = view.volumeUnits - parent.volumeAtTakeUnits;
  return isUrgent
    ? Math.max(view.grid.lotUnits, units * URGENT_TAKE, 2 * style.takeShare * traded)
    : Math.max(view.grid.lotUnits, style.takeShare * traded);
}

/** Where a lot is next to nothing, less than this is not worth a child. */
function leastUnits(parent: ParentOrder): number {
  return Math.min(parent.leavesUnits, Math.max(parent.view.grid.lotUnits, parent.units * CHILD_LEAST));
}

function join(parent: ParentOrder, pace: Pace, floor: Floor, router: Router): void {
  const { view, side, children, style } = parent;
  if (children.length >= JOINS_MAX) return;
  // To the nearest lot: an order of few lots would else be late with each.
  const target = Math.min(pace.dueNextUnits + view.grid.lotUnits / 2, pace.ceilingUnits);
  const units = sized(parent, Math.min(target - parent.filledUnits - parent.openUnits, parent.freeUnits, style.childLotsMax * view.grid.lotUnits));
  if (units >= leastUnits(parent)) router.route(parent, 'join', units, joinPrice(parent, view.near(side)), venueFor(parent, floor));
}

/** Whole lots; odd units only where they are all that is left. */
function sized(parent: ParentOrder, units: number): number {
  const allowed = Math.min(units, parent.style.childLotsMax * parent.view.grid.lotUnits);
  return allowed >= parent.leavesUnits ? parent.leavesUnits : Math.max(0, parent.view.grid.wholeLots(allowed));
}

function joinPrice(parent: ParentOrder, near: number): number {
  return parent.isBeyondLimit(near) ? parent.terms.limitPrice : near;
}

function callBackStale(parent: ParentOrder, pace: Pace, router: Router): void {
  const { view, side } = parent;
  const best = joinPrice(parent, view.near(side));
  const isBehind = pace.dueUnits > parent.filledUnits;
  for (const child of parent.children) {
    if (child.kind !== 'join' || child.state !== 'resting') continue;
    const awayTicks = (side * (best - child.price)) / view.grid.tick;
    if (awayTicks > FAR_AWAY_TICKS || (isBehind && awayTicks > 0.5)) router.requestCancel(parent, child);
  }
}

function workOnClose(parent: ParentOrder, floor: Floor, router: Router): void {
  const { view } = parent;
  const leadUs = (floor.closeUs - floor.market.openUs) * ON_CLOSE_LEAD;
  if (floor.nowUs < floor.closeUs - leadUs || floor.nowUs < parent.waitUntilUs) return;
  if (view.status !== 'OPEN' && view.status !== 'AUCTION') return;
  if (parent.freeUnits > 0) router.route(parent, 'on_close', parent.freeUnits, parent.terms.limitPrice, venueFor(parent, floor));
}

function venueFor(parent: ParentOrder, floor: Floor): number {
  return Number.isNaN(parent.style.onlyVenueNo) ? floor.venues.pick(parent.random) : parent.style.onlyVenueNo;
}
