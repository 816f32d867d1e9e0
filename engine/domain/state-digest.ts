/**
 * A 64-bit hash of state: whatever writes itself to a StateWriter can be hashed instead. Two lanes of 32 bits, each with the
 * rounds of MurmurHash3 (Appleby 2011) and constants of its own. Not for adversaries.
 *
 * Every NaN counts as one, because which one an operation makes is the processor's choice; 0 and -0 are two numbers.
 *
 * What has no order of its own (orders, symbols) is hashed one by one and summed in a `DigestSum`, modulo 2^64.
 */

import { StateWriter } from './state-writer.ts';

const WORD_RANGE = 0x1_0000_0000;
const NAN_WORD = 0x7ff80000;

const double = new Float64Array(1);
const halves = new Int32Array(double.buffer);

/** May be sent to another thread. */
export interface DigestParts {
  readonly high: number;
  readonly low: number;
}

export class StateDigest extends StateWriter implements DigestParts {
  private first = 0;
  private second = 0;
  private words_ = 0;

  override clear(): void {
    this.first = 0x811c9dc5;
    this.second = 0x050c5d1f;
    this.words_ = 0;
  }

  override double(value: number): void {
    double[0] = value;
    const isNaN = value !== value;
    this.word(isNaN ? 0 : halves[0]!);
    this.word(isNaN ? NAN_WORD : halves[1]!);
  }

  override word(value: number): void {
    this.words_++;
    let mixed = Math.imul(value, 0xcc9e2d51);
    mixed = Math.imul((mixed << 15) | (mixed >>> 17), 0x1b873593) ^ this.first;
    this.first = (Math.imul((mixed << 13) | (mixed >>> 19), 5) + 0xe6546b64) | 0;
    mixed = Math.imul(value, 0x239b961b);
    mixed = Math.imul((mixed << 16) | (mixed >>> 16), 0xab0e9789) ^ this.second;
    this.second = (Math.imul((mixed << 17) | (mixed >>> 15), 5) + 0x561ccd1b) | 0;
  }

  override text(value: string): void {
    this.word(value.length);
    for (let i = 0; i < value.length; i += 2) this.word(value.charCodeAt(i) | (i + 1 < value.length ? value.charCodeAt(i + 1) << 16 : 0));
  }

  override doubles(column: Float64Array, count: number): void {
    const words = new Int32Array(column.buffer, column.byteOffset, count * 2);
    for (let row = 0; row < count; row++) {
      if (Number.isNaN(column[row]!)) this.double(Number.NaN);
      else {
        this.word(words[2 * row]!);
        this.word(words[2 * row + 1]!);
      }
    }
  }

  override words(column: Int32Array, count: number): void {
    for (let row = 0; row < count; row++) this.word(column[row]!);
  }

  override block(bytes: Uint8Array): void {
    this.word(bytes.length);
    const count = bytes.length >> 2;
    const whole = bytes.byteOffset % 4 === 0 ? bytes : new Uint8Array(bytes);
    this.words(new Int32Array(whole.buffer, whole.byteOffset, count), count);
    for (let at = count * 4; at < bytes.length; at++) this.word(bytes[at]!);
  }

  get high(): number {
    return finished(this.first ^ this.words_) >>> 0;
  }

  get low(): number {
    return finished(this.second ^ Math.imul(this.first, 0x9e3779b1) ^ this.words_) >>> 0;
  }
}

export class DigestSum implements DigestParts {
  high = 0;
  low = 0;

  add({ high, low }: DigestParts): this {
    const sum = this.low + low;
    this.low = sum % WORD_RANGE;
    this.high = (this.high + high + (sum >= WORD_RANGE ? 1 : 0)) % WORD_RANGE;
    return this;
  }

  /** 16 hexadecimal digits. */
  toString(): string {
    return [this.high, this.low].map((word) => word.toString(16).padStart(8, '0')).join('');
  }
}

function finished(word: number): number {
  let bits = word ^ (word >>> 16);
  bits = Math.imul(bits, 0x85ebca6b);
  bits ^= bits >>> 13;
  bits = Math.imul(bits, 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
