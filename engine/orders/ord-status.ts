/**
 * FIX OrdStatus of an order from its facts: what was filled, what ended it, what is pending.
 *
 * FIX's order of precedence: a pending request outranks FILLED (until it is answered), FILLED outranks what ended the order, so
 * that a late fill that completes a cancelled order makes it FILLED and a bust brings the cancel back, and an end outranks NEW
 * and PARTIALLY_FILLED. DONE_FOR_DAY is over when the order is filled, routed or replaced on a later (UTC) day.
 */

import { ORD_STATUSES } from '../domain/enums.ts';
import { US_PER_HOUR } from '../domain/units.ts';
import { leavesQuantity, reaches } from './quantity.ts';

const NEW = ORD_STATUSES.indexOf('NEW');
const PARTIALLY_FILLED = ORD_STATUSES.indexOf('PARTIALLY_FILLED');
const FILLED = ORD_STATUSES.indexOf('FILLED');
const DONE_FOR_DAY = ORD_STATUSES.indexOf('DONE_FOR_DAY');

export const NO_STATUS = -1;

export interface OrderFactsForStatus {
  readonly quantity: number;
  readonly filledQuantity: number;
  readonly lastFillUs: number;
  /** Newest event time of a route or replace, NaN for none. */
  readonly workedUs: number;
  /** Code of CANCELED, EXPIRED, REJECTED or DONE_FOR_DAY, else NO_STATUS. */
  readonly terminalStatus: number;
  readonly terminalUs: number;
  /** Code of PENDING_REPLACE or PENDING_CANCEL, else NO_STATUS. */
  readonly pendingStatus: number;
}

function isNextDay(order: OrderFactsForStatus): boolean {
  if (order.terminalStatus !== DONE_FOR_DAY) return false;
  return isOnLaterDay(order.lastFillUs, order.terminalUs) || isOnLaterDay(order.workedUs, order.terminalUs);
}

/** By UTC days; false for NaN. */
export function isOnLaterDay(us: number, thanUs: number): boolean {
  const dayUs = 24 * US_PER_HOUR;
  return Math.floor(us / dayUs) > Math.floor(thanUs / dayUs);
}

export interface OrderStanding {
  readonly state: number;
  /** FIX LeavesQty: 0 once the order has ended. */
  readonly leavesQuantity: number;
  /** Last live fill when FILLED, else the time of the terminal event; NaN while it trades. */
  readonly endedUs: number;
}

export function standing(order: OrderFactsForStatus): OrderStanding {
  if (order.filledQuantity > 0 && reaches(order.filledQuantity, order.quantity)) {
    const state = order.pendingStatus === NO_STATUS ? FILLED : order.pendingStatus;
    return { state, leavesQuantity: leavesQuantity(order.quantity, order.filledQuantity, true), endedUs: order.lastFillUs };
  }
  if (order.terminalStatus !== NO_STATUS && !isNextDay(order)) {
    return { state: order.terminalStatus, leavesQuantity: leavesQuantity(order.quantity, order.filledQuantity, true), endedUs: order.terminalUs };
  }
  const state = order.pendingStatus !== NO_STATUS ? order.pendingStatus : order.filledQuantity > 0 ? PARTIALLY_FILLED : NEW;
  return { state, leavesQuantity: leavesQuantity(order.quantity, order.filledQuantity, false), endedUs: Number.NaN };
}
