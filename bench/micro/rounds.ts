/** Rounds of a measurement: repeated, or two interleaved so that both meet the same minutes of a machine. */

import { median, type RatioSummary, ratiosOf } from '../measure/ratios.ts';
import type { Size } from './size.ts';
import { threadNs } from './thread-clock.ts';

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** Measures once: nanoseconds an operation. */
export type Round = () => number;

const ROUNDS: Readonly<Record<Size, number>> = { full: 7, smoke: 1 };
const PAIRS: Readonly<Record<Size, number>> = { full: 5, smoke: 1 };

/** After one round that does not count. */
export function repeated(size: Size, round: Round): Spread {
  round();
  return spreadOf(Array.from({ length: ROUNDS[size] }, () => round()));
}

/** Pairs in the order A B B A, after one pair that does not count. The ratio is a/b of each pair. */
export function interleaved(size: Size, a: Round, b: Round): { readonly a: Spread; readonly b: Spread; readonly ratio: RatioSummary } {
  a();
  b();
  const pairs = Array.from({ length: PAIRS[size] }, (_, pair) => {
    if (pair % 2 === 0) return { a: a(), b: b() };
    const second = b();
    return { a: a(), b: second };
  });
  return { a: spreadOf(pairs.map((pair) => pair.a)), b: spreadOf(pairs.map((pair) => pair.b)), ratio: ratiosOf(pairs) };
}

/** A round that does `operations` at once. */
export function timed(operations: number, run: () => void): Round {
  return () => {
    const startNs = threadNs();
    run();
    return (threadNs() - startNs) / operations;
  };
}

function spreadOf(numbers: readonly number[]): Spread {
  return { median: median(numbers), min: Math.min(...numbers), max: Math.max(...numbers) };
}
