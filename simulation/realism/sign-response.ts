/** What the mid does after somebody took. */

import { indexAfter } from './sorted-times.ts';
import type { SymbolRecording } from './symbol-recording.ts';
import type { Takes } from './takes.ts';

/**
 * Response of the mid to a take after `lagUs`, in mean spreads:
 *
 *     R(lag) = mean of sign * (mid(t + lag) - mid before the take) / mean of the spread before the takes
 *
 * Unit: spreads. Positive: the price goes the taker's way. 0.5 is a half spread, what the taker paid to the mid. Takes without a
 * mid before, or at t + lag, or with t + lag after the end, are left out; NaN without others.
 * Source: Bouchaud, Gefen, Potters and Wyart (2004), Quantitative Finance 4(2), equation 4, in time instead of trades.
 */
export function signResponse(
  recording: Pick<SymbolRecording, 'quoteTimesUs' | 'bids' | 'asks' | 'toUs'>,
  takes: Takes,
  lagUs: number,
): number {
  const { quoteTimesUs, bids, asks, toUs } = recording;
  let [moved, spreads, count] = [0, 0, 0];
  for (let i = 0; i < takes.timesUs.length; i++) {
    const laterUs = takes.timesUs[i]! + lagUs;
    if (laterUs > toUs) break;
    const before = takes.quotesBefore[i]! - 1;
    const later = indexAfter(quoteTimesUs, laterUs) - 1;
    const midBefore = ((bids[before] ?? NaN) + (asks[before] ?? NaN)) / 2;
    const midLater = ((bids[later] ?? NaN) + (asks[later] ?? NaN)) / 2;
    if (Number.isNaN(midBefore + midLater)) continue;
    moved += takes.signs[i]! * (midLater - midBefore);
    spreads += asks[before]! - bids[before]!;
    count++;
  }
  return moved / count / (spreads / count);
}
