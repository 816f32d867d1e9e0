/**
 * A hash of a shard's state that tells whether two engines are in one state, to the last bit. It does not depend on the number
 * of shards, on how records came in batches, or on when orders were shown last: views are taken as they would be shown after
 * the newest record.
 *
 *     own     sum over its orders and its symbols; the sums of all shards add up
 *     common  what every shard has: `now`, settings, names, index levels. The same on all of them, or something is wrong
 *
 * Not in it is what only saves work (trails, places, prefix sums that follow from the tape).
 */

import type { StateWriter } from '../domain/state-writer.ts';
import { type DigestParts, DigestSum, StateDigest } from '../domain/state-digest.ts';
import { ABSENT } from '../market/market.ts';
import type { PlanTerms } from '../orders/replaces.ts';
import { keepOfDeparted } from './market-met.ts';
import { refreshView } from './order-view.ts';
import type { Shard } from './shard.ts';

export interface ShardHash {
  readonly own: DigestParts;
  readonly common: DigestParts;
}

/** First word of each kind of digest. */
const Kind = { COMMON: 1, SYMBOL: 2, ORDER: 3, EVICTED: 4 } as const;

/** To be asked between two inputs. `isOwn` tells which symbols the shard has, for some are known to all; `onProgress` is called with each order. */
export function hashShard(shard: Shard, isOwn: (symbolNo: number) => boolean, onProgress: () => void = () => undefined): ShardHash {
  const digest = new StateDigest();
  const own = new DigestSum();
  const row = new Float64Array(shard.orders.rowDoubles);
  for (const [symbolNo, market] of shard.markets) {
    if (!isOwn(symbolNo)) continue;
    keepOfDeparted(shard, market, Number.POSITIVE_INFINITY);
    begin(digest, Kind.SYMBOL, symbolNo);
    market.save(digest);
    own.add(digest);
    for (const orderNo of market.announcedOrders()) {
      begin(digest, Kind.ORDER, orderNo);
      hashOrder(shard, orderNo, row, digest);
      own.add(digest);
      onProgress();
    }
  }
  for (const [orderNo, orderId] of shard.evicted) {
    begin(digest, Kind.EVICTED, orderNo);
    digest.text(orderId);
    hashRow(shard, orderNo, row, digest);
    own.add(digest);
  }
  begin(digest, Kind.COMMON, 0);
  hashCommon(shard, digest);
  return { own: plain(own), common: plain(digest) };
}

function begin(digest: StateDigest, kind: number, no: number): void {
  digest.clear();
  digest.word(kind);
  digest.word(no);
}

function hashOrder(shard: Shard, orderNo: number, row: Float64Array, out: StateWriter): void {
  hashRow(shard, orderNo, row, out);
  hashFacts(shard, orderNo, out);
  shard.written.save(out, orderNo);
  shard.children.save(out, orderNo);
  shard.fills.forEach(orderNo, (fill, fillRow) => {
    out.text(fill.execId);
    for (const value of [fill.timestampUs, fill.sequence, fill.quantity, fill.price, fill.fee]) out.double(value);
    for (const value of [fill.executionNo, fill.venueNo, fill.childNo, fill.liquidity]) out.word(value);
    shard.fills.met.save(out, fillRow);
  });
  shard.fills.saveAmendments(out, orderNo);
  for (const { venueNo, quantity, notional, fees } of shard.venueShares.of(orderNo)) {
    out.word(venueNo);
    for (const value of [quantity, notional, fees]) out.double(value);
  }
}

/** Without its version; the view of an order that the market still moves is refreshed in a copy. */
function hashRow(shard: Shard, orderNo: number, row: Float64Array, out: StateWriter): void {
  const { cells, rowDoubles } = shard.orders;
  row.set(cells.subarray(orderNo * rowDoubles, (orderNo + 1) * rowDoubles));
  if (shard.activePlaces.get(orderNo) !== ABSENT) refreshView(shard, orderNo, row, 0);
  out.doubles(row.subarray(1), rowDoubles - 1);
}

function hashFacts(shard: Shard, orderNo: number, out: StateWriter): void {
  const facts = shard.factsOf(orderNo);
  out.text(JSON.stringify(facts.announcement));
  hashKnots(facts.knots, out);
  if (facts.firstTerms !== undefined) hashTerms(facts.firstTerms, out);
  out.word(facts.replaces.length);
  for (const { us, quantity, terms, filledAt } of facts.replaces) {
    for (const value of [us, quantity, filledAt]) out.double(value);
    hashTerms(terms, out);
  }
  out.text(JSON.stringify(facts.thresholds));
  // An order's alerts begin in the order of their types or later; told of by type.
  for (const [type, life] of byType(facts.alerts)) out.text(`${type} ${JSON.stringify(life)}`);
  for (const [type, notice] of byType(facts.firing)) out.text(`${type} ${JSON.stringify(notice)}`);
  out.double(facts.keptEnd?.endedUs ?? Number.NaN);
  out.double(facts.keptEnd?.spreadBps ?? Number.NaN);
  for (const mid of facts.keptEnd?.mids ?? []) out.double(mid);
  out.double(facts.keptSequence);
}

function hashTerms({ algorithm, plannedEndUs, participationRate, knots }: PlanTerms, out: StateWriter): void {
  out.text(algorithm);
  out.double(plannedEndUs);
  out.double(participationRate);
  hashKnots(knots, out);
}

function hashKnots(knots: Float64Array | undefined, out: StateWriter): void {
  out.word(knots?.length ?? -1);
  if (knots !== undefined) out.doubles(knots, knots.length);
}

function hashCommon(shard: Shard, out: StateWriter): void {
  out.double(shard.nowUs);
  out.double(shard.tickSequence);
  out.text(JSON.stringify(shard.settings));
  out.double(shard.settingsSequence);
  for (const names of [shard.symbolNames, shard.venueNames, shard.childNames]) {
    out.word(names.length);
    for (const name of names) out.text(name);
  }
  for (const [symbolNo, levels] of shard.indices) {
    out.word(symbolNo);
    levels.save(out);
  }
}

function byType<T>(map: ReadonlyMap<string, T> | undefined): [string, T][] {
  return [...(map ?? [])].sort(([a], [b]) => (a < b ? -1 : 1));
}

const plain = ({ high, low }: DigestParts): DigestParts => ({ high, low });
