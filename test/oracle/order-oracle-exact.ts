/** Exact arithmetic on doubles for the order oracle: every finite double is a whole number times a power of two. */

const DIVISION_BITS = 100;

/** n * 2^e. */
export class Exact {
  readonly n: bigint;
  readonly e: number;

  private constructor(n: bigint, e: number) {
    this.n = n;
    this.e = e;
  }

  static readonly ZERO = new Exact(0n, 0);

  static of(value: number): Exact {
    if (!Number.isFinite(value)) throw new RangeError(`${value} is not finite`);
    let e = 0;
    let scaled = value;
    while (!Number.isInteger(scaled)) {
      scaled *= 2;
      e--;
    }
    return new Exact(BigInt(scaled), e);
  }

  plus(other: Exact): Exact {
    const e = Math.min(this.e, other.e);
    return new Exact(this.at(e) + other.at(e), e);
  }

  minus(other: Exact): Exact {
    return this.plus(new Exact(-other.n, other.e));
  }

  times(other: Exact): Exact {
    return new Exact(this.n * other.n, this.e + other.e);
  }

  /** -1, 0 or 1. */
  compare(other: Exact): number {
    const difference = this.minus(other).n;
    return difference < 0n ? -1 : difference > 0n ? 1 : 0;
  }

  /** this / other as the nearest double, or next to it. */
  over(other: Exact): number {
    const quotient = (this.n << BigInt(DIVISION_BITS)) / other.n;
    return Number(quotient) * 2 ** (this.e - other.e - DIVISION_BITS);
  }

  toNumber(): number {
    return this.over(Exact.of(1));
  }

  private at(e: number): bigint {
    return this.n << BigInt(this.e - e);
  }
}

export function exactSum(values: Iterable<number>): Exact {
  let sum = Exact.ZERO;
  for (const value of values) sum = sum.plus(Exact.of(value));
  return sum;
}

export function exactProducts(pairs: Iterable<readonly [number, number]>): Exact {
  let sum = Exact.ZERO;
  for (const [a, b] of pairs) sum = sum.plus(Exact.of(a).times(Exact.of(b)));
  return sum;
}
