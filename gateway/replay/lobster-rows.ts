/**
 * The two kinds of LOBSTER rows, read from text: messages, and level 1 of the book after each message.
 *
 * It owns the columns and the dummy prices. It is not the meaning of a row in our events (see lobster-source.ts).
 * Source: LOBSTER output structure, lobsterdata.com/info/DataStructure.php.
 */
import { readLines } from './input-file.ts';
import { ReplayError } from './replay-event.ts';

/** The types that mean something to us; a cross trade (6) is read and passed over. */
export const MESSAGE_TYPE = {
  SUBMISSION: 1,
  PARTIAL_CANCEL: 2,
  DELETION: 3,
  VISIBLE_EXECUTION: 4,
  HIDDEN_EXECUTION: 5,
  HALT: 7,
} as const;

/** Prices are dollars times this. */
export const PRICE_SCALE = 10_000;

export interface MessageRow {
  /** 1-based row of its file. */
  readonly row: number;
  /** Whole seconds after New York's midnight. */
  readonly seconds: number;
  /** Digits after the point as recorded, perhaps none. */
  readonly fraction: string;
  readonly type: number;
  readonly orderId: string;
  readonly size: number;
  /** Dollars * PRICE_SCALE; in a halt row its code. */
  readonly price: number;
  /** Of the resting order: 1 buy, -1 sell. */
  readonly direction: number;
}

export interface BookRow {
  /** Dollars * PRICE_SCALE; 0 with size 0 where the side is empty. */
  readonly askPrice: number;
  readonly askSize: number;
  readonly bidPrice: number;
  readonly bidSize: number;
}

const TIME = /^(\d{1,5})(?:\.(\d+))?$/;

/** Stands for the price of a side without orders, negative on the bid. */
const EMPTY_SIDE_PRICE = 9_999_999_999;

/** The rows of a message file. Throws ReplayError naming file and row where one is not as documented. */
export async function* readMessages(path: string): AsyncGenerator<MessageRow, void, undefined> {
  let row = 0;
  for await (const line of readLines(path)) {
    row++;
    const columns = line.split(',');
    const time = TIME.exec(columns[0] ?? '');
    const [type, size, price, direction] = [columns[1], columns[3], columns[4], columns[5]].map(integer);
    const orderId = columns[2] ?? '';
    if (
      time === null ||
      !/^-?\d+$/.test(orderId) ||
      type === undefined ||
      size === undefined ||
      price === undefined ||
      direction === undefined
    ) {
      throw new ReplayError(`${path}:${row}: not a LOBSTER message row: ${JSON.stringify(line.slice(0, 80))}`);
    }
    yield { row, seconds: Number(time[1]), fraction: time[2] ?? '', type, orderId, size, price, direction };
  }
}

/** Level 1 of each row of an orderbook file of any depth. Throws ReplayError as readMessages does. */
export async function* readBook(path: string): AsyncGenerator<BookRow, void, undefined> {
  let row = 0;
  for await (const line of readLines(path)) {
    row++;
    const [askPrice, askSize, bidPrice, bidSize] = line.split(',', 4).map(integer);
    if (askPrice === undefined || askSize === undefined || bidPrice === undefined || bidSize === undefined) {
      throw new ReplayError(`${path}:${row}: not a LOBSTER orderbook row: ${JSON.stringify(line.slice(0, 80))}`);
    }
    const hasAsk = askPrice !== EMPTY_SIDE_PRICE;
    const hasBid = bidPrice !== -EMPTY_SIDE_PRICE;
    yield {
      askPrice: hasAsk ? askPrice : 0,
      askSize: hasAsk ? askSize : 0,
      bidPrice: hasBid ? bidPrice : 0,
      bidSize: hasBid ? bidSize : 0,
    };
  }
}

function integer(text: string | undefined): number | undefined {
  const value = text === undefined || text === '' ? NaN : Number(text);
  return Number.isSafeInteger(value) ? value : undefined;
}
