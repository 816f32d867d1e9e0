/** A column of doubles that grows: what a recording is collected in. Not a general list: it only appends. */

const FIRST_LENGTH = 1_024;
/** A symbol's whole day has a few million quotes. */
const LENGTH_MAX = 50_000_000;

export class GrowingColumn {
  #values = new Float64Array(FIRST_LENGTH);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      if (this.#length >= LENGTH_MAX) throw new RangeError(`a column has at most ${LENGTH_MAX} values`);
      const grown = new Float64Array(this.#length * 2);
      grown.set(this.#values);
      this.#values = grown;
    }
    this.#values[this.#length++] = value;
  }

  /** A copy without the spare room. */
  settled(): Float64Array {
    return this.#values.slice(0, this.#length);
  }
}
