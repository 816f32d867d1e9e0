/**
 * A market as the desk meets it: what happens, in the order of event time, and what the desk's own taking does to it. The
 * synthetic market and the recorded tapes stand behind it alike.
 */

import type { EventOf } from '../../engine/domain/events.ts';

export type MarketStatus = EventOf<'market_status'>['status'];

/** A symbol's best bid and offer from here on. A side that is not there has price and size 0. */
export interface QuoteHappening {
  readonly kind: 'quote';
  readonly timeUs: number;
  readonly symbolNo: number;
  readonly bid: number;
  readonly ask: number;
  readonly bidSize: number;
  readonly askSize: number;
}

/** A trade of others, as the tape prints it. */
export interface TradeHappening {
  readonly kind: 'trade';
  /** When it really happened: the desk's resting orders meet it then. */
  readonly timeUs: number;
  /** What the print says: differs from timeUs where the venue's clock is off. */
  readonly printedUs: number;
  readonly symbolNo: number;
  readonly price: number;
  readonly quantity: number;
  readonly venue: string;
  /** +1 a buyer took the offer, -1 a seller hit the bid, 0 neither (auction, cross, late print): no resting order meets it. */
  readonly aggressor: 1 | -1 | 0;
  readonly isVwapEligible: boolean;
  readonly conditions: readonly string[];
}

export interface StatusHappening {
  readonly kind: 'status';
  readonly timeUs: number;
  readonly symbolNo: number;
  readonly status: MarketStatus;
}

export type Happening = QuoteHappening | TradeHappening | StatusHappening;

/** What went on in the market that an order may suffer from: kept for scoring, never shown to the service. */
export interface Incident {
  readonly kind: 'news' | 'drought' | 'halt' | 'stale_feed' | 'skewed_clock' | 'crossed_quotes' | 'one_sided_quotes';
  readonly symbol: string;
  readonly fromUs: number;
  readonly toUs: number;
  /** news: the jump as a ratio; drought: the factor on activity; skewed_clock: the offset in us; else 0. */
  readonly size: number;
}

export interface MarketSource {
  /** Index is symbolNo. Static facts, as the input event of product.md says them (its timestamp is the session's). */
  readonly instruments: readonly EventOf<'instrument'>[];
  /** Symbols that orders may be placed in: not the indices. */
  readonly tradableSymbolNos: readonly number[];
  /** Continuous trading of the (first) session. */
  readonly openUs: number;
  readonly closeUs: number;
  readonly incidents: readonly Incident[];

  /** Time of the next happening; Infinity at the end. Never falls. */
  nextUs(): number;
  /** Takes the next happening off the stream. */
  next(): Happening;
  /**
   * The desk took `quantity` from the far touch at `timeUs`, which is not behind nextUs(): side +1 bought from the offer. A synthetic
   * market takes it from its book and moves (temporary and permanent impact) in what comes next; a recorded one cannot.
   */
  onOwnTake(symbolNo: number, side: 1 | -1, quantity: number, timeUs: number): void;
}
