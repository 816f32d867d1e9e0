/** How the volume is spread over the session. */

import type { SymbolRecording } from './symbol-recording.ts';
import { timeBins } from './time-bins.ts';

const HALF_HOUR_US = 1_800_000_000;

/**
 * Share of the volume in each half hour from the recording's start; the last may be shorter than that. Unit: ratio; they add up to 1.
 * NaN without trades. Over a day they form a U. Source: Jain and Joh (1988), J. Financial and Quantitative Analysis 23(3).
 */
export function halfHourShares(recording: Pick<SymbolRecording, 'tradeTimesUs' | 'quantities' | 'fromUs' | 'toUs'>): number[] {
  const bins = Math.ceil((recording.toUs - recording.fromUs) / HALF_HOUR_US);
  const endUs = recording.fromUs + bins * HALF_HOUR_US;
  const volumes = timeBins(recording.tradeTimesUs, recording.fromUs, endUs, HALF_HOUR_US, recording.quantities);
  const total = volumes.reduce((sum, volume) => sum + volume, 0);
  return Array.from(volumes, (volume) => volume / total);
}
