/**
 * A shard's state in a snapshot. What every shard knows stands in one section, and each symbol with its orders in one of its
 * own: so a snapshot can be read by any number of shards, each taking the symbols that are its own.
 */

import type { Settings } from '../domain/settings.ts';
import type { StateReader } from '../domain/state-reader.ts';
import type { StateWriter } from '../domain/state-writer.ts';
import { IndexLevels } from '../market/index-levels.ts';
import { OrderCell as C } from '../orders/order-row.ts';
import type { AlertNotice } from '../shard/alert-notice.ts';
import { keepOfDeparted } from '../shard/market-met.ts';
import type { Shard } from '../shard/shard.ts';
import { loadOrder, loadRow, saveOrder, saveRow } from './order-state.ts';

export function saveCommon(shard: Shard, out: StateWriter): void {
  if (shard.early.size > 0) throw new Error('a shard is saved between inputs, not inside an announcement');
  out.double(shard.sequence);
  out.double(shard.nowUs);
  out.double(shard.tickSequence);
  out.text(JSON.stringify(shard.settings));
  out.double(shard.settingsSequence);
  for (const names of [shard.symbolNames, shard.venueNames, shard.childNames]) {
    out.word(names.length);
    for (const name of names) out.text(name);
  }
  out.word(shard.indices.size);
  for (const [symbolNo, levels] of shard.indices) {
    out.word(symbolNo);
    levels.save(out);
  }
}

export function loadCommon(shard: Shard, from: StateReader): void {
  shard.sequence = from.double();
  shard.nowUs = from.double();
  shard.tickSequence = from.double();
  shard.settings = JSON.parse(from.text()) as Settings;
  shard.settingsSequence = from.double();
  for (const names of [shard.symbolNames, shard.venueNames, shard.childNames]) {
    for (let left = from.word(); left > 0; left--) names.push(from.text());
  }
  for (let left = from.word(); left > 0; left--) {
    const levels = new IndexLevels();
    shard.indices.set(from.word(), levels);
    levels.load(from);
  }
}

/** Symbols that a shard knows something of. */
export function savedSymbols(shard: Shard): number[] {
  return [...shard.markets.keys()].sort((a, b) => a - b);
}

/** Orders that have left memory, by symbol. */
export function evictedBySymbol(shard: Shard): Map<number, number[]> {
  const { cells, rowDoubles } = shard.orders;
  const evicted = new Map<number, number[]>();
  for (const orderNo of shard.evicted.keys()) {
    const symbolNo = cells[orderNo * rowDoubles + C.SYMBOL_NO]!;
    const ofSymbol = evicted.get(symbolNo);
    if (ofSymbol === undefined) evicted.set(symbolNo, [orderNo]);
    else ofSymbol.push(orderNo);
  }
  return evicted;
}

export function saveSymbol(shard: Shard, symbolNo: number, evicted: readonly number[], out: StateWriter): void {
  const market = shard.market(symbolNo);
  keepOfDeparted(shard, market, Number.POSITIVE_INFINITY);
  market.save(out);
  const orders = market.announcedOrders();
  out.word(orders.length);
  for (const orderNo of orders) {
    out.word(orderNo);
    saveOrder(shard, orderNo, out);
  }
  out.word(evicted.length);
  for (const orderNo of evicted) {
    out.word(orderNo);
    out.text(shard.orderIdOf(orderNo));
    saveRow(shard, orderNo, out);
  }
}

/** Adds its alerts that were firing to `firing`. */
export function loadSymbol(shard: Shard, symbolNo: number, from: StateReader, firing: AlertNotice[]): void {
  const market = shard.market(symbolNo);
  market.load(from);
  shard.noteMoved(market);
  for (let left = from.word(); left > 0; left--) firing.push(...loadOrder(shard, from.word(), from));
  for (let left = from.word(); left > 0; left--) {
    const orderNo = from.word();
    shard.evicted.set(orderNo, from.text());
    loadRow(shard, orderNo, from);
  }
}
