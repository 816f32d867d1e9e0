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
 * Called before the older half of a full tape leaves. What ended orders need of it is kept at once; the fills, which can be
 * many, are left to `keepOfDeparted`.
 */
export function keepBeforeQuotesLeave(shard: Shard, market: Market): void {
  keepOfDeparted(shard, market, Number.POSITIVE_INFINITY);
  const orders = market.announcedOrders();
  for (const orderNo of orders) keepOfEnd(shard, market, orderNo);
  const { quotes } = market;
  market.departed = new DepartedQuotes(quotes.copyOfLeaving(), orders, shard.sequence, quotes.staysFromUs, finalUpToUs(shard, market));
}

/** Lets some fills more take what they need of the quotes that have left; called with every quote until all have. */
export function keepOfDeparted(shard: Shard, market: Market, fillsMax: number): void {
  const { departed } = market;
  if (departed === undefined) return;
  let left = fillsMax;
  while (left > 0 && departed.isNeeded) left -= keepOfOrderInTurn(shard, departed, left);
  if (!departed.isNeeded) market.departed = undefined;
}

/** Returns how many fills were looked at, and one for the order. */
function keepOfOrderInTurn(shard: Shard, departed: DepartedQuotes, fillsMax: number): number {
  const orderNo = departed.orders[departed.nextOrder]!;
  // Asked for or amended meanwhile it has taken all by itself, wherever its turn was.
  const isDone = !shard.isInMemory(orderNo) || shard.factsOf(orderNo).keptSequence >= departed.sequence;
  let row = isDone ? NONE : (departed.nextFill ?? shard.fills.last(orderNo));
  let looked = 0;
  for (; row !== NONE && looked < fillsMax; looked++) row = keepOfFill(shard, departed, row) ? shard.fills.previous(row) : NONE;
  if (row !== NONE) {
    departed.nextFill = row;
    return looked;
  }
  if (!isDone) shard.factsOf(orderNo).keptSequence = departed.sequence;
  departed.passOrder();
  return looked + 1;
}

/**
 * Keeps what the fills of an order need of the quotes that have left, if it has not yet: before its fills are asked for or
 * amended, else in its turn. The result is the same whenever that is, because those quotes do not change any more.
 */
export function keepOfFills(shard: Shard, market: Market, orderNo: number): void {
  const { departed } = market;
  const facts = shard.factsOf(orderNo);
  if (departed === undefined || facts.keptSequence >= departed.sequence) return;
  facts.keptSequence = departed.sequence;
  for (let row = shard.fills.last(orderNo); row !== NONE && keepOfFill(shard, departed, row); ) row = shard.fills.previous(row);
}

/**
 * False where neither this fill nor an earlier one has met one of the quotes that have left or has a later mid there: what
 * left before is kept. What stayed is looked up in the tape, and what came behind them has met no quote that is known.
 */
function keepOfFill(shard: Shard, departed: DepartedQuotes, row: number): boolean {
  const { fills } = shard;
  const { firstUs, stayedFromUs, finalUs } = departed;
  const timestampUs = fills.timestampUs(row);
  if (timestampUs + LONGEST_HORIZON_US < firstUs) return false;
  if (timestampUs > stayedFromUs || fills.sequence(row) > departed.sequence) return true;
  const place = departed.placeBefore(timestampUs, fills.sequence(row));
  if (place >= 0) fills.met.keepQuote(row, departed.bidAt(place), departed.askAt(place));
  for (let i = 0; i < HORIZONS_US.length; i++) {
    const us = timestampUs + HORIZONS_US[i]!;
    if (us >= firstUs && us < stayedFromUs && us <= finalUs) fills.met.keepLaterMid(row, i, departed.midUpTo(us));
  }
  return true;
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
