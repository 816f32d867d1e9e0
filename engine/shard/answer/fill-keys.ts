/** The properties of a fill by which the attribution is cut into buckets, as the words that are their keys. */

import type { FillFacts } from '../../analytics/fill-facts.ts';
import { LIQUIDITIES } from '../../domain/enums.ts';
import { formatTimestamp } from '../../domain/timestamp.ts';
import type { Shard } from '../shard.ts';
import { sliceOf } from './order-slices.ts';

const UNKNOWN = 'UNKNOWN';

export interface FillKeys {
  venue(fill: FillFacts): string;
  /** Start of the slice that the fill is in. */
  slice(fill: FillFacts): string;
  childOrderType(fill: FillFacts): string;
  liquidity(fill: FillFacts): string;
}

/** `slices` are the starts of the order's slices (order-slices.ts). */
export function fillKeys(shard: Shard, slices: readonly number[]): FillKeys {
  const sliceKeys = slices.map(formatTimestamp);
  return {
    venue: (fill) => shard.venueName(fill.venueNo),
    slice: (fill) => sliceKeys[sliceOf(slices, fill.timestampUs)]!,
    childOrderType: (fill) => shard.children.orderTypeOf(fill.childNo) || UNKNOWN,
    liquidity: (fill) => LIQUIDITIES[fill.liquidity] ?? UNKNOWN,
  };
}
