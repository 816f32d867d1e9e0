/**
 * Takes: the market orders behind the trades.
 *
 * A market order that meets several resting orders prints several trades at one time. Counted as they are, these make durations of
 * zero and signs that repeat, and clustering would be measured where there is only bookkeeping. Consecutive trades of one time (us)
 * and one aggressor are one take. Source: Engle and Russell (1998), Econometrica 66(5), treat trades of one time as one.
 */

import { GrowingColumn } from './growing-column.ts';
import type { SymbolRecording } from './symbol-recording.ts';

export interface Takes {
  readonly timesUs: Float64Array;
  /** +1 bought, -1 sold. */
  readonly signs: Float64Array;
  readonly quantities: Float64Array;
  /** As in the recording, of the take's first trade. */
  readonly quotesBefore: Float64Array;
}

export function takesOf(recording: Pick<SymbolRecording, 'tradeTimesUs' | 'aggressors' | 'quantities' | 'quotesBefore'>): Takes {
  const { tradeTimesUs, aggressors } = recording;
  const timesUs = new GrowingColumn();
  const signs = new GrowingColumn();
  const quantities = new GrowingColumn();
  const quotesBefore = new GrowingColumn();
  let i = 0;
  while (i < tradeTimesUs.length) {
    const first = i;
    let quantity = 0;
    while (i < tradeTimesUs.length && tradeTimesUs[i] === tradeTimesUs[first] && aggressors[i] === aggressors[first]) {
      quantity += recording.quantities[i++]!;
    }
    timesUs.push(tradeTimesUs[first]!);
    signs.push(aggressors[first]!);
    quantities.push(quantity);
    quotesBefore.push(recording.quotesBefore[first]!);
  }
  return { timesUs: timesUs.settled(), signs: signs.settled(), quantities: quantities.settled(), quotesBefore: quotesBefore.settled() };
}
