/**
 * Records about orders that are not announced yet. They are journaled and acknowledged like all others; they wait here,
 * in their order, until the order comes, and then go to its shard behind it. Both limits are named in limits.ts.
 */

import { PARKED_BYTES_MAX, PARKED_PER_ORDER_MAX } from '../domain/limits.ts';
import { Memory } from '../ring/memory.ts';

export class Parking {
  private readonly waiting = new Map<number, Memory[]>();
  private bytes = 0;

  get parkedBytes(): number {
    return this.bytes;
  }

  /** True when one more record of about this size may wait for this order. */
  hasRoom(orderNo: number, byteLength: number): boolean {
    const ofOrder = this.waiting.get(orderNo)?.length ?? 0;
    return ofOrder < PARKED_PER_ORDER_MAX && this.bytes + byteLength <= PARKED_BYTES_MAX;
  }

  /** Keeps a copy of a record. */
  park(orderNo: number, record: Uint8Array): void {
    const copy = new Memory(new ArrayBuffer(record.length));
    copy.bytes.set(record);
    const ofOrder = this.waiting.get(orderNo);
    if (ofOrder === undefined) this.waiting.set(orderNo, [copy]);
    else ofOrder.push(copy);
    this.bytes += record.length;
  }

  /** Hands over what waited for this order, oldest first. */
  release(orderNo: number): readonly Memory[] {
    const released = this.waiting.get(orderNo) ?? [];
    this.waiting.delete(orderNo);
    for (const record of released) this.bytes -= record.bytes.length;
    return released;
  }
}
