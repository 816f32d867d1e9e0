/** The input events of the load, as a client of the API writes them. */

import type { EventOf } from '../../engine/domain/events.ts';
import { formatTimestamp } from '../../engine/domain/timestamp.ts';
import { type Fills, type FillsSpec, type LedgerEntry, orderIdOf, PRICE_TICK, symbolNoOf } from './fills.ts';

/** How many quotes go with one fill. */
export const QUOTES_PER_FILL = 4;

const VENUES = ['XNAS', 'ARCX', 'BATS', 'IEXG'];
const MID_TICKS = 6_400;
/** Quotes wander over as many ticks; a prime step, so that each quote of a symbol differs from the one before. */
const WANDER_TICKS = 33;
const WANDER_STEP = 7_919;
const HALF_SPREAD_TICKS = 1;

export const symbolOf = (symbolNo: number): string => `BENCH${symbolNo}`;

/** An order whose quantity is what its fills add up to, so that it ends with the round. At least 1. */
export function orderEvent(spec: FillsSpec, entry: LedgerEntry, orderNo: number, timestampUs: number): EventOf<'order'> {
  return {
    type: 'order',
    timestamp: formatTimestamp(timestampUs),
    order_id: entry.orderId,
    symbol: symbolOf(symbolNoOf(spec, orderNo)),
    side: orderNo % 2 === 0 ? 'BUY' : 'SELL',
    quantity: Math.max(1, entry.filledQuantity),
  };
}

export function fillEvent(spec: FillsSpec, fills: Fills, fillNo: number, timestampUs: number): EventOf<'execution'> {
  return {
    type: 'execution',
    timestamp: formatTimestamp(timestampUs),
    exec_id: `${spec.roundId}-x${fillNo}`,
    order_id: orderIdOf(spec, fills.orderNos[fillNo]!),
    venue: VENUES[fillNo % VENUES.length]!,
    quantity: fills.quantities[fillNo]!,
    price: fills.priceTicks[fillNo]! * PRICE_TICK,
    liquidity: fillNo % 3 === 0 ? 'ADDED' : 'REMOVED',
  };
}

export function quoteEvent(symbolNo: number, quoteNo: number, timestampUs: number): EventOf<'quote'> {
  const midTicks = MID_TICKS + ((quoteNo * WANDER_STEP) % WANDER_TICKS);
  return {
    type: 'quote',
    timestamp: formatTimestamp(timestampUs),
    symbol: symbolOf(symbolNo),
    bid: (midTicks - HALF_SPREAD_TICKS) * PRICE_TICK,
    ask: (midTicks + HALF_SPREAD_TICKS) * PRICE_TICK,
    bid_size: 100 + (quoteNo % 9) * 100,
    ask_size: 100 + (quoteNo % 7) * 100,
  };
}
