/**
 * The market that an order met: the quote at each of its fills, the mids some time after them and after its end.
 *
 * They are looked up in the tape whenever they are asked for, so that a late quote is heard. Before quotes leave a full tape
 * what orders still need of them is kept with the order. A later mid is final, and else undefined, once `now` and the
 * symbol's newest market timestamp have passed its moment.
 */

import { type FillFacts, MARKOUT_HORIZONS } from '../analytics/fill-facts.ts';
import type { Market } from '../market/market.ts';
import { OrderCell as C } from '../orders/order-row.ts';
import type { Shard } from './shard.ts';

export interface FillMet extends FillFacts {
  readonly execId: string;
}

/** Live fills of an order in fold order, each with the market that it met. */
export function fillsWithMarket(shard: Shard, orderNo: number): FillMet[] {
  const { kept } = shard.factsOf(orderNo);
  const market = shard.market(shard.orders.cells[orderNo * shard.orders.rowDoubles + C.SYMBOL_NO]!);
  const facts: FillMet[] = [];
  shard.fills.forEach(orderNo, (fill) => {
    const keptOfFill = kept.ofFills?.get(fill.executionNo);
    let { bid, ask } = market.quotes.quoteBefore(fill.timestampUs, fill.sequence);
    if (Number.isNaN(bid) && keptOfFill !== undefined) ({ bid, ask } = keptOfFill);
    const laterMids = MARKOUT_HORIZONS.map(({ us }, i) => midAt(shard, market, fill.timestampUs + us, keptOfFill?.laterMids[i]));
    facts.push({ ...fill, bid, ask, laterMids });
  });
  return facts;
}

/** The mid at the end of an order, then at each of MARKOUT_HORIZONS after it. All NaN while it trades. */
export function midsFromEnd(shard: Shard, orderNo: number): number[] {
  const { cells, rowDoubles } = shard.orders;
  const at = orderNo * rowDoubles;
  const endedUs = cells[at + C.ENDED_US]!;
  const market = shard.market(cells[at + C.SYMBOL_NO]!);
  const { ofEnd } = shard.factsOf(orderNo).kept;
  const kept = ofEnd?.endedUs === endedUs ? ofEnd.mids : [];
  return [0, ...MARKOUT_HORIZONS.map(({ us }) => us)].map((us, i) => midAt(shard, market, endedUs + us, kept[i]));
}

/** Keeps what the orders of a market need of its quotes; called before the older half of them leaves. */
export function keepBeforeQuotesLeave(shard: Shard, market: Market): void {
  market.forEachAnnouncedAfter(Number.NEGATIVE_INFINITY, (orderNo) => {
    const { kept } = shard.factsOf(orderNo);
    for (const fill of fillsWithMarket(shard, orderNo)) {
      const { bid, ask, laterMids } = fill;
      (kept.ofFills ??= new Map()).set(fill.executionNo, { bid, ask, laterMids });
    }
    const endedUs = shard.orders.cells[orderNo * shard.orders.rowDoubles + C.ENDED_US]!;
    if (Number.isNaN(endedUs)) return;
    const spreadBps = market.quotes.hasLeft(endedUs) ? (kept.ofEnd?.spreadBps ?? Number.NaN) : market.spreadBpsUpTo(endedUs);
    kept.ofEnd = { endedUs, mids: midsFromEnd(shard, orderNo), spreadBps };
  });
}

function midAt(shard: Shard, market: Market, us: number, kept: number | undefined): number {
  if (!(us <= Math.min(shard.nowUs, market.newestUs))) return Number.NaN;
  return market.quotes.covers(us) ? market.quotes.midUpTo(us) : (kept ?? Number.NaN);
}
