/**
 * The numbers of the LOBSTER hour worked out a second time, straight from the CSV files: the plain twin of the service.
 *
 * It shares no code with gateway/ or engine/. Everything is exact integer arithmetic (prices are dollars * 10,000, times
 * whole microseconds) with one division at the end of each number, and every interval is walked row by row.
 *
 * Conventions, where the definition leaves room:
 * - Times are truncated to microseconds before anything is compared; the row's place breaks ties.
 * - The arrival mid is that of the book row before the submission row, also at the same microsecond.
 * - An interval [start, end] holds every trade with start <= time <= end, those of the start's own microsecond that stand
 *   before the submission included.
 * - The carried mid at time t is that of the last row with time <= t: of several at one microsecond the last one counts
 *   and the others have no duration. So the TWAP starts with the last row of the start's microsecond, and what is
 *   quoted at the end's microsecond has no weight. An interval of length zero has the mid at that time as its TWAP.
 */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

const PRICE_SCALE = 10_000;
const BPS = 10_000;
const US_PER_S = 1_000_000;

export interface LobsterRow {
  /** Microseconds after New York's midnight. */
  readonly timeUs: number;
  readonly type: number;
  readonly orderId: string;
  readonly size: number;
  readonly price: number;
  readonly direction: number;
  readonly askPrice: number;
  readonly bidPrice: number;
}

/** One order that was submitted and executed within the hour. Undefined numbers are null. */
export interface OracleOrder {
  readonly orderId: string;
  readonly side: 'BUY' | 'SELL';
  /** As submitted, and after partial cancels. */
  readonly firstQuantity: number;
  readonly quantity: number;
  readonly filledQuantity: number;
  readonly fillCount: number;
  readonly outcome: 'FILLED' | 'CANCELED' | 'OPEN';
  readonly startUs: number;
  /** Last fill if FILLED, deletion if CANCELED, the caller's `openEndUs` if OPEN. */
  readonly endUs: number;
  readonly averagePrice: number;
  readonly arrivalMid: number | null;
  readonly slippageBps: number | null;
  readonly intervalVolume: number;
  readonly intervalVwap: number | null;
  readonly intervalVwapCostBps: number | null;
  readonly twap: number | null;
  readonly twapCostBps: number | null;
}

/** numerator / denominator, in dollars * PRICE_SCALE; both exact. */
interface ExactPrice {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

interface Lifecycle {
  readonly submissionIndex: number;
  quantity: number;
  filledQuantity: number;
  fillCount: number;
  /** Sum of size * price. */
  notional: bigint;
  lastFillUs: number;
  deletedUs: number | undefined;
}

/** Both files, row by row beside each other. Throws where they differ in length. */
export function readLobsterRows(messagePath: string, orderbookPath: string): LobsterRow[] {
  const messages = readCsv(messagePath);
  const book = readCsv(orderbookPath);
  if (messages.length !== book.length) throw new Error(`${messages.length} messages but ${book.length} book rows`);
  return messages.map(([time = '', type, orderId = '', size, price, direction], index) => ({
    timeUs: truncatedUs(time),
    type: Number(type),
    orderId,
    size: Number(size),
    price: Number(price),
    direction: Number(direction),
    askPrice: Number(book[index]?.[0]),
    bidPrice: Number(book[index]?.[2]),
  }));
}

/**
 * Every order with a submission (1) and, after it, a visible execution (4), in order of submission. `openEndUs` is where
 * the interval of an order that is still open ends: the file's last message unless something else is given.
 */
export function computeOracle(rows: readonly LobsterRow[], openEndUs = rows.at(-1)?.timeUs ?? 0): OracleOrder[] {
  const orders: OracleOrder[] = [];
  for (const [orderId, lifecycle] of readLifecycles(rows)) {
    if (lifecycle.fillCount > 0) orders.push(workOut(rows, orderId, lifecycle, openEndUs));
  }
  return orders;
}

function readLifecycles(rows: readonly LobsterRow[]): Map<string, Lifecycle> {
  const lifecycles = new Map<string, Lifecycle>();
  rows.forEach((row, submissionIndex) => {
    if (row.type === 1) {
      lifecycles.set(row.orderId, {
        submissionIndex,
        quantity: row.size,
        filledQuantity: 0,
        fillCount: 0,
        notional: 0n,
        lastFillUs: NaN,
        deletedUs: undefined,
      });
      return;
    }
    const order = lifecycles.get(row.orderId);
    if (order === undefined) return;
    if (row.type === 2) order.quantity -= row.size;
    if (row.type === 3) order.deletedUs = row.timeUs;
    if (row.type === 4) {
      order.filledQuantity += row.size;
      order.fillCount++;
      order.notional += BigInt(row.size) * BigInt(row.price);
      order.lastFillUs = row.timeUs;
    }
  });
  return lifecycles;
}

function workOut(rows: readonly LobsterRow[], orderId: string, order: Lifecycle, openEndUs: number): OracleOrder {
  const submission = rows[order.submissionIndex]!;
  const startUs = submission.timeUs;
  const isFilled = order.filledQuantity === order.quantity;
  const endUs = isFilled ? order.lastFillUs : (order.deletedUs ?? openEndUs);
  const average: ExactPrice = { numerator: order.notional, denominator: BigInt(order.filledQuantity) };
  const arrival = midOf(rows[order.submissionIndex - 1]);
  const tape = intervalTape(rows, order.submissionIndex, endUs);
  const twap = carriedMidAverage(rows, order.submissionIndex, endUs);
  const sign = BigInt(submission.direction);
  return {
    orderId,
    side: submission.direction === 1 ? 'BUY' : 'SELL',
    firstQuantity: submission.size,
    quantity: order.quantity,
    filledQuantity: order.filledQuantity,
    fillCount: order.fillCount,
    outcome: isFilled ? 'FILLED' : order.deletedUs === undefined ? 'OPEN' : 'CANCELED',
    startUs,
    endUs,
    averagePrice: dollars(average),
    arrivalMid: arrival && dollars(arrival),
    slippageBps: arrival && costBps(sign, average, arrival),
    intervalVolume: tape.volume,
    intervalVwap: tape.vwap && dollars(tape.vwap),
    intervalVwapCostBps: tape.vwap && costBps(sign, average, tape.vwap),
    twap: twap && dollars(twap),
    twapCostBps: twap && costBps(sign, average, twap),
  };
}

/** Volume and VWAP of the visible (4) and hidden (5) executions in [start, end]. */
function intervalTape(rows: readonly LobsterRow[], submissionIndex: number, endUs: number) {
  let volume = 0;
  let notional = 0n;
  for (let i = firstIndexOfMicrosecond(rows, submissionIndex); i < rows.length && rows[i]!.timeUs <= endUs; i++) {
    const { type, size, price } = rows[i]!;
    if (type !== 4 && type !== 5) continue;
    volume += size;
    notional += BigInt(size) * BigInt(price);
  }
  return { volume, vwap: volume === 0 ? null : { numerator: notional, denominator: BigInt(volume) } };
}

/** Each row's mid holds from its time to the next row's; outside [start, end] it does not count. */
function carriedMidAverage(rows: readonly LobsterRow[], submissionIndex: number, endUs: number): ExactPrice | null {
  const startUs = rows[submissionIndex]!.timeUs;
  let index = lastIndexOfMicrosecond(rows, submissionIndex);
  if (endUs === startUs) return midOf(rows[index]);
  const startMidTwice = midTwice(rows[index]!);
  // Sums differences to the first mid, which stay small enough for a double to be exact (asserted), and fast.
  let excess = 0;
  for (; index < rows.length && rows[index]!.timeUs < endUs; index++) {
    const fromUs = Math.max(rows[index]!.timeUs, startUs);
    const untilUs = Math.min(rows[index + 1]?.timeUs ?? endUs, endUs);
    excess += (midTwice(rows[index]!) - startMidTwice) * (untilUs - fromUs);
    if (!Number.isSafeInteger(excess)) throw new RangeError('sum of mid * time is not exact');
  }
  const durationUs = BigInt(endUs - startUs);
  return { numerator: BigInt(startMidTwice) * durationUs + BigInt(excess), denominator: 2n * durationUs };
}

function firstIndexOfMicrosecond(rows: readonly LobsterRow[], index: number): number {
  while (index > 0 && rows[index - 1]!.timeUs === rows[index]!.timeUs) index--;
  return index;
}

function lastIndexOfMicrosecond(rows: readonly LobsterRow[], index: number): number {
  while (index + 1 < rows.length && rows[index + 1]!.timeUs === rows[index]!.timeUs) index++;
  return index;
}

function midTwice({ askPrice, bidPrice }: LobsterRow): number {
  return askPrice + bidPrice;
}

function midOf(row: LobsterRow | undefined): ExactPrice | null {
  return row === undefined ? null : { numerator: BigInt(midTwice(row)), denominator: 2n };
}

/** sign * (price - reference) / reference * 10,000, the division last. */
function costBps(sign: bigint, price: ExactPrice, reference: ExactPrice): number {
  const left = price.numerator * reference.denominator;
  const right = reference.numerator * price.denominator;
  return (Number(sign * (left - right)) / Number(right)) * BPS;
}

function dollars({ numerator, denominator }: ExactPrice): number {
  return Number(numerator) / (Number(denominator) * PRICE_SCALE);
}

/** '34200.004241176' is 34200004241: digits after the sixth are dropped. */
function truncatedUs(time: string): number {
  const [seconds = '', fraction = ''] = time.split('.');
  return Number(seconds) * US_PER_S + Number(fraction.slice(0, 6).padEnd(6, '0'));
}

function readCsv(path: string): string[][] {
  const text = gunzipSync(readFileSync(path)).toString('latin1').trimEnd();
  return text.split('\n').map((line) => line.split(','));
}
