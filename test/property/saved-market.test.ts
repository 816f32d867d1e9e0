/** What a market has saved of itself goes on, from what is read, as if it had never stopped: every answer the same to the last bit. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from '../support/properties.ts';

import { StateReader } from '../../engine/domain/state-reader.ts';
import { StateWriter } from '../../engine/domain/state-writer.ts';
import { AuctionPrints } from '../../engine/market/auction-prints.ts';
import { LEAF_ENTRIES } from '../../engine/market/leaf.ts';
import { QuoteTape } from '../../engine/market/quote-tape.ts';
import { TradableClock } from '../../engine/market/tradable-clock.ts';
import { TradeTape } from '../../engine/market/trade-tape.ts';

const RUNS = Number(process.env['EXECMON_PROPERTY_RUNS'] ?? 300);
/** Small, so that full tapes are common, and no power of two, as the windows of nearly all symbols; and each step so often: with many of them a tape has several leaves. */
const SIZES = [{ tapeMax: 90, times: 1 }, { tapeMax: 2 * LEAF_ENTRIES + 90, times: 16 }];
const US = fc.integer({ min: 0, max: 400 });
const STEP = fc.record({ us: US, late: fc.boolean(), a: fc.double({ min: 0.01, max: 1e4, noNaN: true }), b: fc.double({ min: 0.01, max: 1e3, noNaN: true }) });
const STEPS = fc.array(STEP, { maxLength: 300 });
type Step = { readonly us: number; readonly late: boolean; readonly a: number; readonly b: number };

interface Kind<T> {
  readonly name: string;
  make(): T;
  feed(it: T, us: number, sequence: number, a: number, b: number): void;
  ask(it: T, from: number, to: number): unknown;
}

function kind<T>(of: Kind<T>): Kind<unknown> {
  return of as Kind<unknown>;
}

const kindsFor = (tapeMax: number): Kind<unknown>[] => [
  kind<TradeTape>({
    name: 'trades',
    make: () => new TradeTape(tapeMax),
    feed: (tape, us, sequence, a, b) => tape.add(us, sequence, a, b),
    ask: (tape, from, to) => [
      tape.volumeBetween(from, to), tape.vwapBetween(from, to), tape.notionalBetween(from, to), tape.vwapOfFirst(50, from, to),
      tape.shareAbove(500, from, to), tape.priceBefore(from, 40), tape.lastPrice, tape.lastUs, tape.hasLeft(from),
    ],
  }),
  kind<QuoteTape>({
    name: 'quotes',
    make: () => new QuoteTape(tapeMax),
    feed: (tape, us, sequence, a, b) => tape.add(us, sequence, a, a + b),
    ask: (tape, from, to) => [
      tape.timeWeightedMid(from, to), tape.midUpTo(to), tape.spreadUpTo(to), tape.quoteBefore(to, 40), tape.lastMid, tape.lastSpread,
      tape.isFull, tape.hasLeft(from), tape.covers(from),
    ],
  }),
  kind<TradableClock>({
    name: 'status changes',
    make: () => new TradableClock(),
    feed: (clock, us, sequence) => clock.change(us, sequence % 4),
    ask: (clock, from, to) => [clock.between(from, to, to), clock.between(from, to, from), clock.openedUs(from), clock.closedUs(from), clock.statusNow],
  }),
  kind<AuctionPrints>({
    name: 'auction prints',
    make: () => new AuctionPrints(),
    feed: (prints, us, sequence, a) => prints.add(sequence % 2 === 0 ? 'open' : 'close', us, a),
    ask: (prints, from) => [prints.previousClose(from), prints.open(from), prints.close(from)],
  }),
];

for (const { tapeMax, times } of SIZES) for (const { name, make, feed, ask } of kindsFor(tapeMax)) {
  test(`${name}: saved, read and fed on, each ${times} times`, () => {
    fc.assert(
      fc.property(STEPS, STEPS, fc.array(fc.tuple(US, US), { maxLength: 20 }), (before, after, questions) => {
        let newest = 0;
        let sequence = 0;
        const play = (its: readonly unknown[], steps: readonly Step[]): void => {
          for (const { us, late, a, b } of steps) {
            for (let time = 0; time < times; time++) {
              // Mostly in time, so that a tape fills up; some come late.
              const at = late ? Math.max(0, newest - us * times + time) : newest + (us % 7);
              newest = Math.max(newest, at);
              sequence++;
              for (const it of its) feed(it, at, sequence, a + time / 7, b);
            }
          }
        };
        const kept = make();
        play([kept], before);
        const out = new StateWriter();
        (kept as TradeTape).save(out);
        const from = new StateReader(out.written.slice());
        const read = make();
        (read as TradeTape).load(from);
        assert.ok(from.isAtEnd);
        const compare = (): void => {
          for (const [x, y] of questions) assert.deepEqual(ask(read, newest - x * times, newest - (x - y) * times), ask(kept, newest - x * times, newest - (x - y) * times));
          assert.deepEqual(ask(read, 0, newest), ask(kept, 0, newest));
        };
        compare();
        play([kept, read], after);
        compare();
      }),
      { numRuns: RUNS },
    );
  });
}
