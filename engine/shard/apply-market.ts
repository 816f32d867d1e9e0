/** What market data and ticks do to a shard. A quote costs the same however many orders trade its symbol. */

import { US_PER_SECOND } from '../domain/units.ts';
import { type RecordReader, TradeFlag } from '../journal/record.ts';
import { isValidQuote } from '../market/quote-tape.ts';
import { evaluateActiveOrders } from './each-second.ts';
import { changeOrder } from './change-order.ts';
import { deriveArrival } from './order-view.ts';
import { keepBeforeQuotesLeave } from './market-met.ts';
import type { Shard } from './shard.ts';

export function applyQuote(shard: Shard, record: RecordReader): void {
  const market = shard.market(record.symbolNo);
  const bid = record.double();
  const ask = record.double();
  if (!isValidQuote(bid, ask)) return;
  if (market.quotes.isFull) keepBeforeQuotesLeave(shard, market);
  market.quotes.add(record.timestampUs, record.sequence, bid, ask);
  shard.indices.get(record.symbolNo)?.add(record.timestampUs, record.sequence, (bid + ask) / 2);
  market.sequence = record.sequence;
  market.isMoved = true;
  // A quote from before an announcement that comes after it changes what the order met on arrival.
  const { timestampUs, sequence } = record;
  market.forEachAnnouncedAfter(timestampUs, (orderNo) => {
    changeOrder(shard, orderNo, sequence, (at) => deriveArrival(shard, at));
  });
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
  if ((flags & TradeFlag.ELIGIBLE) !== 0) market.trades.add(timestampUs, price, quantity);
  shard.indices.get(symbolNo)?.add(timestampUs, sequence, price);
  market.sequence = sequence;
  market.isMoved = true;
}

/** Moves `now`; each time it enters another second, the active orders are evaluated. */
export function applyTick(shard: Shard, record: RecordReader): void {
  const entersSecond = Math.floor(record.timestampUs / US_PER_SECOND) > Math.floor(shard.nowUs / US_PER_SECOND);
  shard.nowUs = record.timestampUs;
  shard.tickSequence = record.sequence;
  if (entersSecond) evaluateActiveOrders(shard);
}
