/** Which synthetic symbol to hold beside a recorded one. */

import { mean } from './moments.ts';
import type { SymbolFacts } from './symbol-facts.ts';

/**
 * The candidate at the smallest distance, the sum of |log ratio| of price in ticks, mean spread in ticks and takes an hour; the first
 * of equals. These are what a symbol is, not how it behaves in time. Throws RangeError without candidates.
 */
export function mostAlike(candidates: readonly SymbolFacts[], to: SymbolFacts): SymbolFacts {
  const distances = candidates.map((candidate) => distance(candidate, to));
  const nearest = candidates[distances.indexOf(Math.min(...distances))];
  if (nearest === undefined) throw new RangeError('nothing to compare with');
  return nearest;
}

function distance(one: SymbolFacts, other: SymbolFacts): number {
  const [a, b] = [traits(one), traits(other)];
  return a.reduce((sum, trait, i) => sum + Math.abs(Math.log(trait / b[i]!)), 0);
}

function traits({ recording, spread, takes, hours }: SymbolFacts): number[] {
  return [mean(recording.prices) / recording.tickSize, spread.meanTicks, takes.signs.length / hours];
}
