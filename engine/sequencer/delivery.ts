/**
 * Which shards get a record. An order, and what is about it, goes to the shard of its symbol, as that symbol's market does; what all
 * of them need to know goes to all. Records of an order that is not announced are parked, and go out before its announcement.
 */

import { NameKind, NONE, type RecordReader, RecordType, setRecordSymbol } from '../journal/record.ts';
import type { Memory } from '../ring/memory.ts';
import type { Outlet } from './outlet.ts';
import type { Parking } from './parking.ts';
import type { Registry } from './registry.ts';

export class Delivery {
  private readonly outlet: Outlet;
  private readonly registry: Registry;
  private readonly parking: Parking;

  constructor(outlet: Outlet, registry: Registry, parking: Parking) {
    this.outlet = outlet;
    this.registry = registry;
    this.parking = parking;
  }

  /** Sends one record; `record` is open on it, and is moved on. */
  send(memory: Memory, record: RecordReader): void {
    const { offset, byteLength, orderNo } = record;
    switch (record.type) {
      case RecordType.TICK:
      case RecordType.INSTRUMENT:
      case RecordType.SETTINGS:
        this.outlet.toAll(memory, offset, byteLength);
        return;
      case RecordType.DEFINE: {
        const kind = record.open(memory, offset).word();
        if (kind !== NameKind.ORDER) this.outlet.toAll(memory, offset, byteLength);
        return;
      }
      case RecordType.EVENT_ID:
      case RecordType.BATCH_ANSWERED:
        return;
      case RecordType.ORDER: {
        const shard = this.outlet.shardOf(record.symbolNo);
        for (const parked of this.parking.release(orderNo)) {
          setRecordSymbol(parked, 0, record.symbolNo);
          this.outlet.toShard(shard, parked, 0, parked.bytes.length);
        }
        this.outlet.toShard(shard, memory, offset, byteLength);
        return;
      }
      default: {
        const isMarketData = record.type === RecordType.QUOTE || record.type === RecordType.TRADE;
        if (isMarketData && this.registry.indexSymbols.has(record.symbolNo)) this.outlet.toAll(memory, offset, byteLength);
        else if (record.symbolNo === NONE) this.parking.park(orderNo, record.type, memory.bytes.subarray(offset, offset + byteLength));
        else this.outlet.toShard(this.outlet.shardOf(record.symbolNo), memory, offset, byteLength);
      }
    }
  }
}
