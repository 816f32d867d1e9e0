/** What tapes are told in tests: entries that come mostly in time, some of them late, over several leaves. */
import { LEAF_ENTRIES } from '../../engine/market/leaf.ts';
import fc from './properties.ts';
import { seededRandom } from './seeded-random.ts';

/** What a tape is told: mostly in time, some of it late by up to as many entries; several at one time. */
export const arrivals = fc.record({ seed: fc.nat(), count: fc.integer({ min: 2, max: 6 * LEAF_ENTRIES }), latest: fc.constantFrom(0, 40, LEAF_ENTRIES, 4 * LEAF_ENTRIES), lateShare: fc.constantFrom(0, 0.1, 0.9) });
export type Arrivals = { seed: number; count: number; latest: number; lateShare: number };

export function* arriving({ seed, count, latest, lateShare }: Arrivals): Generator<{ us: number; sequence: number; value: number }> {
  const random = seededRandom(seed);
  for (let i = 0; i < count; i++) {
    const us = random() < lateShare ? Math.max(0, i - Math.floor(random() * latest)) : i;
    yield { us: us - (us % 3), sequence: i, value: Math.floor(random() * 1_000) };
  }
}
