/** The quoted spread over time. */

import type { SymbolRecording } from './symbol-recording.ts';

export interface SpreadDistribution {
  /** Time-weighted mean of (ask - bid) / tick. */
  readonly meanTicks: number;
  /** Time-weighted mean of (ask - bid) / mid, in bps. */
  readonly meanBps: number;
  /** Standard deviation / mean of the spread, time-weighted. */
  readonly coefficientOfVariation: number;
  /** shareByTicks[n]: share of the quoted time with a spread of n ticks. */
  readonly shareByTicks: readonly number[];
  /** Share of the recording with no two-sided quote that is not crossed, from the first quote on. */
  readonly unquotedShare: number;
}

/**
 * Each quote weighs as long as it stands: to the next quote, the last to the end. The spread in ticks is rounded to whole ones for
 * the shares. NaN without quotes; in ticks NaN without a tick size.
 * Source: time-weighted quoted spread, Holden and Jacobsen (2014), J. Finance 69(4), section I.
 */
export function spreadDistribution(
  recording: Pick<SymbolRecording, 'quoteTimesUs' | 'bids' | 'asks' | 'tickSize' | 'toUs'>,
): SpreadDistribution {
  const { quoteTimesUs, bids, asks, tickSize } = recording;
  let [quotedUs, unquotedUs, sum, sumOfSquares, sumBps] = [0, 0, 0, 0, 0];
  const usByTicks: number[] = [];
  for (let i = 0; i < quoteTimesUs.length; i++) {
    const standsUs = (quoteTimesUs[i + 1] ?? recording.toUs) - quoteTimesUs[i]!;
    const spread = asks[i]! - bids[i]!;
    if (Number.isNaN(spread)) {
      unquotedUs += standsUs;
      continue;
    }
    quotedUs += standsUs;
    sum += spread * standsUs;
    sumOfSquares += spread * spread * standsUs;
    sumBps += (spread / ((asks[i]! + bids[i]!) / 2)) * 1e4 * standsUs;
    if (tickSize > 0) {
      const ticks = Math.round(spread / tickSize);
      while (usByTicks.length <= ticks) usByTicks.push(0);
      usByTicks[ticks]! += standsUs;
    }
  }
  const mean = sum / quotedUs;
  const variance = Math.max(0, sumOfSquares / quotedUs - mean * mean);
  return {
    meanTicks: mean / tickSize,
    meanBps: sumBps / quotedUs,
    coefficientOfVariation: Math.sqrt(variance) / mean,
    shareByTicks: usByTicks.map((us) => us / quotedUs),
    unquotedShare: unquotedUs / (quotedUs + unquotedUs),
  };
}

/** The smallest number of ticks that the spread does not exceed in the share `p` of the quoted time. NaN without shares. */
export function spreadQuantileTicks({ shareByTicks }: Pick<SpreadDistribution, 'shareByTicks'>, p: number): number {
  let sum = 0;
  for (let ticks = 0; ticks < shareByTicks.length; ticks++) {
    sum += shareByTicks[ticks]!;
    if (sum >= p - 1e-12) return ticks;
  }
  return NaN;
}
