/**
 * LOBSTER recordings as a market.
 *
 * It owns the meaning of a row here: a book row that differs from the one before is a quote, with its message's time and after
 * what the message did; executions of visible and hidden orders (types 4 and 5) are trades; halts are statuses. A cross trade (6)
 * adds up executions that have rows of their own and is left out. It is not the reader of the rows, and has no orders:
 * gateway/replay/lobster-source.ts is the recording as orders.
 *
 * The aggressor is on the other side than the resting order, whose direction the row gives. It is so for hidden orders too: of the
 * hidden executions of the AAPL sample 86 % with a resting sell are above the mid and 83 % with a resting buy below it.
 *
 * Times are kept to the microsecond, digits below are dropped. A recording says nothing of opening and closing: no such status is
 * made up.
 */

import { basename } from 'node:path';

import { type LobsterPair, pairLobsterFiles } from '../../gateway/replay/lobster-files.ts';
import { MESSAGE_TYPE, type MessageRow, PRICE_SCALE, readBook, readMessages } from '../../gateway/replay/lobster-rows.ts';
import { newYorkDayStartSeconds } from '../../gateway/replay/new-york-time.ts';
import { ReplayError } from '../../gateway/replay/replay-event.ts';
import { formatRfc3339, fractionDigitsNs } from '../../gateway/replay/rfc3339-time.ts';
import type { MarketStatus } from '../market/market-source.ts';
import { TapeColumns } from './tape-columns.ts';
import { type KnownFacts, TapeMarket } from './tape-market.ts';

const VENUE = 'XNAS';
const US_PER_SECOND = 1_000_000;
const US_PER_MS = 1_000;
const NS_PER_US = 1_000;
const SYMBOLS_MAX = 1_000;

/** What the price column says in a halt row: trading stops, quotes are taken again, trading goes on. */
const STATUS_BY_HALT_CODE: ReadonlyMap<number, MarketStatus> = new Map([
  [-1, 'HALTED'],
  [0, 'AUCTION'],
  [1, 'OPEN'],
]);

/** `..._34200000_37800000_message...`: milliseconds after midnight where the recording begins and ends. */
const WINDOW = /_(\d{1,8})_(\d{1,8})_message/;

/**
 * Reads message files, each with the orderbook file beside it, into one market. The symbols are numbered in the order of the
 * files; rows of several files at the same time come in that order too.
 *
 * Throws ReplayError where a file is missing, is not as documented, or does not fit its other half.
 */
export async function openLobsterTape(
  messagePaths: readonly string[],
  factsBySymbol: Readonly<Record<string, KnownFacts>> = {},
): Promise<TapeMarket> {
  const pairs = await pairLobsterFiles(messagePaths, []);
  const symbols = [...new Set(pairs.map((pair) => pair.symbol))];
  if (symbols.length === 0 || symbols.length > SYMBOLS_MAX) throw new ReplayError(`a tape has 1 to ${SYMBOLS_MAX} symbols`);
  const columns = new TapeColumns(VENUE);
  const windows = [];
  for (const pair of pairs) windows.push(await readRecording(pair, symbols.indexOf(pair.symbol), columns));
  columns.settle('as_added');

  const first = windows.reduce((earliest, window) => (window.openUs < earliest.openUs ? window : earliest));
  const ofFirstDay = windows.filter((window) => window.date === first.date);
  const closeUs = Math.max(...ofFirstDay.map((window) => window.closeUs));
  const timestamp = formatRfc3339(Math.floor(first.openUs / US_PER_SECOND), '');
  const instruments = symbols.map((symbol) => ({
    type: 'instrument' as const,
    timestamp,
    symbol,
    currency: 'USD',
    lot_size: 1,
    tick_size: 0.01,
    ...factsBySymbol[symbol],
  }));
  return new TapeMarket({ instruments, openUs: first.openUs, closeUs }, columns);
}

interface Window {
  readonly date: string;
  readonly openUs: number;
  readonly closeUs: number;
}

/** Adds the rows of one recording; gives the time it covers: what its name says, else from its first row to its last. */
async function readRecording(pair: LobsterPair, symbolNo: number, columns: TapeColumns): Promise<Window> {
  const dayStartUs = newYorkDayStartSeconds(pair.date) * US_PER_SECOND;
  const book = readBook(pair.orderbookPath);
  let [bidPrice, askPrice, bidSize, askSize] = [NaN, NaN, NaN, NaN];
  let [firstUs, lastUs] = [NaN, NaN];
  try {
    for await (const message of readMessages(pair.messagePath)) {
      const { done, value: row } = await book.next();
      if (done === true) throw new ReplayError(`${pair.orderbookPath} ends before row ${message.row} of its message file`);
      const timeUs = dayStartUs + message.seconds * US_PER_SECOND + Math.floor(fractionDigitsNs(message.fraction) / NS_PER_US);
      if (message.row === 1) firstUs = timeUs;
      lastUs = timeUs;
      addMessage(message, symbolNo, timeUs, columns);
      const isSame = row.bidPrice === bidPrice && row.askPrice === askPrice && row.bidSize === bidSize && row.askSize === askSize;
      if (isSame) continue;
      ({ bidPrice, askPrice, bidSize, askSize } = row);
      columns.addQuote(symbolNo, timeUs, bidPrice / PRICE_SCALE, askPrice / PRICE_SCALE, bidSize, askSize);
    }
    if ((await book.next()).done !== true) throw new ReplayError(`${pair.orderbookPath} has more rows than its message file`);
  } finally {
    await book.return();
  }
  if (Number.isNaN(firstUs)) throw new ReplayError(`${pair.messagePath} has no rows`);
  const named = WINDOW.exec(basename(pair.messagePath));
  return {
    date: pair.date,
    openUs: named === null ? firstUs : dayStartUs + Number(named[1]) * US_PER_MS,
    closeUs: named === null ? lastUs : dayStartUs + Number(named[2]) * US_PER_MS,
  };
}

function addMessage(message: MessageRow, symbolNo: number, timeUs: number, columns: TapeColumns): void {
  switch (message.type) {
    case MESSAGE_TYPE.VISIBLE_EXECUTION:
    case MESSAGE_TYPE.HIDDEN_EXECUTION:
      columns.addTrade(symbolNo, timeUs, message.price / PRICE_SCALE, message.size, message.direction === 1 ? -1 : 1);
      return;
    case MESSAGE_TYPE.HALT: {
      const status = STATUS_BY_HALT_CODE.get(message.price);
      if (status !== undefined) columns.addStatus(symbolNo, timeUs, status);
    }
  }
}
