/**
 * A recording as a market: plays its rows in their order and cannot answer.
 *
 * It owns the place in the recording. It knows no file format.
 */

import type { EventOf } from '../../engine/domain/events.ts';
import type { Happening, Incident, MarketSource } from '../market/market-source.ts';
import type { TapeColumns } from './tape-columns.ts';

/** What is known of a recording besides its rows. */
export interface TapeFrame {
  readonly instruments: readonly EventOf<'instrument'>[];
  readonly openUs: number;
  readonly closeUs: number;
}

/** What a recording does not say about its symbol: undefined unless the caller knows it. */
export type KnownFacts = Pick<EventOf<'instrument'>, 'adv' | 'daily_volatility' | 'shares_outstanding' | 'beta' | 'volume_curve'>;

export class TapeMarket implements MarketSource {
  readonly instruments: readonly EventOf<'instrument'>[];
  readonly tradableSymbolNos: readonly number[];
  readonly openUs: number;
  readonly closeUs: number;
  /** None: a recording does not say what was the matter. */
  readonly incidents: readonly Incident[] = [];

  readonly #columns: TapeColumns;
  #row = 0;

  /** `columns` settled: their times do not fall. */
  constructor(frame: TapeFrame, columns: TapeColumns) {
    this.instruments = frame.instruments;
    this.tradableSymbolNos = frame.instruments.map((_, symbolNo) => symbolNo);
    this.openUs = frame.openUs;
    this.closeUs = frame.closeUs;
    this.#columns = columns;
  }

  nextUs(): number {
    return this.#columns.timeUsAt(this.#row);
  }

  /** Throws RangeError at the end. */
  next(): Happening {
    return this.#columns.happeningAt(this.#row++);
  }

  /**
   * Does nothing: what happened cannot change. Who takes from a recorded touch takes shares that the tape still shows and
   * others still trade, at no impact; such costs are a lower bound.
   */
  onOwnTake(_symbolNo: number, _side: 1 | -1, _quantity: number, _timeUs: number): void {}
}
