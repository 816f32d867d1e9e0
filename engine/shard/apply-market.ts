/** What market data and ticks do to a shard. A quote costs the same however many orders trade its symbol. */

import { DEPARTED_FILLS_PER_QUOTE } from '../domain/limits.ts';
import { US_PER_SECOND } from '../domain/units.ts';
import { type RecordReader, TradeFlag } from '../journal/record.ts';
import { isValidQuote } from '../market/quote-tape.ts';
import { evaluateDueOrders } from './each-second.ts';
import type { Market } from '../market/market.ts';
import { changeOrder } from './change-order.ts';
import { deriveArrival } from './order-view.ts';
import { evictOldOrders } from './evict.ts';
import { letOldQuotesLeave, keepOfDeparted } from './market-met.ts';
import type { Shard } from './shard.ts';

export function applyQuote(shard: Shard, record: RecordReader): void {
  const market = shard.market(record.symbolNo);
  const bid = record.double();
  const ask = record.double();
  if (!isValidQuote(bid, ask)) return;
  if (market.quotes.isFull) letOldQuotesLeave(shard, market);
  else if (market.departed !== undefined) keepOfDeparted(shard, market, DEPARTED_FILLS_PER_QUOTE);
  market.quotes.add(record.timestampUs, record.sequence, bid, ask);
  shard.indices.get(record.symbolNo)?.add(record.timestampUs, record.sequence, (bid + ask) / 2);
  market.sequence = record.sequence;
  shard.noteMoved(market);
  hearLateData(shard, market, record.timestampUs, record.sequence);
}

export function applyTrade(shard: Shard, record: RecordReader): void {
  const { symbolNo, sequence, timestampUs } = record;
  const price = record.double();
  const quantity = record.double();
  const flags = record.word();
  if (flags === 0) return;
  const market = shard.market(symbolNo);
  if ((flags & TradeFlag.OPENING_AUCTION) !== 0) market.auctions.add('open', timestampUs, price);
  if ((flags & TradeFlag.CLOSING_AUCTION) !== 0) market.auctions.add('close', timestampUs, price);
  if ((flags & TradeFlag.ELIGIBLE) !== 0) market.trades.add(timestampUs, sequence, price, quantity);
  shard.indices.get(symbolNo)?.add(timestampUs, sequence, price);
  market.sequence = sequence;
  shard.noteMoved(market);
  hearLateData(shard, market, timestampUs, sequence);
}

/**
 * Market data that comes after what it was before: it changes what an order met when it was announced, and the interval of
 * orders that have ended, which are looked at once more; of an index, also those of the symbols that it is the index of.
 */
function hearLateData(shard: Shard, market: Market, us: number, sequence: number): void {
  if (market.isAnnouncedAfter(us)) deriveArrivalsAfter(shard, market, us, sequence);
  market.reviveRetiredAfter(us);
  if (!shard.indices.has(market.symbolNo)) return;
  for (const other of shard.markets.values()) if (other.indexNo === market.symbolNo) other.reviveRetiredAfter(us);
}

/** On its own, so that data which is in time, as nearly all is, pays for no closure. */
function deriveArrivalsAfter(shard: Shard, market: Market, us: number, sequence: number): void {
  market.forEachAnnouncedAfter(us, (orderNo) => changeOrder(shard, orderNo, sequence, (at) => deriveArrival(shard, orderNo, at)));
}

/** Moves `now`; the active orders whose turn has come are evaluated. */
export function applyTick(shard: Shard, record: RecordReader): void {
  const beforeUs = shard.nowUs;
  shard.nowUs = record.timestampUs;
  shard.tickSequence = record.sequence;
  evaluateDueOrders(shard, beforeUs);
  const entersSecond = Math.floor(record.timestampUs / US_PER_SECOND) > Math.floor(beforeUs / US_PER_SECOND);
  if (entersSecond) evictOldOrders(shard);
}
