/**
 * A running sum carried in two doubles (about 106 bits): differences of prefix sums stay exact where a plain double
 * would lose the small interval inside the large total.
 * Source: Knuth's TwoSum; Dekker (1971), Numerische Mathematik 18, for the exact product.
 */
export class ExactSum {
  // From NaN to 0: a field that was first seen with a whole number changes the shape of every sum there is when one of them gets
  // a fraction, and V8 gives up compiling code that meets both shapes, again and again.
  high = Number.NaN;
  low = Number.NaN;

  constructor() {
    this.high = 0;
    this.low = 0;
  }

  set(high: number, low: number): void {
    this.high = high;
    this.low = low;
  }

  add(term: number): void {
    const sum = this.high + term;
    const shadow = sum - this.high;
    const error = this.high - (sum - shadow) + (term - shadow) + this.low;
    this.high = sum + error;
    this.low = error - (this.high - sum);
  }

  /** Adds a * b with the product's rounding error. */
  addProduct(a: number, b: number): void {
    const product = a * b;
    const aHigh = SPLITTER * a - (SPLITTER * a - a);
    const bHigh = SPLITTER * b - (SPLITTER * b - b);
    const aLow = a - aHigh;
    const bLow = b - bHigh;
    this.add(aHigh * bHigh - product + aHigh * bLow + aLow * bHigh + aLow * bLow);
    this.add(product);
  }
}

/** 2^27 + 1 halves the 53 bits of a double. */
const SPLITTER = 134_217_729;

/** (aHigh + aLow) - (bHigh + bLow), rounded once at the end. */
export function exactDifference(aHigh: number, aLow: number, bHigh: number, bLow: number): number {
  const difference = aHigh - bHigh;
  const shadow = difference - aHigh;
  const error = aHigh - (difference - shadow) - (bHigh + shadow);
  return difference + (error + (aLow - bLow));
}
