/**
 * Ended orders leave memory once their retention is over: their analytics go to the database, explained and as they would be
 * answered at this moment, and everything but the shared row is freed. From then on the database answers for them.
 */

import { codeOf, ORD_STATUSES } from '../domain/enums.ts';
import { ANALYTICS_PART_CHARS_MAX, EVICTED_FILLS_PER_SECOND_MAX, EVICTIONS_PER_SECOND_MAX } from '../domain/limits.ts';
import { US_PER_HOUR, US_PER_SECOND } from '../domain/units.ts';
import { OrderCell as C } from '../orders/order-row.ts';
import { analyticsJson } from './answer/analytics-answer.ts';
import type { Shard } from './shard.ts';

const DONE_FOR_DAY = codeOf(ORD_STATUSES, 'DONE_FOR_DAY');
/** An order that is done for its day may go on after a weekend with holidays. */
const DONE_FOR_DAY_RETENTION_US = 7 * 24 * US_PER_HOUR;

/** Called in each second of `now`, so that a replay evicts at the same inputs. */
export function evictOldOrders(shard: Shard): void {
  const retentionUs = shard.settings.retentionMinutes * 60 * US_PER_SECOND;
  const resumableUs = Math.max(retentionUs, DONE_FOR_DAY_RETENTION_US);
  const { cells, rowDoubles } = shard.orders;
  let evicted = 0;
  let fills = 0;
  for (const market of shard.markets.values()) {
    market.takeRetiredUpTo(shard.nowUs - retentionUs, (orderNo) => {
      if (evicted >= EVICTIONS_PER_SECOND_MAX || fills >= EVICTED_FILLS_PER_SECOND_MAX) return false;
      const at = orderNo * rowDoubles;
      const mayGoOn = cells[at + C.STATE] === DONE_FOR_DAY;
      if (mayGoOn && cells[at + C.ENDED_US]! > shard.nowUs - resumableUs) return false;
      fills += cells[at + C.FILL_COUNT]!;
      evict(shard, orderNo);
      market.forget(orderNo, cells[at + C.ANNOUNCED_US]!);
      evicted++;
      return true;
    });
  }
}

function evict(shard: Shard, orderNo: number): void {
  const { order_id: orderId } = shard.factsOf(orderNo).announcement;
  const parts = inParts(analyticsJson(shard, orderNo, true));
  parts.forEach((content, part) => {
    shard.outputs.row({ kind: 'analytics', sequence: shard.sequence, orderId, part, parts: parts.length, content });
  });
  shard.dropFacts(orderNo);
  shard.fills.release(orderNo);
  shard.children.release(orderNo);
  shard.venueShares.clear(orderNo);
  const at = shard.orders.beginWrite(orderNo);
  shard.orders.cells[at + C.EVICTED] = 1;
  shard.orders.endWrite(orderNo);
}

/** Cuts a text so that each part fits into a ring with room to spare; never inside a surrogate pair. */
function inParts(text: string): string[] {
  const parts: string[] = [];
  for (let from = 0; from < text.length; ) {
    let to = Math.min(text.length, from + ANALYTICS_PART_CHARS_MAX);
    if (to < text.length && isHighSurrogate(text.charCodeAt(to - 1))) to--;
    parts.push(text.slice(from, to));
    from = to;
  }
  return parts;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}
