/**
 * What a market did in one symbol, as columns: what every statistic here is made from.
 *
 * It owns which happenings count. It computes no statistic.
 *
 *  - A quote that is one-sided, or crossed (bid above ask), and any quote while the symbol does not trade continuously (market
 *    status other than OPEN) is kept with bid and ask NaN: there is no spread and no mid then. Locked (bid = ask) is a quote.
 *  - Trades without an aggressor (auctions, crosses, late prints) are left out.
 *  - Times are when things happened, not what a skewed print says.
 */

import type { Happening, MarketSource } from '../market/market-source.ts';
import { GrowingColumn } from './growing-column.ts';

export interface SymbolRecording {
  readonly symbol: string;
  /** NaN where the market does not say it. */
  readonly tickSize: number;
  /** The part of the session that is recorded. */
  readonly fromUs: number;
  readonly toUs: number;
  readonly quoteTimesUs: Float64Array;
  readonly bids: Float64Array;
  readonly asks: Float64Array;
  readonly tradeTimesUs: Float64Array;
  readonly prices: Float64Array;
  readonly quantities: Float64Array;
  /** +1 a buyer took, -1 a seller. */
  readonly aggressors: Float64Array;
  /** How many of the quotes came before each trade: what a trade met is the last of them. */
  readonly quotesBefore: Float64Array;
}

/** Plays a market to its end; one recording for each tradable symbol, from the opening of its first session to the close. */
export function recordMarket(source: MarketSource): SymbolRecording[] {
  const recorders = new Map(source.tradableSymbolNos.map((symbolNo) => [symbolNo, new Recorder()]));
  while (source.nextUs() <= source.closeUs) {
    const happening = source.next();
    if (happening.timeUs >= source.openUs) recorders.get(happening.symbolNo)?.take(happening);
    else if (happening.kind !== 'trade') recorders.get(happening.symbolNo)?.takeBeforeOpening(happening, source.openUs);
  }
  return [...recorders].map(([symbolNo, recorder]) => {
    const { symbol, tick_size: tickSize = NaN } = source.instruments[symbolNo]!;
    return recorder.settled(symbol, tickSize, source.openUs, source.closeUs);
  });
}

class Recorder {
  readonly #quoteTimesUs = new GrowingColumn();
  readonly #bids = new GrowingColumn();
  readonly #asks = new GrowingColumn();
  readonly #tradeTimesUs = new GrowingColumn();
  readonly #prices = new GrowingColumn();
  readonly #quantities = new GrowingColumn();
  readonly #aggressors = new GrowingColumn();
  readonly #quotesBefore = new GrowingColumn();
  /** A recording need not say that it is open; it says when it is not. */
  #isOpen = true;
  #bid = NaN;
  #ask = NaN;

  take(happening: Happening): void {
    switch (happening.kind) {
      case 'quote': {
        const isQuote = happening.bid > 0 && happening.ask >= happening.bid;
        this.#bid = isQuote ? happening.bid : NaN;
        this.#ask = isQuote ? happening.ask : NaN;
        this.#pushQuote(happening.timeUs);
        return;
      }
      case 'trade':
        this.#takeTrade(happening);
        return;
      case 'status':
        this.#isOpen = happening.status === 'OPEN';
        this.#pushQuote(happening.timeUs);
    }
  }

  /** The last quote and status before the opening are those at the opening. */
  takeBeforeOpening(happening: Happening, openUs: number): void {
    this.take({ ...happening, timeUs: openUs });
  }

  settled(symbol: string, tickSize: number, fromUs: number, toUs: number): SymbolRecording {
    return {
      symbol,
      tickSize,
      fromUs,
      toUs,
      quoteTimesUs: this.#quoteTimesUs.settled(),
      bids: this.#bids.settled(),
      asks: this.#asks.settled(),
      tradeTimesUs: this.#tradeTimesUs.settled(),
      prices: this.#prices.settled(),
      quantities: this.#quantities.settled(),
      aggressors: this.#aggressors.settled(),
      quotesBefore: this.#quotesBefore.settled(),
    };
  }

  #takeTrade({ aggressor, timeUs, price, quantity }: Extract<Happening, { kind: 'trade' }>): void {
    if (aggressor === 0) return;
    this.#tradeTimesUs.push(timeUs);
    this.#prices.push(price);
    this.#quantities.push(quantity);
    this.#aggressors.push(aggressor);
    this.#quotesBefore.push(this.#quoteTimesUs.length);
  }

  #pushQuote(timeUs: number): void {
    this.#quoteTimesUs.push(timeUs);
    this.#bids.push(this.#isOpen ? this.#bid : NaN);
    this.#asks.push(this.#isOpen ? this.#ask : NaN);
  }
}
