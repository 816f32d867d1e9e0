/** Numbers in the order of a time that each has; those of one time in the order in which they came. As two columns. */

import type { StateReader } from '../domain/state-reader.ts';
import type { StateWriter } from '../domain/state-writer.ts';
import { countUpTo } from './time-index.ts';

const CAPACITY_MIN = 16;

export class TimedNumbers {
  private count = 0;
  private timesUs = new Float64Array(CAPACITY_MIN);
  private numbers = new Int32Array(CAPACITY_MIN);
  /** The latest time, -Infinity without any; a field, because every quote asks for it. */
  lastUs = Number.NEGATIVE_INFINITY;

  get length(): number {
    return this.count;
  }

  usAt(place: number): number {
    return this.timesUs[place]!;
  }

  numberAt(place: number): number {
    return this.numbers[place]!;
  }

  /** A copy. */
  numbersSoFar(): Int32Array {
    return this.numbers.slice(0, this.count);
  }

  add(number: number, us: number): void {
    if (this.count === this.timesUs.length) this.grow();
    const at = countUpTo(this.timesUs, this.count, us);
    this.timesUs.copyWithin(at + 1, at, this.count);
    this.numbers.copyWithin(at + 1, at, this.count);
    this.timesUs[at] = us;
    this.numbers[at] = number;
    this.count++;
    this.lastUs = this.timesUs[this.count - 1]!;
  }

  /** Takes out a number that was added with that time. */
  remove(number: number, us: number): void {
    let at = countUpTo(this.timesUs, this.count, us) - 1;
    while (at >= 0 && this.timesUs[at] === us && this.numbers[at] !== number) at--;
    if (at < 0 || this.timesUs[at] !== us) return;
    this.timesUs.copyWithin(at, at + 1, this.count);
    this.numbers.copyWithin(at, at + 1, this.count);
    this.count--;
    this.lastUs = this.count === 0 ? Number.NEGATIVE_INFINITY : this.timesUs[this.count - 1]!;
  }

  save(out: StateWriter): void {
    out.word(this.count);
    for (let place = 0; place < this.count; place++) {
      out.word(this.numbers[place]!);
      out.double(this.timesUs[place]!);
    }
  }

  load(from: StateReader): void {
    for (let left = from.word(); left > 0; left--) this.add(from.word(), from.double());
  }

  private grow(): void {
    const timesUs = new Float64Array(this.count * 2);
    const numbers = new Int32Array(this.count * 2);
    timesUs.set(this.timesUs);
    numbers.set(this.numbers);
    this.timesUs = timesUs;
    this.numbers = numbers;
  }
}
