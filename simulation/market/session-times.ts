/**
 * When a simulated session has what. A day is always 6.5 hours long; `hours` cuts it after that many, so a short run sees the day's
 * first part at the day's own rates. The auctions are always there: a short run ends with a closing auction of a whole day's size.
 */

import { STEP_US, STEPS_PER_DAY } from './volume-curves.ts';

const PRE_OPEN_US = 120_000_000;
/** The call of the closing auction is the day's last step; in a short run it is at most this part of it. */
const CALL_SHARE_MAX = 0.1;

export const DAY_US = STEPS_PER_DAY * STEP_US;

export interface SessionTimes {
  /** The call of the opening auction begins. */
  readonly preOpenUs: number;
  /** Opening print; continuous trading begins. */
  readonly openUs: number;
  /** Continuous trading ends; the call of the closing auction begins. */
  readonly closeUs: number;
  /** Closing print; the market is closed. */
  readonly endUs: number;
}

export function sessionTimes(dayStartUs: number, hours: number): SessionTimes {
  const lengthUs = Math.min(DAY_US, Math.floor(hours * 3_600_000_000));
  const callUs = Math.min(STEP_US, Math.floor(lengthUs * CALL_SHARE_MAX));
  return { preOpenUs: dayStartUs - PRE_OPEN_US, openUs: dayStartUs, closeUs: dayStartUs + lengthUs - callUs, endUs: dayStartUs + lengthUs };
}
