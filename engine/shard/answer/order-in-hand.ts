/** One order with everything that its analytics are computed from, gathered once for one answer. */

import { type ImplementationShortfall, implementationShortfall } from '../../analytics/implementation-shortfall.ts';
import type { Market } from '../../market/market.ts';
import { OrderCell as C, type SideSign, sideSign } from '../../orders/order-row.ts';
import { type FillMet, fillsWithMarket, midsFromEnd } from '../market-met.ts';
import { intervalEndUs } from '../order-view.ts';
import type { Announcement, Shard } from '../shard.ts';

export interface OrderInHand {
  readonly shard: Shard;
  readonly orderNo: number;
  /** The order's row or a copy of it, up to date. */
  readonly row: Float64Array;
  /** A cell of it. */
  cell(index: number): number;
  readonly announcement: Announcement;
  readonly market: Market;
  readonly side: SideSign;
  readonly fills: readonly FillMet[];
  readonly startUs: number;
  /** NaN while it trades. */
  readonly endedUs: number;
  /** End of the interval over which it is measured: its end, or now while it trades. */
  readonly untilUs: number;
  /** The same for measures over time: its end or now. */
  readonly untilNowUs: number;
  /** Mids at its end and at each markout horizon after it; NaN while it trades and until they are final. */
  readonly midsFromEnd: readonly number[];
  /** Pn of the shortfall: the mid at the end, or now while it trades. */
  readonly endPrice: number;
  readonly shortfall: ImplementationShortfall;
}

/** `row` is the order's row or a copy of it, up to date (order-view.ts). */
export function takeInHand(shard: Shard, orderNo: number, row: Float64Array): OrderInHand {
  const cell = (index: number): number => row[index]!;
  const market = shard.market(cell(C.SYMBOL_NO));
  const side = sideSign(cell(C.SIDE));
  const endedUs = cell(C.ENDED_US);
  const mids = midsFromEnd(shard, orderNo);
  const endPrice = Number.isNaN(endedUs) ? market.quotes.midUpTo(intervalEndUs(shard, endedUs)) : endMid(mids, market, endedUs);
  return {
    shard,
    orderNo,
    row,
    cell,
    announcement: shard.factsOf(orderNo).announcement,
    market,
    side,
    fills: fillsWithMarket(shard, orderNo),
    startUs: cell(C.START_US),
    endedUs,
    untilUs: intervalEndUs(shard, endedUs),
    untilNowUs: Math.min(shard.nowUs, intervalEndUs(shard, endedUs)),
    midsFromEnd: mids,
    endPrice,
    shortfall: implementationShortfall({
      side,
      firstQuantity: cell(C.FIRST_QUANTITY),
      filledQuantity: cell(C.FILLED_QUANTITY),
      notional: cell(C.NOTIONAL),
      fees: cell(C.FEES),
      arrivalPrice: cell(C.ARRIVAL_PRICE),
      decisionPrice: cell(C.DECISION_PRICE),
      endPrice,
    }),
  };
}

/** index(t_i) / index(t0) - 1 at a fill; NaN without an index or where a level is not known. */
export function indexMoveOf({ shard, market, startUs }: OrderInHand, fill: { readonly timestampUs: number }): number {
  return shard.indexOf(market)?.levels.moveBetween(startUs, fill.timestampUs) ?? Number.NaN;
}

/** From the start to its end or now, in trading days: how long what is executed has taken. */
export function elapsedDays({ shard, market, startUs, untilNowUs }: OrderInHand): number {
  return market.clock.between(startUs, untilNowUs, shard.nowUs) / market.tradingDayUs;
}

/** The mid at the end; where no market timestamp has passed the end yet, the newest one before it. */
function endMid(mids: readonly number[], market: Market, endedUs: number): number {
  return Number.isNaN(mids[0]!) ? market.quotes.midUpTo(endedUs) : mids[0]!;
}
