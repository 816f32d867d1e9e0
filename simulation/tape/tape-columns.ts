/**
 * A recording in memory: one row a happening, one typed array a column.
 *
 * It owns the columns, their growth and their order in time. It is not a file format and not a market.
 */

import type { Happening, MarketStatus } from '../market/market-source.ts';

/** Not to fill the memory with a file of another kind: a busy symbol's whole day is a few million rows. */
export const TAPE_ROWS_MAX = 50_000_000;

const FIRST_ROWS = 1_024;
const QUOTE = 0;
const TRADE = 1;
const STATUS = 2;
const STATUSES: readonly MarketStatus[] = ['OPEN', 'HALTED', 'AUCTION', 'CLOSED'];

/** At equal times: trades first, or as they were added. */
export type TieRule = 'trades_first' | 'as_added';

export class TapeColumns {
  /** Venue of every trade: a recording is of one venue. */
  readonly #venue: string;
  #rows = 0;
  #kind = new Uint8Array(FIRST_ROWS);
  #symbolNo = new Uint16Array(FIRST_ROWS);
  #timeUs = new Float64Array(FIRST_ROWS);
  /** quote: bid, ask, bid size, ask size; trade: price, quantity, aggressor; status: its number. */
  #first = new Float64Array(FIRST_ROWS);
  #second = new Float64Array(FIRST_ROWS);
  #third = new Float64Array(FIRST_ROWS);
  #fourth = new Float64Array(FIRST_ROWS);

  constructor(venue: string) {
    this.#venue = venue;
  }

  get rows(): number {
    return this.#rows;
  }

  addQuote(symbolNo: number, timeUs: number, bid: number, ask: number, bidSize: number, askSize: number): void {
    this.#add(QUOTE, symbolNo, timeUs, bid, ask, bidSize, askSize);
  }

  addTrade(symbolNo: number, timeUs: number, price: number, quantity: number, aggressor: 1 | -1): void {
    this.#add(TRADE, symbolNo, timeUs, price, quantity, aggressor, 0);
  }

  addStatus(symbolNo: number, timeUs: number, status: MarketStatus): void {
    this.#add(STATUS, symbolNo, timeUs, STATUSES.indexOf(status), 0, 0, 0);
  }

  timeUsAt(row: number): number {
    return this.#timeUs[row] ?? Number.POSITIVE_INFINITY;
  }

  happeningAt(row: number): Happening {
    if (row >= this.#rows) throw new RangeError(`row ${row} of a tape of ${this.#rows} rows`);
    const timeUs = this.#timeUs[row]!;
    const symbolNo = this.#symbolNo[row]!;
    switch (this.#kind[row]) {
      case QUOTE: {
        const [bid, ask, bidSize, askSize] = [this.#first[row]!, this.#second[row]!, this.#third[row]!, this.#fourth[row]!];
        return { kind: 'quote', timeUs, symbolNo, bid, ask, bidSize, askSize };
      }
      case TRADE:
        return {
          kind: 'trade',
          timeUs,
          printedUs: timeUs,
          symbolNo,
          price: this.#first[row]!,
          quantity: this.#second[row]!,
          venue: this.#venue,
          aggressor: this.#third[row]! > 0 ? 1 : -1,
          isVwapEligible: true,
          conditions: [],
        };
      default:
        return { kind: 'status', timeUs, symbolNo, status: STATUSES[this.#first[row]!]! };
    }
  }

  /** Puts the rows in the order of their times, equal times by `tieRule` and then as added; drops spare room. */
  settle(tieRule: TieRule): void {
    const isTradeFirst = tieRule === 'trades_first';
    const order = new Uint32Array(this.#rows).map((_, row) => row);
    const rank = (row: number): number => (isTradeFirst && this.#kind[row] !== TRADE ? 1 : 0);
    order.sort((a, b) => this.#timeUs[a]! - this.#timeUs[b]! || rank(a) - rank(b) || a - b);
    this.#kind = Uint8Array.from(order, (row) => this.#kind[row]!);
    this.#symbolNo = Uint16Array.from(order, (row) => this.#symbolNo[row]!);
    this.#timeUs = Float64Array.from(order, (row) => this.#timeUs[row]!);
    this.#first = Float64Array.from(order, (row) => this.#first[row]!);
    this.#second = Float64Array.from(order, (row) => this.#second[row]!);
    this.#third = Float64Array.from(order, (row) => this.#third[row]!);
    this.#fourth = Float64Array.from(order, (row) => this.#fourth[row]!);
  }

  #add(kind: number, symbolNo: number, timeUs: number, first: number, second: number, third: number, fourth: number): void {
    if (this.#rows === this.#kind.length) this.#grow();
    const row = this.#rows++;
    this.#kind[row] = kind;
    this.#symbolNo[row] = symbolNo;
    this.#timeUs[row] = timeUs;
    this.#first[row] = first;
    this.#second[row] = second;
    this.#third[row] = third;
    this.#fourth[row] = fourth;
  }

  #grow(): void {
    if (this.#rows >= TAPE_ROWS_MAX) throw new RangeError(`a tape has at most ${TAPE_ROWS_MAX} rows`);
    const rows = this.#rows * 2;
    const grownDoubles = (column: Float64Array): Float64Array<ArrayBuffer> => {
      const grown = new Float64Array(rows);
      grown.set(column);
      return grown;
    };
    const kind = new Uint8Array(rows);
    kind.set(this.#kind);
    const symbolNo = new Uint16Array(rows);
    symbolNo.set(this.#symbolNo);
    this.#kind = kind;
    this.#symbolNo = symbolNo;
    this.#timeUs = grownDoubles(this.#timeUs);
    this.#first = grownDoubles(this.#first);
    this.#second = grownDoubles(this.#second);
    this.#third = grownDoubles(this.#third);
    this.#fourth = grownDoubles(this.#fourth);
  }
}
