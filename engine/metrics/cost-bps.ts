import { BPS } from '../domain/units.ts';

/**
 * Cost of a price against a reference.
 *
 *     costBps = side * (price - reference) / reference * 10_000
 *
 * Sign: positive is a cost to the order, negative a saving, for buys (+1) and sells (-1) alike.
 * NaN:  either price is undefined.
 */
export function costBps(side: 1 | -1, price: number, reference: number): number {
  return (side * (price - reference) * BPS) / reference;
}
