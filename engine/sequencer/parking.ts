/**
 * Records about orders that are not announced yet. They are journaled and acknowledged like all others; they wait here,
 * in their order, until the order comes, and then go to its shard behind it. Both limits are named in limits.ts.
 */

import { PARKED_BYTES_MAX, PARKED_PER_ORDER_MAX } from '../domain/limits.ts';
import type { StateReader } from '../domain/state-reader.ts';
import type { StateWriter } from '../domain/state-writer.ts';
import { RecordReader, RecordType } from '../journal/record.ts';
import { Memory } from '../ring/memory.ts';

export class Parking {
  private readonly waiting = new Map<number, Memory[]>();
  private readonly sessions = new Map<number, Memory>();
  private bytes = 0;

  get parkedBytes(): number {
    return this.bytes;
  }

  /** True when one more record of about this size may wait for this order. */
  hasRoom(orderNo: number, byteLength: number): boolean {
    const ofOrder = this.waiting.get(orderNo)?.length ?? 0;
    return ofOrder < PARKED_PER_ORDER_MAX && this.bytes + byteLength <= PARKED_BYTES_MAX;
  }

  /** Keeps a copy of a record. Of an order's session only the newest is kept: each says everything. */
  park(orderNo: number, type: RecordType, record: Uint8Array): void {
    const copy = new Memory(new ArrayBuffer(record.length));
    copy.bytes.set(record);
    if (type === RecordType.MONITORING_STARTED) {
      this.bytes += record.length - (this.sessions.get(orderNo)?.bytes.length ?? 0);
      this.sessions.set(orderNo, copy);
      return;
    }
    const ofOrder = this.waiting.get(orderNo);
    if (ofOrder === undefined) this.waiting.set(orderNo, [copy]);
    else ofOrder.push(copy);
    this.bytes += record.length;
  }

  /** Hands over what waited for this order: its session, then the others, oldest first. */
  release(orderNo: number): readonly Memory[] {
    const session = this.sessions.get(orderNo);
    const released = [...(session === undefined ? [] : [session]), ...(this.waiting.get(orderNo) ?? [])];
    this.waiting.delete(orderNo);
    this.sessions.delete(orderNo);
    for (const record of released) this.bytes -= record.bytes.length;
    return released;
  }

  save(out: StateWriter): void {
    const records = [...this.sessions.values(), ...[...this.waiting.values()].flat()];
    out.word(records.length);
    for (const record of records) out.block(record.bytes);
  }

  load(from: StateReader): void {
    const reader = new RecordReader();
    for (let left = from.word(); left > 0; left--) {
      const bytes = from.block();
      const record = new Memory(new ArrayBuffer(bytes.length));
      record.bytes.set(bytes);
      const { orderNo, type } = reader.open(record, 0);
      this.park(orderNo, type, bytes);
    }
  }
}
