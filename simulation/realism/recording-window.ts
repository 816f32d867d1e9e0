/** A part of a recording, for comparing the same hour of two markets. It owns the cut and nothing else. */

import { indexAfter } from './sorted-times.ts';
import type { SymbolRecording } from './symbol-recording.ts';

/** The recording from `fromUs` on and up to `toUs`, both included. The quote that stands at `fromUs` is its first. */
export function windowOf(recording: SymbolRecording, fromUs: number, toUs: number): SymbolRecording {
  const quotesUntil = indexAfter(recording.quoteTimesUs, toUs);
  const standing = Math.max(0, indexAfter(recording.quoteTimesUs, fromUs) - 1);
  const firstTrade = indexAfter(recording.tradeTimesUs, fromUs - 1);
  const tradesUntil = indexAfter(recording.tradeTimesUs, toUs);
  return {
    ...recording,
    fromUs,
    toUs,
    quoteTimesUs: recording.quoteTimesUs.slice(standing, quotesUntil).map((timeUs) => Math.max(timeUs, fromUs)),
    bids: recording.bids.slice(standing, quotesUntil),
    asks: recording.asks.slice(standing, quotesUntil),
    tradeTimesUs: recording.tradeTimesUs.slice(firstTrade, tradesUntil),
    prices: recording.prices.slice(firstTrade, tradesUntil),
    quantities: recording.quantities.slice(firstTrade, tradesUntil),
    aggressors: recording.aggressors.slice(firstTrade, tradesUntil),
    quotesBefore: recording.quotesBefore.slice(firstTrade, tradesUntil).map((quotes) => Math.max(0, quotes - standing)),
  };
}
