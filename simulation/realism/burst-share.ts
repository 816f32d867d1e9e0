/** How much of the trading comes in bursts. */

import { mean } from './moments.ts';

/** Takes in a row that make a burst. */
export const BURST_TAKES_MIN = 5;
/** A gap within a burst is at most this share of the mean duration. */
export const BURST_GAP_SHARE_MAX = 0.1;

/**
 * Share of the moments of trading that are within a burst: a run of at least BURST_TAKES_MIN moments with gaps of at most
 * BURST_GAP_SHARE_MAX of the mean duration.
 *
 * Unit: ratio, 0 to 1. For a Poisson process, with p = 1 - exp(-0.1): 5 p^4 - 4 p^5 = 0.0004. NaN without durations.
 * Source: own definition; runs of short gaps as in burst analysis of spike trains, Legendy and Salcman (1985), J. Neurophysiology 53.
 */
export function burstShare(durations: ArrayLike<number>): number {
  if (durations.length === 0) return NaN;
  const gapMax = mean(durations) * BURST_GAP_SHARE_MAX;
  let within = 0;
  let run = 1;
  for (let i = 0; i <= durations.length; i++) {
    if (i < durations.length && durations[i]! <= gapMax) {
      run++;
      continue;
    }
    if (run >= BURST_TAKES_MIN) within += run;
    run = 1;
  }
  return within / (durations.length + 1);
}
