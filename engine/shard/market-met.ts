/**
 * The market that an order met: the quote at each of its fills, the mids some time after them and after its end.
 *
 * They are looked up in the tape whenever they are asked for, so that a late quote is heard. Before quotes leave a full tape
 * what orders still need of those is kept: of fills by their row (met-quotes.ts), of the end with the order. A later mid is
 * final, and else undefined, once `now` and the symbol's newest market timestamp have passed its moment.
 */

import { type FillFacts, MARKOUT_HORIZONS } from '../analytics/fill-facts.ts';
import { NONE } from '../journal/record.ts';
import type { Market } from '../market/market.ts';
import { OrderCell as C } from '../orders/order-row.ts';
import type { Shard } from './shard.ts';

const HORIZONS_US = Float64Array.from(MARKOUT_HORIZONS, ({ us }) => us);
const LONGEST_HORIZON_US = Math.max(...HORIZONS_US);

export interface FillMet extends FillFacts {
  readonly execId: string;
}

/** Live fills of an order in fold order, each with the market that it met. */
export function fillsWithMarket(shard: Shard, orderNo: number): FillMet[] {
  const { met } = shard.fills;
  const market = shard.market(shard.orders.cells[orderNo * shard.orders.rowDoubles + C.SYMBOL_NO]!);
  const facts: FillMet[] = [];
  shard.fills.forEach(orderNo, (fill, row) => {
    let { bid, ask } = market.quotes.quoteBefore(fill.timestampUs, fill.sequence);
    if (Number.isNaN(bid)) [bid, ask] = [met.bid(row), met.ask(row)];
    const laterMids = MARKOUT_HORIZONS.map(({ us }, i) => midAt(shard, market, fill.timestampUs + us, met.laterMid(row, i)));
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
  const { keptEnd } = shard.factsOf(orderNo);
  const kept = keptEnd?.endedUs === endedUs ? keptEnd.mids : [];
  return [0, ...MARKOUT_HORIZONS.map(({ us }) => us)].map((us, i) => midAt(shard, market, endedUs + us, kept[i] ?? Number.NaN));
}

/** Keeps what the orders of a market need of its quotes; called before the older half of them leaves. */
export function keepBeforeQuotesLeave(shard: Shard, market: Market): void {
  market.forEachAnnouncedAfter(Number.NEGATIVE_INFINITY, (orderNo) => {
    keepOfFills(shard, market, orderNo);
    keepOfEnd(shard, market, orderNo);
  });
}

/**
 * Looks only at fills that meet a quote which is here still, from the last one back, and of those only for what leaves now:
 * what left before is kept, and what stays is looked up in the tape.
 */
function keepOfFills(shard: Shard, market: Market, orderNo: number): void {
  const { fills } = shard;
  const { quotes } = market;
  const { firstUs, staysFromUs } = quotes;
  const finalUs = finalUpToUs(shard, market);
  for (let row = fills.last(orderNo); row !== NONE; row = fills.previous(row)) {
    const timestampUs = fills.timestampUs(row);
    if (timestampUs + LONGEST_HORIZON_US < firstUs) return;
    if (timestampUs > staysFromUs) continue;
    if (timestampUs >= firstUs) {
      const place = quotes.placeBefore(timestampUs, fills.sequence(row));
      if (place >= 0) fills.met.keepQuote(row, quotes.bidAt(place), quotes.askAt(place));
    }
    for (let i = 0; i < HORIZONS_US.length; i++) {
      const us = timestampUs + HORIZONS_US[i]!;
      if (us >= firstUs && us < staysFromUs && us <= finalUs) fills.met.keepLaterMid(row, i, quotes.midUpTo(us));
    }
  }
}

function keepOfEnd(shard: Shard, market: Market, orderNo: number): void {
  const { quotes } = market;
  const endedUs = shard.orders.cells[orderNo * shard.orders.rowDoubles + C.ENDED_US]!;
  // NaN while it trades.
  if (!(endedUs <= quotes.staysFromUs) || endedUs + LONGEST_HORIZON_US < quotes.firstUs) return;
  const facts = shard.factsOf(orderNo);
  const kept = facts.keptEnd?.endedUs === endedUs ? facts.keptEnd : undefined;
  const spreadBps = quotes.hasLeft(endedUs) ? (kept?.spreadBps ?? Number.NaN) : market.spreadBpsUpTo(endedUs);
  facts.keptEnd = { endedUs, mids: midsFromEnd(shard, orderNo), spreadBps };
}

function midAt(shard: Shard, market: Market, us: number, kept: number): number {
  if (!(us <= finalUpToUs(shard, market))) return Number.NaN;
  return market.quotes.covers(us) ? market.quotes.midUpTo(us) : kept;
}

/** Mids up to here do not change by what comes next, but by what comes late. */
function finalUpToUs(shard: Shard, market: Market): number {
  return Math.min(shard.nowUs, market.newestUs);
}
