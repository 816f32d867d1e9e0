/** The live fills of an order, and the slices of its interval, as rows of an explained answer. NaN becomes null in it. */

import { MARKOUT_HORIZONS, midOf } from '../../../analytics/fill-facts.ts';
import type { ExplainedFill, ExplainedSlice } from '../../../domain/explanation.ts';
import { formatTimestamp } from '../../../domain/timestamp.ts';
import { fillKeys } from '../fill-keys.ts';
import { indexMoveOf, type OrderInHand } from '../order-in-hand.ts';
import { sliceStarts, vwapSlices } from '../order-slices.ts';

export function explainedFills(order: OrderInHand): ExplainedFill[] {
  const keys = fillKeys(order.shard, sliceStarts(order));
  return order.fills.map((fill) => ({
    exec_id: fill.execId,
    timestamp: formatTimestamp(fill.timestampUs),
    quantity: fill.quantity,
    price: fill.price,
    fee: fill.fee,
    venue: keys.venue(fill),
    child_order_type: keys.childOrderType(fill),
    liquidity: keys.liquidity(fill),
    slice: keys.slice(fill),
    bid: fill.bid,
    ask: fill.ask,
    mid: midOf(fill),
    later_mids: Object.fromEntries(MARKOUT_HORIZONS.map(({ key }, i) => [key, fill.laterMids[i]!])) as ExplainedFill['later_mids'],
    index_move: indexMoveOf(order, fill),
  }));
}

export function explainedSlices(order: OrderInHand): ExplainedSlice[] {
  const starts = sliceStarts(order);
  return vwapSlices(order, starts).map((slice, i) => ({
    from: formatTimestamp(starts[i]!),
    market_volume: slice.marketVolume,
    market_turnover: slice.marketNotional,
    filled_quantity: slice.filledQuantity,
    filled_notional: slice.filledNotional,
  }));
}
