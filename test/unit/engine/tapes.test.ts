/** Exact sums, price ranks, trade and quote tapes, held against naive scans: late inserts, ties, a full window. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from '../../support/properties.ts';

import { ExactSum, exactDifference } from '../../../engine/domain/exact-sum.ts';
import { PriceRanks } from '../../../engine/market/price-ranks.ts';
import { isValidQuote, QuoteTape } from '../../../engine/market/quote-tape.ts';
import { NUMBER_MAX } from '../../../engine/domain/limits.ts';
import { firstCapacity, keptOfSymbol, nextCapacity } from '../../../engine/market/tape-columns.ts';
import { TradeTape } from '../../../engine/market/trade-tape.ts';
import { StateReader } from '../../../engine/domain/state-reader.ts';
import { StateWriter } from '../../../engine/domain/state-writer.ts';
import { Exact, exactProducts, exactSum } from '../../oracle/order-oracle-exact.ts';
import { isClose } from '../../support/mismatches.ts';

const amount = fc.double({ min: 1e-6, max: 1e9, noNaN: true });
const tick = fc.record({ us: fc.nat(300), cents: fc.integer({ min: 9_990, max: 10_010 }), quantity: fc.integer({ min: 1, max: 1_000 }) });
type Tick = { us: number; cents: number; quantity: number };

function assertClose(actual: number, expected: number, what: string): void {
  assert.ok(Number.isNaN(expected) ? Number.isNaN(actual) : isClose(actual, expected), `${what}: ${actual}, expected ${expected}`);
}

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

describe('price ranks', () => {
  test('volume above and at a price, over any stretch, before and after changes', () => {
    fc.assert(
      fc.property(fc.array(tick, { minLength: 1, maxLength: 900 }), fc.array(fc.tuple(fc.nat(), fc.nat(), fc.nat()), { minLength: 1, maxLength: 8 }), (ticks, asks) => {
        const prices = Float64Array.from(ticks, ({ cents }) => cents / 100);
        const quantities = Float64Array.from(ticks, ({ quantity }) => quantity);
        const ranks = new PriceRanks();
        for (const [a, b, c] of asks) {
          const [from, to] = [a % (ticks.length + 1), b % (ticks.length + 1)].sort((x, y) => x - y) as [number, number];
          const price = ticks[c % ticks.length]!.cents / 100;
          const stretch = Array.from({ length: to - from }, (_, i) => from + i);
          const volume = (holds: (i: number) => boolean): number => stretch.filter(holds).reduce((sum, i) => sum + quantities[i]!, 0);
          assert.deepEqual({ ...ranks.volumeAround(price, prices, quantities, from, to) }, { above: volume((i) => prices[i]! > price), at: volume((i) => prices[i] === price) });
          const changed = c % ticks.length;
          prices[changed] = ticks[a % ticks.length]!.cents / 100;
          ranks.forgetFrom(changed);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('trade tape', () => {
  const inOrder = (ticks: readonly Tick[]): (Tick & { at: number })[] => ticks.map((one, at) => ({ ...one, at })).sort((a, b) => a.us - b.us || a.at - b.at);

  test('volume, VWAP, share above and last price against a scan, in any order of arrival', () => {
    fc.assert(
      fc.property(fc.array(tick, { minLength: 1, maxLength: 300 }), fc.nat(300), fc.nat(300), fc.nat(), (ticks, a, b, c) => {
        const tape = new TradeTape(1 << 12);
        ticks.forEach(({ us, cents, quantity }, i) => assert.equal(tape.add(us, i, cents / 100, quantity), ticks.slice(0, i).some((before) => before.us > us)));
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const between = inOrder(ticks).filter(({ us }) => us >= from && us <= to);
        const volume = between.reduce((sum, { quantity }) => sum + quantity, 0);
        assert.equal(tape.volumeBetween(from, to), volume);
        const notional = exactProducts(between.map(({ cents, quantity }) => [cents / 100, quantity]));
        assertClose(tape.vwapBetween(from, to), volume === 0 ? Number.NaN : notional.over(Exact.of(volume)), 'vwap');
        const price = ticks[c % ticks.length]!.cents / 100;
        const above = between.reduce((sum, { cents, quantity }) => sum + (cents / 100 > price ? quantity : cents / 100 === price ? quantity / 2 : 0), 0);
        assertClose(tape.shareAbove(price, from, to), volume === 0 ? Number.NaN : above / volume, 'share above');
        assert.equal(tape.lastPrice, inOrder(ticks).at(-1)!.cents / 100);
        const place = c % ticks.length;
        const before = inOrder(ticks).filter(({ us, at }) => us < to || (us === to && at < place)).at(-1);
        assertClose(tape.priceBefore(to, place - 0.5), before === undefined ? Number.NaN : before.cents / 100, 'price before');
        assert.equal(tape.volumeBetween(to, from), from === to ? volume : 0);
      }),
    );
  });

  test('a full window: what is told is exact or undefined, never guessed', () => {
    fc.assert(
      fc.property(fc.array(tick, { minLength: 65, maxLength: 400 }), fc.nat(300), fc.nat(300), (ticks, a, b) => {
        const tape = new TradeTape(64);
        ticks.forEach(({ us, cents, quantity }, sequence) => tape.add(us, sequence, cents / 100, quantity));
        assert.ok(tape.windowFromUs > 0, 'the window has moved');
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        const between = ticks.filter(({ us }) => us >= from && us <= to);
        const volume = between.reduce((sum, { quantity }) => sum + quantity, 0);
        if (from < tape.windowFromUs) {
          for (const value of [tape.volumeBetween(from, to), tape.vwapBetween(from, to), tape.shareAbove(100, from, to)]) assert.ok(Number.isNaN(value));
        } else {
          assert.equal(tape.volumeBetween(from, to), volume);
          assertClose(tape.vwapBetween(from, to), volume === 0 ? Number.NaN : between.reduce((sum, { cents, quantity }) => sum + (cents / 100) * quantity, 0) / volume, 'vwap');
        }
      }),
    );
  });

  test('a full window: what makes it move and is older than what stays is not in it', () => {
    const tape = new TradeTape(64);
    for (let us = 1; us <= 64; us++) tape.add(us * 10, us, us, us);
    tape.add(5, 65, 999, 999);
    assert.equal(tape.windowFromUs, 321);
    assert.ok(Number.isNaN(tape.priceBefore(325, 1_000)), `guessed ${tape.priceBefore(325, 1_000)}`);
    assert.equal(tape.volumeBetween(330, 640), (33 + 64) * 16);
  });

  test('the largest trade that is accepted does not spoil the intervals behind it', () => {
    const tape = new TradeTape(64);
    tape.add(1, 1, NUMBER_MAX, NUMBER_MAX);
    tape.add(10, 2, 100, 5);
    assert.equal(tape.vwapBetween(5, 20), 100);
  });
});

describe('quote tape', () => {
  test('valid is two-sided, positive and not crossed', () => {
    for (const [bid, ask] of [[1, 1], [1, 2]] as const) assert.equal(isValidQuote(bid, ask), true);
    for (const [bid, ask] of [[2, 1], [0, 1], [1, 0], [0, 0], [-2, -1], [Number.NaN, 1], [1, Number.POSITIVE_INFINITY]] as const) assert.equal(isValidQuote(bid, ask), false);
  });

  test('mids and the time-weighted mid against a scan, in any order of arrival', () => {
    fc.assert(
      fc.property(fc.array(tick, { minLength: 1, maxLength: 200 }), fc.nat(320), fc.nat(320), fc.nat(200), (ticks, a, b, place) => {
        const tape = new QuoteTape(1 << 12);
        ticks.forEach(({ us, cents, quantity }, sequence) => tape.add(us, sequence, (cents - (quantity % 5)) / 100, (cents + (quantity % 5)) / 100));
        const sorted = ticks.map((one, at) => ({ us: one.us, at, mid: one.cents / 100 })).sort((x, y) => x.us - y.us || x.at - y.at);
        const midUpTo = (us: number): number => sorted.filter((one) => one.us <= us).at(-1)?.mid ?? Number.NaN;
        assertClose(tape.lastMid, sorted.at(-1)!.mid, 'last mid');
        assertClose(tape.midUpTo(a), midUpTo(a), 'mid up to');
        assertClose(tape.midBefore(a, place), sorted.filter((one) => one.us < a || (one.us === a && one.at < place)).at(-1)?.mid ?? Number.NaN, 'mid before');
        const [from, to] = [Math.min(a, b), Math.max(a, b)];
        let [area, known] = [0, 0];
        for (let us = from; us < to; us++) {
          const mid = midUpTo(us);
          if (!Number.isNaN(mid)) [area, known] = [area + mid, known + 1];
        }
        const { mid, coverage } = tape.timeWeightedMid(from, to);
        assertClose(mid, from === to ? midUpTo(to) : area / known, 'time-weighted mid');
        if (from < to) assertClose(coverage, known / (to - from), 'coverage');
      }),
    );
  });

  test('a full window: the mids that are left are right, those that have left are not guessed', () => {
    const tape = new QuoteTape(64);
    for (let us = 1; us <= 65; us++) tape.add(us * 10, us, us, us);
    assert.equal(tape.midUpTo(650), 65);
    assert.ok(Number.isNaN(tape.midUpTo(100)), 'has left');
    // The window begins at 330. What was quoted at 5 says nothing about 300, where the mid was 30.
    tape.add(5, 66, 999, 999);
    assert.ok(Number.isNaN(tape.midUpTo(300)), `guessed ${tape.midUpTo(300)}`);
    assert.ok(Number.isNaN(tape.midBefore(300, 1_000)), 'the arrival mid of an order announced at 300');
  });

  test('a full window: a quote that makes it move and is older than what stays is not in it', () => {
    const tape = new QuoteTape(64);
    for (let us = 1; us <= 64; us++) tape.add(us * 10, us, us, us);
    tape.add(5, 65, 999, 999);
    assert.equal(tape.firstUs, 330);
    assert.ok(Number.isNaN(tape.midUpTo(300)), `guessed ${tape.midUpTo(300)}`);
  });

  test('a full window: the time-weighted mid is that of the part that is known', () => {
    const tape = new QuoteTape(64);
    for (let us = 1; us <= 200; us++) tape.add(us, us, us, us);
    const { mid, coverage } = tape.timeWeightedMid(0, 200);
    const first = 200 - Math.round(coverage * 200);
    assert.ok(coverage > 0 && coverage < 1);
    let area = 0;
    for (let us = first; us < 200; us++) area += us;
    assertClose(mid, area / (200 - first), 'mid of the known part');
  });
});

describe('tapes whose sums are made when they are wanted', () => {
  const step = fc.record({ us: fc.nat(200), isLate: fc.boolean(), a: amount, b: amount, ask: fc.nat(10) });

  test('tell the same to the last bit as those whose sums are asked for all the time', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), fc.integer({ min: 20, max: 140 }), (steps, max) => {
        const [lazyQuotes, askedQuotes, lazyTrades, askedTrades] = [new QuoteTape(max), new QuoteTape(max), new TradeTape(max), new TradeTape(max)];
        let newest = 0;
        steps.forEach(({ us, isLate, a, b, ask }, sequence) => {
          const at = isLate ? Math.max(0, newest - us) : newest + (us % 5);
          newest = Math.max(newest, at);
          for (const quotes of [lazyQuotes, askedQuotes]) quotes.add(at, sequence, Math.min(a, b), Math.max(a, b));
          for (const trades of [lazyTrades, askedTrades]) trades.add(at, sequence, a, b);
          askedQuotes.midIntegral(0, newest);
          askedTrades.volumeBetween(askedTrades.windowFromUs, newest);
          if (ask > 0) return;
          const [from, to] = [newest - us, newest - us + 40 + (us % 9)];
          assert.deepEqual(lazyQuotes.midIntegral(from, to), askedQuotes.midIntegral(from, to));
          const [told, wanted] = [lazyTrades, askedTrades].map((tape) => [tape.notionalBetween(from, to), tape.volumeBetween(from, to), tape.firstVolume(b, from, to), tape.volumeAround(a, from, to)]);
          assert.deepEqual(told, wanted);
        });
      }),
    );
  });
});

describe('tapes that were saved with a longer window', () => {
  test('are read, and let go of what is too much with the next entry', () => {
    for (const [Tape, leftFromUs] of [[QuoteTape, 65], [TradeTape, 65]] as const) {
      const longer = new Tape(128);
      for (let us = 1; us <= 128; us++) longer.add(us, us, 10, 11);
      const out = new StateWriter();
      longer.save(out);
      const tape = new Tape(90);
      tape.load(new StateReader(out.written.slice()));
      assert.equal(tape.lastUs, 128);
      assert.equal(tape.hasLeft(1), false);
      tape.add(129, 129, 10, 11);
      assert.equal(tape.hasLeft(leftFromUs - 1), true, Tape.name);
      assert.equal(tape.hasLeft(leftFromUs), false, Tape.name);
      for (let us = 130; us <= 129 + 64; us++) tape.add(us, us, 10, 11);
      assert.equal(tape.hasLeft(leftFromUs), true, 'its window is that of 90 again');
    }
  });
});

describe('tapes of symbols that are quoted as often', () => {
  const TAPES = 500;
  const LENGTH_MAX = 1 << 15;

  /** The most of them that have one value. */
  function most(values: readonly number[]): number {
    const counts = new Map<number, number>();
    for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
    return Math.max(...counts.values());
  }

  test('do not grow in one moment, once growing takes long', () => {
    const grownAt: number[] = [];
    for (let tape = 0; tape < TAPES; tape++) {
      for (let capacity = firstCapacity(); capacity < LENGTH_MAX; capacity = nextCapacity(capacity)) if (capacity > LENGTH_MAX / 16) grownAt.push(capacity);
    }
    assert.ok(grownAt.length > 3 * TAPES, 'each grows some times in this stretch');
    assert.ok(most(grownAt) <= 4, `${most(grownAt)} at once`);
  });

  test('are not full in one moment, keep at most so many, and no less than seven eighths', () => {
    const kept = Array.from({ length: TAPES }, (_, symbolNo) => keptOfSymbol(1 << 18, symbolNo));
    assert.equal(most(kept), 1);
    assert.ok(kept.every((each) => each <= 1 << 18 && each >= (1 << 18) * (7 / 8)));
  });
});
