/** The leaves of a tape and the price ranks over them, held against sorted lists and scans. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from '../../support/properties.ts';

import { StateReader } from '../../../engine/domain/state-reader.ts';
import { StateWriter } from '../../../engine/domain/state-writer.ts';
import { LEAF_ENTRIES } from '../../../engine/market/leaf.ts';
import { PriceRanks } from '../../../engine/market/price-ranks.ts';
import { NOWHERE, TapeLeaves } from '../../../engine/market/tape-leaves.ts';
import { arrivals, arriving } from '../../support/tape-arrivals.ts';

describe('leaves of a tape', () => {
  const VALUE = 2;
  type Entry = { us: number; sequence: number; value: number };

  function walked(leaves: TapeLeaves): Entry[] {
    const entries: Entry[] = [];
    for (let place = leaves.after(NOWHERE); place <= leaves.last; place = leaves.after(place)) entries.push({ us: leaves.get(place, 0), sequence: leaves.get(place, 1), value: leaves.get(place, VALUE) });
    return entries;
  }

  test('hold the same entries in the same order as a sorted list, and find the same of them', () => {
    fc.assert(
      fc.property(arrivals, fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })), { minLength: 1, maxLength: 8 }), fc.double({ min: 0, max: 0.99, noNaN: true }), (arrived, asks, gone) => {
        let leaves = new TapeLeaves(VALUE + 1);
        let sorted: Entry[] = [];
        const addAll = (its: Iterable<Entry>): void => {
          for (const entry of its) {
            const place = leaves.add(entry.us, entry.sequence);
            leaves.set(place, VALUE, entry.value);
            sorted.push(entry);
          }
          sorted = sorted.sort((a, b) => a.us - b.us || a.sequence - b.sequence);
        };
        const compare = (): void => {
          assert.deepEqual(walked(leaves), sorted);
          assert.equal(leaves.count, sorted.length);
          assert.deepEqual([leaves.firstUs, leaves.lastUs], [sorted[0]!.us, sorted.at(-1)!.us]);
          const numberOf = (place: number): number => (place === NOWHERE ? -1 : sorted.findIndex(({ sequence }) => sequence === leaves.get(place, 1)));
          for (const [x, y] of asks) {
            const [at, other] = [x, y].map((share) => Math.min(sorted.length - 1, Math.floor(share * sorted.length))) as [number, number];
            const { us, sequence } = sorted[at]!;
            assert.equal(numberOf(leaves.placeOf(at)), at);
            assert.equal(numberOf(leaves.before(leaves.placeOf(at))), at - 1);
            for (const asked of [us - 0.5, us, us + 0.5]) {
              assert.equal(numberOf(leaves.upTo(asked)), sorted.findLastIndex((entry) => entry.us <= asked));
              assert.equal(numberOf(leaves.upToBefore(asked)), sorted.findLastIndex((entry) => entry.us < asked));
            }
            assert.equal(numberOf(leaves.upToBelow(us, sequence)), sorted.findLastIndex((entry) => entry.us < us || (entry.us === us && entry.sequence < sequence)));
            const [from, through] = [Math.min(at, other), Math.max(at, other)];
            const middle = from + Math.floor((through - from) * y);
            assert.equal(numberOf(leaves.firstWhere(leaves.placeOf(from), leaves.placeOf(through), (place) => numberOf(place) >= middle)), middle);
          }
        };
        addAll(arriving(arrived));
        compare();
        const leaving = Math.max(1, Math.floor(gone * sorted.length));
        const left = leaves.letGo(leaving);
        assert.deepEqual(walked(left), sorted.splice(0, leaving));
        compare();
        leaves.takeBack(left);
        // What is used again shows nothing of what it was.
        addAll([...arriving({ ...arrived, seed: arrived.seed + 1 })].map((entry) => ({ ...entry, us: entry.us + sorted.at(-1)!.us, sequence: entry.sequence + arrived.count })));
        compare();
        const out = new StateWriter();
        leaves.save(out, VALUE + 1);
        leaves = new TapeLeaves(VALUE + 1);
        leaves.load(new StateReader(out.written.slice()), VALUE + 1, sorted.length);
        compare();
      }),
      { numRuns: 60, includeErrorInReport: true },
    );
  });

  test('an entry that comes late, however late it is, moves no more than a leaf', () => {
    const leaves = new TapeLeaves(2);
    for (let us = 0; us < 100 * LEAF_ENTRIES; us++) leaves.add(us, us);
    const place = leaves.placeOf(50 * LEAF_ENTRIES);
    const others = [leaves.placeOf(49 * LEAF_ENTRIES), leaves.placeOf(52 * LEAF_ENTRIES)].map((other) => leaves.leafAt(other));
    const [before, cells] = [others.map((leaf) => leaf.cells.slice()), leaves.leafAt(place)];
    leaves.add(leaves.get(place, 0), -1);
    assert.deepEqual(others.map((leaf) => leaf.cells), before);
    assert.ok(cells.count < LEAF_ENTRIES, 'it had no room for it');
  });

  test('of tapes that are told as much are not made in one moment', () => {
    const tapes = Array.from({ length: 500 }, () => new TapeLeaves(2));
    const madeAt: number[] = [];
    for (let us = 0; us < 3 * LEAF_ENTRIES; us++) {
      let made = 0;
      for (const tape of tapes) {
        const before = tape.last === NOWHERE ? undefined : tape.leafAt(tape.last);
        tape.add(us, us);
        if (before !== undefined && tape.leafAt(tape.last) !== before) made++;
      }
      madeAt.push(made);
    }
    assert.ok(madeAt.reduce((sum, made) => sum + made) > 2 * tapes.length, 'each has made some');
    assert.ok(Math.max(...madeAt) <= tapes.length / 20, `${Math.max(...madeAt)} at once`);
  });
});

describe('price ranks', () => {
  test('volume above and at a price, over any stretch, whatever came late meanwhile', () => {
    fc.assert(
      fc.property(arrivals, fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat(3), fc.boolean()), { minLength: 1, maxLength: 8 }), (arrived, asks) => {
        const [PRICE, QUANTITY] = [2, 3];
        const trades = new TapeLeaves(4);
        const ranks = new PriceRanks(trades, PRICE, QUANTITY);
        for (const { us, sequence, value } of arriving(arrived)) {
          const place = trades.add(us, sequence);
          trades.set(place, PRICE, 99 + (value % 4));
          trades.set(place, QUANTITY, value);
        }
        for (const [a, b, c, isLate] of asks) {
          const [from, to] = [a % (trades.count + 1), b % (trades.count + 1)].sort((x, y) => x - y) as [number, number];
          const placeBehind = (count: number): number => (count === 0 ? NOWHERE : trades.placeOf(count - 1));
          const price = 99 + c;
          const volume = (holds: (price: number) => boolean): number => {
            let sum = 0;
            for (let entry = from; entry < to; entry++) if (holds(trades.get(trades.placeOf(entry), PRICE))) sum += trades.get(trades.placeOf(entry), QUANTITY);
            return sum;
          };
          assert.deepEqual(ranks.volumeAround(price, placeBehind(from), placeBehind(to)), { above: volume((each) => each > price), at: volume((each) => each === price) });
          if (!isLate) continue;
          const late = trades.add(trades.get(trades.placeOf(a % trades.count), 0), arrived.count);
          trades.set(late, PRICE, price);
          trades.set(late, QUANTITY, 7);
        }
      }),
      { numRuns: 60, includeErrorInReport: true },
    );
  });
});
