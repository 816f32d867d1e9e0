/** Reads what a StateWriter has written, field by field in the same order. Reading past the end throws RangeError. */

const decoder = new TextDecoder();
/** Up to here reading is quicker than looking at both sides as bytes. */
const ONE_BY_ONE_MAX = 64;

export class StateReader {
  readonly bytes: Uint8Array;
  private readonly view: DataView;
  private at = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** True when everything was read: where it should be and is not, writer and reader do not fit together. */
  get isAtEnd(): boolean {
    return this.at === this.bytes.length;
  }

  double(): number {
    const value = this.view.getFloat64(this.at, true);
    this.at += 8;
    return value;
  }

  word(): number {
    const value = this.view.getInt32(this.at, true);
    this.at += 4;
    return value;
  }

  text(): string {
    return decoder.decode(this.raw(this.word()));
  }

  /** Reads `count` doubles into the cells of a column from `first` on. */
  doubles(column: Float64Array, count: number, first = 0): void {
    if (count <= ONE_BY_ONE_MAX) {
      for (let i = 0; i < count; i++) column[first + i] = this.double();
      return;
    }
    new Uint8Array(column.buffer, column.byteOffset + first * 8, count * 8).set(this.raw(count * 8));
  }

  /** Reads `count` 32-bit integers into the first cells of a column. */
  words(column: Int32Array, count: number): void {
    new Uint8Array(column.buffer, column.byteOffset, count * 4).set(this.raw(count * 4));
  }

  /** Bytes that were written with their number; a view, valid as long as the state's own bytes. */
  block(): Uint8Array {
    return this.raw(this.word());
  }

  /** As `block`, without a view: tells how many bytes they are, which end at `place` in `bytes`. */
  passBlock(): number {
    const length = this.word();
    this.pass(length);
    return length;
  }

  /** As `doubles` and `words`, for who has no use for them. */
  passDoubles(count: number): void {
    this.pass(count * 8);
  }

  passWords(count: number): void {
    this.pass(count * 4);
  }

  /** Where the next field begins. */
  get place(): number {
    return this.at;
  }

  private raw(length: number): Uint8Array {
    const from = this.at;
    this.pass(length);
    return this.bytes.subarray(from, this.at);
  }

  private pass(length: number): void {
    if (length < 0 || this.at + length > this.bytes.length) throw new RangeError(`state ends at byte ${this.bytes.length}, ${length} more are asked for at ${this.at}`);
    this.at += length;
  }
}
