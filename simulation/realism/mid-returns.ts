/** The mid at equal steps of time, and its returns. */

import type { SymbolRecording } from './symbol-recording.ts';

/** The last mid stands in for a missing one this long (a crossed or one-sided quote); beyond it there is no mid (a halt). */
export const MID_AGE_US_MAX = 10_000_000;

/** Mid at fromUs, fromUs + stepUs, ... up to toUs: of the last quote at or before each. NaN before the first and where it is too old. */
export function midsAtSteps(
  recording: Pick<SymbolRecording, 'quoteTimesUs' | 'bids' | 'asks' | 'fromUs' | 'toUs'>,
  stepUs: number,
): Float64Array {
  const { quoteTimesUs, bids, asks, fromUs, toUs } = recording;
  const mids = new Float64Array(Math.floor((toUs - fromUs) / stepUs) + 1);
  let next = 0;
  let mid = NaN;
  let midEndedUs = Infinity;
  for (let step = 0; step < mids.length; step++) {
    const timeUs = fromUs + step * stepUs;
    for (; next < quoteTimesUs.length && quoteTimesUs[next]! <= timeUs; next++) {
      const quoted = (bids[next]! + asks[next]!) / 2;
      if (!Number.isNaN(quoted)) {
        mid = quoted;
        midEndedUs = Infinity;
      } else if (midEndedUs === Infinity) midEndedUs = quoteTimesUs[next]!;
    }
    mids[step] = timeUs - midEndedUs <= MID_AGE_US_MAX ? mid : NaN;
  }
  return mids;
}

/** Returns from step to step in bps: (mid[k+1] - mid[k]) / mid[k] * 10,000; NaN where a mid is missing. */
export function returnsBps(mids: Float64Array): Float64Array {
  return Float64Array.from({ length: Math.max(0, mids.length - 1) }, (_, k) => ((mids[k + 1]! - mids[k]!) / mids[k]!) * 1e4);
}
