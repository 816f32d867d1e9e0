/**
 * A LOBSTER recording as input events: its market data, and each resting order that was filled as an order of ours.
 *
 * An order is announced when it is submitted, and only if it is both submitted and executed within the recording: the
 * file is read twice, first to find those. Its single route is the order itself at XNAS. Every message row is followed by
 * the quote of its book row under the row's own timestamp, so that an order's arrival quote is that of the row before.
 *
 * Nothing here is a parent order with children: no such thing is in the data.
 */
import type { LobsterPair } from './lobster-files.ts';
import { MESSAGE_TYPE, PRICE_SCALE, readBook, readMessages, type BookRow, type MessageRow } from './lobster-rows.ts';
import { newYorkDayStartSeconds } from './new-york-time.ts';
import { ReplayError, type ReplayEvent } from './replay-event.ts';
import { formatRfc3339, fractionDigitsNs } from './rfc3339-time.ts';

const VENUE = 'XNAS';

/** What the price column says in a halt row: trading stops, quotes are taken again, trading goes on. */
const STATUS_BY_HALT_CODE: ReadonlyMap<number, string> = new Map([
  [-1, 'HALTED'],
  [0, 'AUCTION'],
  [1, 'OPEN'],
]);

type Fields = Readonly<Record<string, unknown>>;

/** The events of one recording, lazily, in row order. Throws ReplayError where the two files do not fit each other. */
export async function* lobsterEvents(pair: LobsterPair): AsyncGenerator<ReplayEvent, void, undefined> {
  const announcedIds = await findExecutedSubmissions(pair.messagePath);
  const dayStartSeconds = newYorkDayStartSeconds(pair.date);
  const mapper = new RowMapper(pair, announcedIds);
  const book = readBook(pair.orderbookPath);
  try {
    for await (const message of readMessages(pair.messagePath)) {
      const { done, value: bookRow } = await book.next();
      if (done === true) throw new ReplayError(`${pair.orderbookPath} ends before row ${message.row} of its message file`);
      const epochSeconds = dayStartSeconds + message.seconds;
      const timestamp = formatRfc3339(epochSeconds, message.fraction);
      const timestampNs = BigInt(epochSeconds) * 1_000_000_000n + BigInt(fractionDigitsNs(message.fraction));
      for (const { type, ...fields } of mapper.eventsOf(message, bookRow)) {
        const json = JSON.stringify({ type, timestamp, ...fields });
        yield { timestampNs, json, file: pair.messagePath, line: message.row };
      }
    }
    if ((await book.next()).done !== true) throw new ReplayError(`${pair.orderbookPath} has more rows than its message file`);
  } finally {
    await book.return();
  }
}

/** Ids of the orders that are submitted in the file and executed after that, at least in part. */
async function findExecutedSubmissions(messagePath: string): Promise<Set<string>> {
  const submitted = new Set<string>();
  const executed = new Set<string>();
  for await (const { type, orderId } of readMessages(messagePath)) {
    if (type === MESSAGE_TYPE.SUBMISSION) submitted.add(orderId);
    else if (type === MESSAGE_TYPE.VISIBLE_EXECUTION && submitted.has(orderId)) executed.add(orderId);
  }
  return executed;
}

/** Turns rows into events; remembers only the present quantity of the announced orders that may still change. */
class RowMapper {
  readonly #symbol: string;
  readonly #execIdPrefix: string;
  readonly #announcedIds: ReadonlySet<string>;
  readonly #quantityById = new Map<string, number>();

  constructor(pair: LobsterPair, announcedIds: ReadonlySet<string>) {
    this.#symbol = pair.symbol;
    // Row numbers repeat in the next file, and an exec_id must not.
    this.#execIdPrefix = `${pair.symbol}-${pair.date}-L`;
    this.#announcedIds = announcedIds;
  }

  *eventsOf(message: MessageRow, book: BookRow): Generator<Fields, void, undefined> {
    const symbol = this.#symbol;
    if (message.row === 1) yield { type: 'instrument', symbol, currency: 'USD', tick_size: 0.01, lot_size: 1 };
    if (this.#announcedIds.has(message.orderId)) yield* this.#orderEvents(message);
    yield* this.#marketEvents(message);
    yield {
      type: 'quote',
      symbol,
      bid: price(book.bidPrice),
      ask: price(book.askPrice),
      bid_size: book.bidSize,
      ask_size: book.askSize,
    };
  }

  /** What the row says about an announced order. */
  *#orderEvents(message: MessageRow): Generator<Fields, void, undefined> {
    const about = { order_id: message.orderId, symbol: this.#symbol };
    const route = { child_order_id: `${message.orderId}-1`, ...about };
    const before = this.#quantityById.get(message.orderId) ?? 0;
    switch (message.type) {
      case MESSAGE_TYPE.SUBMISSION: {
        this.#quantityById.set(message.orderId, message.size);
        const terms = { quantity: message.size, limit_price: price(message.price) };
        yield { type: 'order', ...about, side: message.direction === 1 ? 'BUY' : 'SELL', ...terms, algorithm: 'NONE' };
        const { quantity, limit_price: limit } = terms;
        yield { type: 'route', ...route, venue: VENUE, quantity, price: limit, order_type: 'LIMIT', time_in_force: 'DAY' };
        yield { type: 'route_accepted', ...route };
        return;
      }
      case MESSAGE_TYPE.PARTIAL_CANCEL:
        this.#quantityById.set(message.orderId, before - message.size);
        yield { type: 'order_replaced', ...about, quantity: before - message.size };
        return;
      case MESSAGE_TYPE.DELETION:
        this.#quantityById.delete(message.orderId);
        yield { type: 'route_canceled', ...route };
        yield { type: 'order_canceled', ...about };
        return;
      case MESSAGE_TYPE.VISIBLE_EXECUTION:
        yield {
          type: 'execution',
          exec_id: `${this.#execIdPrefix}${message.row}`,
          ...route,
          venue: VENUE,
          quantity: message.size,
          price: price(message.price),
          liquidity: 'ADDED',
        };
    }
  }

  /**
   * What the row says about the market, whoever's order it is. A cross trade (type 6) adds up executions that have rows of
   * their own (help.lobsterdata.com, "Event type 6"): as a trade it would count their volume twice, so it is left out.
   */
  *#marketEvents(message: MessageRow): Generator<Fields, void, undefined> {
    switch (message.type) {
      case MESSAGE_TYPE.VISIBLE_EXECUTION:
      case MESSAGE_TYPE.HIDDEN_EXECUTION:
        yield { type: 'trade', symbol: this.#symbol, price: price(message.price), quantity: message.size, venue: VENUE };
        return;
      case MESSAGE_TYPE.HALT: {
        const status = STATUS_BY_HALT_CODE.get(message.price);
        if (status !== undefined) yield { type: 'market_status', symbol: this.#symbol, status };
      }
    }
  }
}

/** Dollars: the double nearest to the decimal, which JSON writes as that decimal. */
function price(scaled: number): number {
  return scaled / PRICE_SCALE;
}
