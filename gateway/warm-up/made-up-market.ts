/** Some orders on some symbols, and what comes about them, as clients write it: what most services are sent most of the time. */

import { formatTimestamp } from '../../engine/domain/timestamp.ts';

const SYMBOL_COUNT = 8;
const FILLS_PER_BATCH = 20;
const QUOTES_PER_FILL = 3;
/** Some come behind later ones of their order. */
const LATE_EVERY = 31;
const LATE_US = 100_000;
const ALGORITHMS = [undefined, 'TWAP', 'VWAP'] as const;
const ORDER_SECONDS = 3_600;
const US_PER_SECOND = 1_000_000;
const PRICE = 64;
const PRICE_STEPS = 33;
const STEP = 1 / 128;

export const orderIdOf = (orderNo: number): string => `practice-${orderNo}`;

export function orderEvent(orderNo: number, nowUs: number): object {
  return {
    type: 'order',
    timestamp: formatTimestamp(nowUs),
    order_id: orderIdOf(orderNo),
    symbol: symbolOf(orderNo),
    side: orderNo % 2 === 0 ? 'BUY' : 'SELL',
    quantity: 10_000 + orderNo,
    ...planOf(orderNo, nowUs),
  };
}

/** A third of the orders have none. */
function planOf(orderNo: number, nowUs: number): object {
  const algorithm = ALGORITHMS[orderNo % ALGORITHMS.length];
  if (algorithm === undefined) return {};
  return { algorithm, start_time: formatTimestamp(nowUs), end_time: formatTimestamp(nowUs + ORDER_SECONDS * US_PER_SECOND), arrival_price: PRICE };
}

/** Each fill is followed by quotes and a trade of its symbol. */
export function batchOfFills(batchNo: number, orderCount: number, nowUs: number): object[] {
  const events: object[] = [];
  for (let i = 0; i < FILLS_PER_BATCH; i++) {
    const fillNo = batchNo * FILLS_PER_BATCH + i;
    const orderNo = fillNo % orderCount;
    const symbol = symbolOf(orderNo);
    const timestamp = formatTimestamp(nowUs + i - (fillNo % LATE_EVERY === 0 ? LATE_US : 0));
    const price = PRICE + (fillNo % PRICE_STEPS) * STEP;
    events.push({
      type: 'execution', timestamp, exec_id: `practice-x${fillNo}`, order_id: orderIdOf(orderNo), venue: fillNo % 2 === 0 ? 'XNAS' : 'ARCX',
      quantity: 1 + (fillNo % 3), price, liquidity: fillNo % 3 === 0 ? 'ADDED' : 'REMOVED',
    });
    for (let quoteNo = 0; quoteNo < QUOTES_PER_FILL; quoteNo++) {
      const bid = price - STEP * (1 + (quoteNo % 2));
      events.push({ type: 'quote', timestamp, symbol, bid, ask: bid + 2 * STEP, bid_size: 100 + (fillNo % 9) * 100, ask_size: 100 + (fillNo % 7) * 100 });
    }
    events.push({ type: 'trade', timestamp, symbol, price, quantity: 100 + (fillNo % 5) * 100 });
  }
  return events;
}

function symbolOf(orderNo: number): string {
  return `PRACTICE${orderNo % SYMBOL_COUNT}`;
}
