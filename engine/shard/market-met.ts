/**
 * The market that an order met: the quote at each of its fills, the mids some time after them and after its end.
 *
 * They are looked up in the tape whenever they are asked for, so that a late quote is heard. When quotes leave a full tape
 * what orders still need of those is kept: of fills by their row (met-quotes.ts), of the end with the order. A later mid is
 * final, and else undefined, once `now` and the symbol's newest market timestamp have passed its moment.
 */

import { type FillFacts, MARKOUT_HORIZONS } from '../analytics/fill-facts.ts';
import { NONE } from '../journal/record.ts';
import { DepartedQuotes } from '../market/departed-quotes.ts';
import type { Market } from '../market/market.ts';
import { NOWHERE } from '../market/tape-leaves.ts';
import { OrderCell as C } from '../orders/order-row.ts';
import type { Shard } from './shard.ts';

/** What a fill needs of quotes, by how long after it: the one that it met, then its later mids. */
const NEEDS_US = Float64Array.from([0, ...MARKOUT_HORIZONS.map(({ us }) => us)]);
const QUOTE_MET = 0;
const LONGEST_HORIZON_US = Math.max(...NEEDS_US);

export interface FillMet extends FillFacts {
  readonly execId: string;
}

/** Live fills of an order in fold order, each with the market that it met. */
export function fillsWithMarket(shard: Shard, orderNo: number): FillMet[] {
  const { met } = shard.fills;
  const market = shard.market(shard.orders.cells[orderNo * shard.orders.rowDoubles + C.SYMBOL_NO]!);
  keepOfFills(shard, market, orderNo);
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

/**
 * Lets the older half of a full tape leave. What ended orders need of it is kept at once; the fills, which can be
 * many, are left to `keepOfDeparted`.
 */
export function letOldQuotesLeave(shard: Shard, market: Market): void {
  keepOfDeparted(shard, market, Number.POSITIVE_INFINITY);
  const orders = market.announcedOrders();
  const { staysFromUs } = market.quotes;
  for (const orderNo of orders) keepOfEnd(shard, market, orderNo, staysFromUs);
  market.departed = new DepartedQuotes(market.quotes.letGo(), orders, shard.sequence, staysFromUs, finalUpToUs(shard, market));
}

/** Lets some fills more take what they need of the quotes that have left; called with every quote until all have. */
export function keepOfDeparted(shard: Shard, market: Market, fillsMax: number): void {
  const { departed } = market;
  if (departed === undefined) return;
  let left = fillsMax;
  while (left > 0 && departed.isNeeded) left -= keepOfOrderInTurn(shard, departed, left);
  if (departed.isNeeded) return;
  market.departed = undefined;
  market.quotes.takeBack(departed.quotes);
}

/** Returns how many fills were looked at, and one for the order. */
function keepOfOrderInTurn(shard: Shard, departed: DepartedQuotes, fillsMax: number): number {
  const orderNo = departed.orders[departed.nextOrder]!;
  const looked = shard.isInMemory(orderNo) ? keepOfOrder(shard, departed, orderNo, fillsMax) : 0;
  if (looked < fillsMax) departed.nextOrder++;
  return looked + 1;
}

/**
 * Keeps what the fills of an order need of the quotes that have left, if it has not yet: before its fills are asked for or
 * amended, else in its turn. The result is the same whenever that is, because those quotes do not change any more.
 */
export function keepOfFills(shard: Shard, market: Market, orderNo: number): void {
  if (market.departed !== undefined) keepOfOrder(shard, market.departed, orderNo, Number.POSITIVE_INFINITY);
}

/** Returns how many fills were looked at; as many as it may: there can be more. */
function keepOfOrder(shard: Shard, departed: DepartedQuotes, orderNo: number, fillsMax: number): number {
  const facts = shard.factsOf(orderNo);
  // Asked for or amended meanwhile it has taken all by itself.
  if (facts.keptSequence >= departed.sequence) return 0;
  let looked = 0;
  for (let need = 0; need < NEEDS_US.length && looked < fillsMax; need++) looked += keepOfNeed(shard, departed, orderNo, need, fillsMax - looked);
  if (looked >= fillsMax) return looked;
  keepOfFirstStayed(shard, departed, orderNo);
  facts.keptSequence = departed.sequence;
  return looked;
}

/** Only fills that a quote which has left can answer this need of are looked at: those behind the ones that were, see taken-quotes.ts. */
function keepOfNeed(shard: Shard, departed: DepartedQuotes, orderNo: number, need: number, fillsMax: number): number {
  const { fills } = shard;
  const taken = fills.taken.upTo(orderNo, need);
  let row = taken === NONE ? fills.first(orderNo) : fills.next(taken);
  let last = taken;
  let looked = 0;
  for (; row !== NONE && looked < fillsMax && fills.timestampUs(row) + NEEDS_US[need]! < departed.stayedFromUs; looked++) {
    keepOfFill(shard, departed, row, need);
    last = row;
    row = fills.next(row);
  }
  if (last !== taken) fills.taken.takeUpTo(orderNo, need, last);
  return looked;
}

/** Fills at the time of the first quote that stayed met the one before it, when they came before it. */
function keepOfFirstStayed(shard: Shard, departed: DepartedQuotes, orderNo: number): void {
  const { fills } = shard;
  const taken = fills.taken.upTo(orderNo, QUOTE_MET);
  let row = taken === NONE ? fills.first(orderNo) : fills.next(taken);
  for (; row !== NONE && fills.timestampUs(row) === departed.stayedFromUs; row = fills.next(row)) keepOfFill(shard, departed, row, QUOTE_MET);
}

/** What left before is kept, and what came behind the quotes that have left has met none that is known. */
function keepOfFill(shard: Shard, departed: DepartedQuotes, row: number, need: number): void {
  const { fills } = shard;
  const sequence = fills.sequence(row);
  const us = fills.timestampUs(row) + NEEDS_US[need]!;
  if (us < departed.firstUs || sequence > departed.sequence) return;
  if (need !== QUOTE_MET) {
    if (us <= departed.finalUs) fills.met.keepLaterMid(row, need - 1, departed.midUpTo(us));
    return;
  }
  const place = departed.placeBefore(us, sequence);
  if (place !== NOWHERE) fills.met.keepQuote(row, departed.bidAt(place), departed.askAt(place));
}

function keepOfEnd(shard: Shard, market: Market, orderNo: number, staysFromUs: number): void {
  const { quotes } = market;
  const endedUs = shard.orders.cells[orderNo * shard.orders.rowDoubles + C.ENDED_US]!;
  // NaN while it trades.
  if (!(endedUs <= staysFromUs) || endedUs + LONGEST_HORIZON_US < quotes.firstUs) return;
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
