/** Frames one behind the other in memory that is used again and again: what a commit writes at once, in one round. */

import { FRAME_HEAD_BYTES, writeFrame } from './segment.ts';

const CAPACITY_BYTES = 1 << 18;
/** Memory that one large moment has taken is given back after it. */
const KEPT_BYTES_MAX = 8 << 20;

export class FrameBuffer {
  private memory = Buffer.allocUnsafeSlow(CAPACITY_BYTES);
  private used = 0;
  /** Of the first and of the last record in it. */
  firstSequence = Number.NaN;
  lastSequence = Number.NaN;

  get isEmpty(): boolean {
    return this.used === 0;
  }

  /** The frames so far; valid until the next `add`. */
  get bytes(): Buffer {
    return this.memory.subarray(0, this.used);
  }

  add(payload: Uint8Array, firstSequence: number, recordCount: number): void {
    if (this.isEmpty) this.firstSequence = firstSequence;
    this.lastSequence = firstSequence + recordCount - 1;
    const needed = this.used + FRAME_HEAD_BYTES + payload.length;
    if (needed > this.memory.length) this.grow(needed);
    this.used = writeFrame(this.memory, this.used, payload, firstSequence, recordCount, this.firstSequence);
  }

  clear(): void {
    this.used = 0;
    if (this.memory.length > KEPT_BYTES_MAX) this.memory = Buffer.allocUnsafeSlow(CAPACITY_BYTES);
  }

  private grow(bytes: number): void {
    let capacity = this.memory.length;
    while (capacity < bytes) capacity *= 2;
    const grown = Buffer.allocUnsafeSlow(capacity);
    this.memory.copy(grown, 0, 0, this.used);
    this.memory = grown;
  }
}
