/**
 * State as bytes: fields one behind the other, little-endian, in the order in which `StateReader` reads them. What stands
 * where is known to the two methods of each class that writes and reads itself; nothing is named or marked.
 */

const encoder = new TextEncoder();
const CAPACITY_MIN = 1 << 12;

export class StateWriter {
  private bytes = new Uint8Array(CAPACITY_MIN);
  private view = new DataView(this.bytes.buffer);
  private at = 0;

  /** What was written since the last `clear`; valid until the next write. */
  get written(): Uint8Array {
    return this.bytes.subarray(0, this.at);
  }

  clear(): void {
    this.at = 0;
  }

  double(value: number): void {
    this.reserve(8);
    this.view.setFloat64(this.at, value, true);
    this.at += 8;
  }

  /** A 32-bit integer. */
  word(value: number): void {
    this.reserve(4);
    this.view.setInt32(this.at, value, true);
    this.at += 4;
  }

  text(value: string): void {
    this.reserve(4 + value.length * 3);
    const { written } = encoder.encodeInto(value, this.bytes.subarray(this.at + 4));
    this.view.setInt32(this.at, written, true);
    this.at += 4 + written;
  }

  /** The first `count` cells of a column. */
  doubles(column: Float64Array, count: number): void {
    this.raw(new Uint8Array(column.buffer, column.byteOffset, count * 8));
  }

  /** The first `count` cells of a column. */
  words(column: Int32Array, count: number): void {
    this.raw(new Uint8Array(column.buffer, column.byteOffset, count * 4));
  }

  /** Bytes with their number before them. */
  block(bytes: Uint8Array): void {
    this.word(bytes.length);
    this.raw(bytes);
  }

  private raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  private reserve(bytes: number): void {
    const needed = this.at + bytes;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.at));
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }
}
