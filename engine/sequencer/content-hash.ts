/**
 * A 53-bit hash of a text, to tell a message sent again from another one under the same identity.
 * Two FNV-1a passes (Fowler, Noll, Vo 1991) with different offsets over the UTF-16 units. Not for adversaries: whoever
 * finds two contents with one hash makes his own correction look like a repetition.
 */
export function contentHash(text: string): number {
  let low = 0x811c9dc5;
  let high = 0x050c5d1f;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    low = Math.imul(low ^ unit, 0x01000193);
    high = Math.imul(high ^ unit ^ (unit << 8), 0x01000193);
  }
  return (high >>> 11) * 0x1_0000_0000 + (low >>> 0);
}

const double = new Float64Array(1);
const words = new Int32Array(double.buffer);
const NAN_WORD = 0x7ff80000;

/** The same for a list of numbers. -0 counts as 0, and every NaN as one. */
export class NumbersHash {
  private low = 0;
  private high = 0;

  begin(): this {
    this.low = 0x811c9dc5;
    this.high = 0x050c5d1f;
    return this;
  }

  add(value: number): this {
    double[0] = value + 0;
    const isNaN = value !== value;
    this.mix(isNaN ? NAN_WORD : words[0]!);
    this.mix(isNaN ? 0 : words[1]!);
    return this;
  }

  /** 53 bits. */
  get value(): number {
    return (this.high >>> 11) * 0x1_0000_0000 + (this.low >>> 0);
  }

  private mix(word: number): void {
    this.low = Math.imul(this.low ^ word, 0x85ebca6b);
    this.low ^= this.low >>> 15;
    this.high = Math.imul(this.high ^ word, 0xc2b2ae35);
    this.high ^= this.high >>> 13;
  }
}
