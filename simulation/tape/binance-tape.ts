/**
 * A recorded Binance futures stream as a market.
 *
 * It owns which clock counts and the order of the two streams. The recorder's clock was about 1.2 s behind the exchange's, so its
 * times are not used: the event time, and what a print says, is the exchange's transaction time T (milliseconds).
 *
 * The file has best quotes and trades in the order in which two connections delivered them, up to 110 ms out of order by T. Each of
 * the two never falls in T, so they are merged by T; of what shares a millisecond, trades come before quotes, because a trade's own
 * effect on the book has its time. The data bear this out: so ordered, 99.7 % of the trades are at or beyond the far touch, with
 * quotes first 73 %, in the order of delivery 85 %.
 *
 * Nothing else of the file is used: depth updates are passed over, statuses and incidents are not in it.
 */

import type { EventOf } from '../../engine/domain/events.ts';
import { ReplayError } from '../../gateway/replay/replay-event.ts';
import { formatRfc3339 } from '../../gateway/replay/rfc3339-time.ts';
import { readBinanceRows } from './binance-rows.ts';
import { TapeColumns } from './tape-columns.ts';
import { type KnownFacts, TapeMarket } from './tape-market.ts';

const VENUE = 'BINANCE';
const US_PER_MS = 1_000;
const MS_PER_SECOND = 1_000;

/** Contract terms of the time, which the stream does not carry; a symbol that is not here has neither tick nor lot. */
const TERMS_BY_SYMBOL: Readonly<Record<string, Pick<EventOf<'instrument'>, 'currency' | 'lot_size' | 'tick_size'>>> = {
  BTCUSDT: { currency: 'USDT', lot_size: 0.001, tick_size: 0.1 },
};

/**
 * Reads one file into a market that trades from its first row to its last. Symbols are numbered as they first appear.
 * Throws ReplayError where the file is missing, has no quote or trade, or a line that is not of a Binance stream.
 */
export async function openBinanceTape(
  path: string,
  factsBySymbol: Readonly<Record<string, KnownFacts>> = {},
): Promise<TapeMarket> {
  const columns = new TapeColumns(VENUE);
  const symbolNos = new Map<string, number>();
  for await (const row of readBinanceRows(path)) {
    let symbolNo = symbolNos.get(row.symbol);
    if (symbolNo === undefined) symbolNos.set(row.symbol, (symbolNo = symbolNos.size));
    const timeUs = row.exchangeMs * US_PER_MS;
    if (row.kind === 'trade') columns.addTrade(symbolNo, timeUs, row.price, row.quantity, row.isBuyerMaker ? -1 : 1);
    else columns.addQuote(symbolNo, timeUs, row.bid, row.ask, row.bidSize, row.askSize);
  }
  if (columns.rows === 0) throw new ReplayError(`${path} has no quote and no trade of a Binance stream`);
  columns.settle('trades_first');

  const openUs = columns.timeUsAt(0);
  const timestamp = formatRfc3339(Math.floor(openUs / US_PER_MS / MS_PER_SECOND), '');
  const instruments = [...symbolNos.keys()].map((symbol) => ({
    type: 'instrument' as const,
    timestamp,
    symbol,
    trading_day_minutes: 1_440,
    ...TERMS_BY_SYMBOL[symbol],
    ...factsBySymbol[symbol],
  }));
  return new TapeMarket({ instruments, openUs, closeUs: columns.timeUsAt(columns.rows - 1) }, columns);
}
