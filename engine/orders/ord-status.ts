/**
 * FIX OrdStatus of an order from its facts: what was filled, what ended it, what is pending.
 *
 * FIX's order of precedence: a pending request outranks FILLED (until it is answered), FILLED outranks what ended the order, so
 * that a late fill that completes a cancelled order makes it FILLED and a bust brings the cancel back, and an end outranks NEW
 * and PARTIALLY_FILLED. DONE_FOR_DAY is over when the order is filled, routed or replaced on a later (UTC) day.
 */

import { ORD_STATUSES } from '../domain/enums.ts';
import { US_PER_HOUR } from '../domain/units.ts';
import { OrderCell as C } from './order-row.ts';
import { leavesQuantity, reaches } from './quantity.ts';

const NEW = ORD_STATUSES.indexOf('NEW');
const PARTIALLY_FILLED = ORD_STATUSES.indexOf('PARTIALLY_FILLED');
const FILLED = ORD_STATUSES.indexOf('FILLED');
const DONE_FOR_DAY = ORD_STATUSES.indexOf('DONE_FOR_DAY');

export const NO_STATUS = -1;

/**
 * Writes where an order stands into its row: STATE, LEAVES_QUANTITY (FIX LeavesQty: 0 once it has ended) and ENDED_US (its
 * last live fill when FILLED, else the terminal event; NaN while it trades). Needs QUANTITY and everything above it.
 */
export function writeStanding(cells: Float64Array, at: number): void {
  const quantity = cells[at + C.QUANTITY]!;
  const filled = cells[at + C.FILLED_QUANTITY]!;
  const pending = cells[at + C.PENDING_STATUS]!;
  const terminal = cells[at + C.TERMINAL_STATUS]!;
  const isFilled = filled > 0 && reaches(filled, quantity);
  const isTerminal = !isFilled && terminal !== NO_STATUS && !isNextDay(cells, at);
  const stateOfTrading = filled > 0 ? PARTIALLY_FILLED : NEW;
  cells[at + C.STATE] = isTerminal ? terminal : pending !== NO_STATUS ? pending : isFilled ? FILLED : stateOfTrading;
  cells[at + C.LEAVES_QUANTITY] = leavesQuantity(quantity, filled, isFilled || isTerminal);
  cells[at + C.ENDED_US] = isFilled ? cells[at + C.LAST_FILL_US]! : isTerminal ? cells[at + C.TERMINAL_US]! : Number.NaN;
}

/** DONE_FOR_DAY is over when the order is worked on a later day. */
function isNextDay(cells: Float64Array, at: number): boolean {
  if (cells[at + C.TERMINAL_STATUS] !== DONE_FOR_DAY) return false;
  const doneUs = cells[at + C.TERMINAL_US]!;
  return isOnLaterDay(cells[at + C.LAST_FILL_US]!, doneUs) || isOnLaterDay(cells[at + C.WORKED_US]!, doneUs);
}

/** By UTC days; false for NaN. */
export function isOnLaterDay(us: number, thanUs: number): boolean {
  const dayUs = 24 * US_PER_HOUR;
  return Math.floor(us / dayUs) > Math.floor(thanUs / dayUs);
}
