/** Trade and quote tapes, held against naive scans: late inserts, ties, a full window. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from '../../support/properties.ts';

import { isValidQuote, QuoteTape } from '../../../engine/market/quote-tape.ts';
import { NUMBER_MAX } from '../../../engine/domain/limits.ts';
import { LEAF_ENTRIES } from '../../../engine/market/leaf.ts';
import { keptOfSymbol } from '../../../engine/market/tape-window.ts';
import { TradeTape } from '../../../engine/market/trade-tape.ts';
import { StateReader } from '../../../engine/domain/state-reader.ts';
import { StateWriter } from '../../../engine/domain/state-writer.ts';
import { Exact, exactProducts } from '../../oracle/order-oracle-exact.ts';
import { assertClose } from '../../support/mismatches.ts';
import { arrivals, arriving } from '../../support/tape-arrivals.ts';

const amount = fc.double({ min: 1e-6, max: 1e9, noNaN: true });
const tick = fc.record({ us: fc.nat(300), cents: fc.integer({ min: 9_990, max: 10_010 }), quantity: fc.integer({ min: 1, max: 1_000 }) });
type Tick = { us: number; cents: number; quantity: number };

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

describe('tapes of many leaves', () => {
  const interval = fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }));

  test('tell what a scan of the newest entries tells, however late others came', () => {
    fc.assert(
      fc.property(arrivals, fc.integer({ min: LEAF_ENTRIES, max: 5 * LEAF_ENTRIES }), fc.array(interval, { minLength: 1, maxLength: 6 }), (arrived, max, intervals) => {
        const [trades, quotes] = [new TradeTape(max), new QuoteTape(max)];
        const all: { us: number; sequence: number; value: number }[] = [];
        const askEach = Math.ceil(arrived.count / 10);
        for (const { us, sequence, value } of arriving(arrived)) {
          trades.add(us, sequence, 1 + value, 10 + value);
          quotes.add(us, sequence, 1 + value, 3 + value);
          all.push({ us, sequence, value });
          if (sequence % askEach !== 0) continue;
          const sorted = all.toSorted((a, b) => a.us - b.us || a.sequence - b.sequence);
          const newest = sorted.at(-1)!.us;
          for (const [x, y] of intervals) {
            const [from, to] = [Math.floor(Math.min(x, y) * newest), Math.ceil(Math.max(x, y) * newest)];
            const between = sorted.filter((entry) => entry.us >= from && entry.us <= to);
            const sumOf = (of: (value: number) => number): number => (from < trades.windowFromUs ? Number.NaN : between.reduce((sum, { value }) => sum + of(value), 0));
            const told = [trades.volumeBetween(from, to), trades.notionalBetween(from, to), { ...trades.volumeAround(500, from, to) }];
            const volume = sumOf((value) => 10 + value);
            const around = { above: volume > 0 ? sumOf((value) => (value > 499 ? 10 + value : 0)) : Number.NaN, at: volume > 0 ? sumOf((value) => (value === 499 ? 509 : 0)) : Number.NaN, volume };
            assert.deepEqual(told, [volume, sumOf((value) => (1 + value) * (10 + value)), around]);
            if (volume > 0) {
              const wanted = Math.ceil(volume * x);
              let reached = -1;
              for (let sum = 0; sum < wanted; sum += 10 + between[reached]!.value) reached++;
              if (wanted > 0) assert.equal(trades.firstVolume(wanted, from, to).lastPrice, 1 + between[reached]!.value);
            }
            if (quotes.hasLeft(from) || !quotes.covers(from)) continue;
            let integral = 0;
            sorted.forEach(({ us, value }, i) => {
              const until = Math.min(to, sorted[i + 1]?.us ?? to);
              integral += (2 + value) * Math.max(0, until - Math.max(from, us));
            });
            assert.equal(quotes.midIntegral(from, to).integral, integral);
          }
        }
      }),
      { numRuns: 60, includeErrorInReport: true },
    );
  });

  test('tell the same to the last bit, asked all the time or never', () => {
    fc.assert(
      fc.property(arrivals, fc.integer({ min: LEAF_ENTRIES, max: 5 * LEAF_ENTRIES }), (arrived, max) => {
        const [lazyQuotes, askedQuotes, lazyTrades, askedTrades] = [new QuoteTape(max), new QuoteTape(max), new TradeTape(max), new TradeTape(max)];
        for (const { us, sequence, value } of arriving(arrived)) {
          for (const quotes of [lazyQuotes, askedQuotes]) quotes.add(us, sequence, value / 7 + 1, value / 3 + 1);
          for (const trades of [lazyTrades, askedTrades]) trades.add(us, sequence, value / 7 + 1, value / 3 + 1e-6);
          if (sequence % 7 !== 0) continue;
          askedQuotes.midIntegral(0, us);
          askedTrades.volumeBetween(Math.max(0, askedTrades.windowFromUs), us);
        }
        const newest = lazyQuotes.lastUs;
        for (const share of [0, 0.3, 0.7, 0.9, 1]) {
          const from = Math.floor(newest * share);
          assert.deepEqual(lazyQuotes.midIntegral(from, newest), askedQuotes.midIntegral(from, newest));
          const [told, wanted] = [lazyTrades, askedTrades].map((tape) => [tape.notionalBetween(from, newest), tape.volumeBetween(from, newest), tape.firstVolume(99, from, newest), tape.volumeAround(40, from, newest)]);
          assert.deepEqual(told, wanted);
        }
      }),
      { numRuns: 60, includeErrorInReport: true },
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
  test('are not full in one moment, keep at most so many, and no less than seven eighths', () => {
    const kept = Array.from({ length: 500 }, (_, symbolNo) => keptOfSymbol(1 << 18, symbolNo));
    assert.equal(new Set(kept).size, kept.length);
    assert.ok(kept.every((each) => each <= 1 << 18 && each >= (1 << 18) * (7 / 8)));
  });
});
