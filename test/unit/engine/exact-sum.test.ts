/** Sums in two doubles: differences of prefix sums, held against exact arithmetic. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from '../../support/properties.ts';

import { ExactSum, exactDifference } from '../../../engine/domain/exact-sum.ts';
import { Exact, exactProducts, exactSum } from '../../oracle/order-oracle-exact.ts';
import { assertClose } from '../../support/mismatches.ts';

const amount = fc.double({ min: 1e-6, max: 1e9, noNaN: true });

describe('exact sums', () => {
  test('differences of prefix sums of products carry about 106 bits of the whole', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(amount, amount), { minLength: 2, maxLength: 60 }), fc.nat(), fc.nat(), (terms, i, j) => {
        const sum = new ExactSum();
        const prefixes = terms.map(([a, b]) => {
          sum.addProduct(a, b);
          return [sum.high, sum.low] as const;
        });
        const [from, to] = [i % terms.length, j % terms.length].sort((x, y) => x - y) as [number, number];
        const actual = exactDifference(...prefixes[to]!, ...prefixes[from]!);
        const expected = exactProducts(terms.slice(from + 1, to + 1)).toNumber();
        const whole = exactProducts(terms).toNumber();
        assert.ok(Math.abs(actual - expected) <= 2 ** -52 * expected + 2 ** -98 * terms.length * whole, `${actual}, expected ${expected}`);
      }),
    );
  });

  test('a small interval behind a large total is not lost', () => {
    const sum = new ExactSum();
    sum.add(1e16);
    const [high, low] = [sum.high, sum.low];
    for (let i = 0; i < 1_000; i++) sum.add(0.1);
    assertClose(exactDifference(sum.high, sum.low, high, low), exactSum(Array.from({ length: 1_000 }, () => 0.1)).toNumber(), 'a thousand tenths');
    assert.equal(Exact.of(0.1).plus(Exact.of(0.2)).compare(Exact.of(0.3)), 1, 'the oracle itself is exact');
  });
});
