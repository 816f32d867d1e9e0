/**
 * A mailbox: one ring of variable-length messages between exactly one sending and one receiving thread.
 *
 * It owns a SharedArrayBuffer: two cursors and a flag, each on a cache line of its own, then the bytes. Messages are
 * 8-byte aligned and never wrap: one that would not fit before the end is preceded by a skip mark. The sender publishes
 * by storing its cursor, the receiver frees by storing its own, so neither ever writes what the other writes.
 *
 * It is not a queue for many senders, and it never blocks by itself: `tryPublish` says no when it is full.
 */

import { align8, Memory } from './memory.ts';

const CURSOR_PUBLISHED = 0;
const CURSOR_CONSUMED = 16;
const RECEIVER_PARKED = 32;
const HEADER_BYTES = 256;
const LENGTH_BYTES = 8;
const SKIP_TO_START = -1;

/** Rings hold a power of two of bytes; cursors count modulo 2^31, which every such size divides. */
const CURSOR_MASK = 0x7fffffff;

export function createMailbox(capacityBytes: number): SharedArrayBuffer {
  if (capacityBytes < 1024 || (capacityBytes & (capacityBytes - 1)) !== 0) {
    throw new RangeError(`mailbox capacity must be a power of two of at least 1024 bytes, got ${capacityBytes}`);
  }
  return new SharedArrayBuffer(HEADER_BYTES + capacityBytes);
}

class MailboxEnd {
  protected readonly control: Int32Array;
  /** The ring's bytes. What a message says is valid only while it is being received. */
  readonly memory: Memory;
  protected readonly capacity: number;

  constructor(shared: SharedArrayBuffer) {
    this.capacity = shared.byteLength - HEADER_BYTES;
    this.control = new Int32Array(shared, 0, HEADER_BYTES / 4);
    this.memory = new Memory(shared, HEADER_BYTES);
  }

  /** Bytes published and not consumed yet, framing included. */
  get usedBytes(): number {
    const published = Atomics.load(this.control, CURSOR_PUBLISHED);
    return (published - Atomics.load(this.control, CURSOR_CONSUMED)) & CURSOR_MASK;
  }
}

/** The sending end. Only one thread may hold it. */
export class MailboxSender extends MailboxEnd {
  /** Staged messages included. */
  private published = Atomics.load(this.control, CURSOR_PUBLISHED);
  private consumedSeen = Atomics.load(this.control, CURSOR_CONSUMED);

  get freeBytes(): number {
    return this.roomFrom(Atomics.load(this.control, CURSOR_CONSUMED));
  }

  /** Puts one message; false, and nothing is changed, when it does not fit now. */
  tryPublish(message: Uint8Array): boolean {
    const offset = this.reserve(message.length);
    if (offset < 0) return false;
    this.memory.bytes.set(message, offset);
    this.publish();
    return true;
  }

  /**
   * Puts one message, `byteLength` of `memory` from the whole word at `from` on, which the receiver sees after `publish`:
   * a batch of them costs one barrier. False, and nothing is changed, when it does not fit now.
   */
  tryStage(memory: Memory, from: number, byteLength: number): boolean {
    const offset = this.reserve(byteLength);
    if (offset < 0) return false;
    const into = this.memory.words;
    const words = memory.words;
    const shift = (offset - from) >> 2;
    // Shorter than what a call of `set` costs, and bits stay as they are, which copied doubles do not promise.
    for (let word = from >> 2; word < (from + byteLength + 3) >> 2; word++) into[word + shift] = words[word]!;
    return true;
  }

  /** As `tryPublish`, with the first `byteLength` bytes of `memory` as the message; makes no object. */
  tryPublishFrom(memory: Memory, byteLength: number): boolean {
    if (!this.tryStage(memory, 0, byteLength)) return false;
    this.publish();
    return true;
  }

  /** Shows the receiver all that was staged. */
  publish(): void {
    Atomics.store(this.control, CURSOR_PUBLISHED, this.published);
  }

  /** Makes room for a message behind the others and tells where it goes, or -1 when it does not fit now. */
  private reserve(byteLength: number): number {
    const needed = LENGTH_BYTES + align8(byteLength);
    if (needed > this.capacity / 2) throw new RangeError(`message of ${byteLength} bytes is over half the mailbox`);
    let offset = this.published & (this.capacity - 1);
    const untilEnd = this.capacity - offset;
    const skipped = needed > untilEnd ? untilEnd : 0;
    if (!this.hasRoom(skipped + needed)) return -1;
    if (skipped > 0) {
      this.memory.words[offset >> 2] = SKIP_TO_START;
      offset = 0;
    }
    this.memory.words[offset >> 2] = byteLength;
    this.published = (this.published + skipped + needed) & CURSOR_MASK;
    return offset + LENGTH_BYTES;
  }

  /** The receiver's cursor is only read again when what is known of it leaves no room: it can only have moved on. */
  private hasRoom(bytes: number): boolean {
    if (this.roomFrom(this.consumedSeen) >= bytes) return true;
    this.consumedSeen = Atomics.load(this.control, CURSOR_CONSUMED);
    return this.roomFrom(this.consumedSeen) >= bytes;
  }

  private roomFrom(consumed: number): number {
    return this.capacity - ((this.published - consumed) & CURSOR_MASK);
  }

  /** Wakes a receiver that parked. Call once after a batch of messages. */
  wake(): void {
    if (Atomics.exchange(this.control, RECEIVER_PARKED, 0) === 1) Atomics.notify(this.control, RECEIVER_PARKED);
  }

  /** True once when the receiver asked to be told of the next message and there is one: ring its doorbell. */
  takeDoorbell(): boolean {
    return Atomics.exchange(this.control, RECEIVER_PARKED, 0) === 1;
  }
}

/** The receiving end. Only one thread may hold it. */
export class MailboxReceiver extends MailboxEnd {
  private consumed = Atomics.load(this.control, CURSOR_CONSUMED);

  /** As `receiveInPlace`, with each message as a view of the ring's own bytes, valid only during the call. */
  receive(onMessage: (message: Uint8Array) => void, limit: number): number {
    return this.receiveInPlace((offset, length) => onMessage(this.memory.bytes.subarray(offset, offset + length)), limit);
  }

  /**
   * Tells `onMessage` where up to `limit` messages stand in `memory`, oldest first, and frees them after the last.
   * Returns how many there were.
   */
  receiveInPlace(onMessage: (offset: number, length: number) => void, limit: number): number {
    const published = Atomics.load(this.control, CURSOR_PUBLISHED);
    let count = 0;
    while (count < limit && this.consumed !== published) {
      let offset = this.consumed & (this.capacity - 1);
      let length = this.memory.words[offset >> 2]!;
      if (length === SKIP_TO_START) {
        this.consumed = (this.consumed + this.capacity - offset) & CURSOR_MASK;
        offset = 0;
        length = this.memory.words[0]!;
      }
      onMessage(offset + LENGTH_BYTES, length);
      this.consumed = (this.consumed + LENGTH_BYTES + align8(length)) & CURSOR_MASK;
      count++;
    }
    if (count > 0) Atomics.store(this.control, CURSOR_CONSUMED, this.consumed);
    return count;
  }

  /** Sleeps until a message is there or the time is over. For worker threads: the main thread must never park. */
  park(timeoutMsMax: number): void {
    Atomics.store(this.control, RECEIVER_PARKED, 1);
    if (this.usedBytes === 0) Atomics.wait(this.control, RECEIVER_PARKED, 1, timeoutMsMax);
    Atomics.store(this.control, RECEIVER_PARKED, 0);
  }

  /** Asks the sender to ring (see `takeDoorbell`); true when messages are already there, so that it must be read again. */
  askForDoorbell(): boolean {
    Atomics.store(this.control, RECEIVER_PARKED, 1);
    if (this.usedBytes === 0) return false;
    Atomics.store(this.control, RECEIVER_PARKED, 0);
    return true;
  }
}
