/**
 * The lines of a recorded Binance futures stream that a market is made of: best bid and offer, and trades.
 *
 * It owns the JSON's fields. It is not their order in time (see binance-tape.ts). Depth updates and snapshots are passed over.
 * Source: Binance USD-M futures, "Individual Symbol Book Ticker Streams" and trade streams; a line is `local_ns JSON`.
 */

import { readLines } from '../../gateway/replay/input-file.ts';
import { ReplayError } from '../../gateway/replay/replay-event.ts';

export interface BookTickerRow {
  readonly kind: 'quote';
  readonly symbol: string;
  /** "T", the exchange's transaction time, milliseconds since the epoch. */
  readonly exchangeMs: number;
  readonly bid: number;
  readonly ask: number;
  readonly bidSize: number;
  readonly askSize: number;
}

export interface TradeRow {
  readonly kind: 'trade';
  readonly symbol: string;
  readonly exchangeMs: number;
  readonly price: number;
  readonly quantity: number;
  /** "m": the buyer's order was resting, so a seller took. */
  readonly isBuyerMaker: boolean;
}

type Json = Readonly<Record<string, unknown>>;

/** The rows of a file, in the order in which they were received. Throws ReplayError naming file and line of a broken one. */
export async function* readBinanceRows(path: string): AsyncGenerator<BookTickerRow | TradeRow, void, undefined> {
  let lineNumber = 0;
  for await (const line of readLines(path)) {
    lineNumber++;
    if (line === '') continue;
    const message = messageOf(line);
    const row = message === undefined ? undefined : rowOf(message);
    if (row === undefined) {
      throw new ReplayError(`${path}:${lineNumber}: not a line of a Binance stream: ${JSON.stringify(line.slice(0, 80))}`);
    }
    if (row !== 'other') yield row;
  }
}

/** A stream's message is wrapped in `data`; a snapshot is not. */
function messageOf(line: string): Json | undefined {
  const json = parsed(line.slice(line.indexOf(' ') + 1));
  if (typeof json !== 'object' || json === null) return undefined;
  const { data } = json as Json;
  return typeof data === 'object' && data !== null ? (data as Json) : (json as Json);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function rowOf(message: Json): BookTickerRow | TradeRow | 'other' | undefined {
  if (message['e'] !== 'bookTicker' && message['e'] !== 'trade') return 'other';
  const { s: symbol, T: exchangeMs } = message;
  if (typeof symbol !== 'string' || typeof exchangeMs !== 'number') return undefined;
  if (message['e'] === 'trade') {
    const [price, quantity] = [Number(message['p']), Number(message['q'])];
    const isBuyerMaker = message['m'];
    if (!(price > 0 && quantity > 0) || typeof isBuyerMaker !== 'boolean') return undefined;
    return { kind: 'trade', symbol, exchangeMs, price, quantity, isBuyerMaker };
  }
  const [bid, ask, bidSize, askSize] = [Number(message['b']), Number(message['a']), Number(message['B']), Number(message['A'])];
  if (!(bid >= 0 && ask >= 0 && bidSize >= 0 && askSize >= 0)) return undefined;
  return { kind: 'quote', symbol, exchangeMs, bid, ask, bidSize, askSize };
}
