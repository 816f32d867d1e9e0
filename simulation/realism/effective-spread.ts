/** What takers paid. */

import type { SymbolRecording } from './symbol-recording.ts';

export interface EffectiveSpread {
  /** Volume-weighted mean of 2 * sign * (price - mid) / mid, in bps: mid of the quote that the trade's take met. */
  readonly bps: number;
  /** Effective / quoted spread at the trades, both volume-weighted: 1 where all trade at the touch, less with hidden orders. */
  readonly ofQuoted: number;
  /** Share of the volume strictly between bid and ask. */
  readonly insideShare: number;
}

/**
 * The quote is that before the first trade of the same time and aggressor: a market that quotes between the fills of one order and one
 * that does not are then measured alike. Trades that met no quote are left out; NaN without others.
 *
 * Source: SEC Rule 600(b)(8); Lee and Ready (1991), J. Finance 46(2).
 */
export function effectiveSpread(
  recording: Pick<SymbolRecording, 'bids' | 'asks' | 'tradeTimesUs' | 'prices' | 'quantities' | 'aggressors' | 'quotesBefore'>,
): EffectiveSpread {
  const { bids, asks, tradeTimesUs, prices, quantities, aggressors, quotesBefore } = recording;
  let met = -1;
  let [volume, insideVolume, paid, quoted, paidBps] = [0, 0, 0, 0, 0];
  for (let i = 0; i < prices.length; i++) {
    const isSameTake = tradeTimesUs[i] === tradeTimesUs[i - 1] && aggressors[i] === aggressors[i - 1];
    if (!isSameTake) met = quotesBefore[i]! - 1;
    const bid = bids[met] ?? NaN;
    const ask = asks[met] ?? NaN;
    if (Number.isNaN(bid + ask)) continue;
    const mid = (bid + ask) / 2;
    const paidPerShare = 2 * aggressors[i]! * (prices[i]! - mid);
    volume += quantities[i]!;
    if (prices[i]! > bid && prices[i]! < ask) insideVolume += quantities[i]!;
    paid += paidPerShare * quantities[i]!;
    quoted += (ask - bid) * quantities[i]!;
    paidBps += (paidPerShare / mid) * 1e4 * quantities[i]!;
  }
  return { bps: paidBps / volume, ofQuoted: paid / quoted, insideShare: insideVolume / volume };
}
