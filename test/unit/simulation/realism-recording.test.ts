/** What of a market is measured, the part of it in a window, and which symbol is like another. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import type { Happening, MarketSource } from '../../../simulation/market/market-source.ts';
import { mostAlike } from '../../../simulation/realism/most-alike.ts';
import { windowOf } from '../../../simulation/realism/recording-window.ts';
import { factsOf } from '../../../simulation/realism/symbol-facts.ts';
import { recordMarket, type SymbolRecording } from '../../../simulation/realism/symbol-recording.ts';

const SECOND_US = 1_000_000;

/** A market of one symbol and an index that plays the given happenings; open from 10 s to 100 s. */
function marketOf(happenings: readonly Happening[]): MarketSource {
  let next = 0;
  const timestamp = '1970-01-01T00:00:10Z';
  return {
    instruments: [
      { type: 'instrument', timestamp, symbol: 'ONE', tick_size: 0.5 },
      { type: 'instrument', timestamp, symbol: 'INDEX' },
    ],
    tradableSymbolNos: [0],
    openUs: 10 * SECOND_US,
    closeUs: 100 * SECOND_US,
    incidents: [],
    nextUs: () => happenings[next]?.timeUs ?? Infinity,
    next: () => happenings[next++]!,
    onOwnTake: () => undefined,
  };
}

const quote = (second: number, bid: number, ask: number, symbolNo = 0): Happening => ({
  kind: 'quote',
  timeUs: second * SECOND_US,
  symbolNo,
  bid,
  ask,
  bidSize: bid === 0 ? 0 : 100,
  askSize: ask === 0 ? 0 : 100,
});
const trade = (second: number, price: number, aggressor: 1 | -1 | 0): Happening => ({
  kind: 'trade',
  timeUs: second * SECOND_US,
  printedUs: (second - 5) * SECOND_US,
  symbolNo: 0,
  price,
  quantity: 10,
  venue: 'XNAS',
  aggressor,
  isVwapEligible: true,
  conditions: [],
});
const status = (second: number, word: 'OPEN' | 'HALTED'): Happening => ({ kind: 'status', timeUs: second * SECOND_US, symbolNo: 0, status: word });

const seconds = (timesUs: Float64Array): number[] => Array.from(timesUs, (timeUs) => timeUs / SECOND_US);

const recording = recordMarket(
  marketOf([
    quote(5, 99, 100),
    trade(6, 99.5, 0),
    quote(7, 99, 101, 1),
    trade(12, 100, 1),
    quote(15, 99, 101),
    trade(20, 99, -1),
    trade(21, 100, 0),
    quote(25, 101, 100),
    quote(30, 99, 0),
    quote(35, 99, 99),
    status(40, 'HALTED'),
    quote(45, 99, 100),
    status(50, 'OPEN'),
    trade(60, 100, 1),
    quote(100, 98, 99),
    trade(101, 99, 1),
  ]),
)[0]!;

describe('a recording', () => {
  test('begins with the quote that stands at the opening and ends with the close', () => {
    assert.deepEqual([recording.symbol, recording.tickSize, recording.fromUs, recording.toUs], ['ONE', 0.5, 10e6, 100e6]);
    assert.deepEqual(seconds(recording.quoteTimesUs), [10, 15, 25, 30, 35, 40, 45, 50, 100]);
  });

  test('has no quote while it is crossed, one-sided or halted; locked is a quote', () => {
    assert.deepEqual([...recording.bids], [99, 99, NaN, NaN, 99, NaN, NaN, 99, 98]);
    assert.deepEqual([...recording.asks], [100, 101, NaN, NaN, 99, NaN, NaN, 100, 99]);
  });

  test('keeps trades with an aggressor, at the time when they happened, with the quote that they met', () => {
    assert.deepEqual(seconds(recording.tradeTimesUs), [12, 20, 60]);
    assert.deepEqual([...recording.aggressors], [1, -1, 1]);
    assert.deepEqual([...recording.quotesBefore], [1, 2, 8]);
  });

  test('in a window begins with the quote that stands there', () => {
    const window = windowOf(recording, 20e6, 60e6);
    assert.deepEqual(seconds(window.quoteTimesUs), [20, 25, 30, 35, 40, 45, 50]);
    assert.deepEqual(seconds(window.tradeTimesUs), [20, 60]);
    assert.deepEqual([...window.quotesBefore], [1, 7]);
    assert.deepEqual([window.bids[0], window.asks[0]], [99, 101]);
  });
});

test('most alike is near in price, spread and takes an hour at once', () => {
  const like = (price: number, spread: number): SymbolRecording => {
    const market = marketOf([quote(10, price, price + spread), trade(20, price + spread, 1), trade(30, price, -1)]);
    return recordMarket(market)[0]!;
  };
  const candidates = [like(10, 1), like(100, 2), like(100, 40)].map(factsOf);
  assert.equal(mostAlike(candidates, factsOf(like(120, 3))), candidates[1]);
  assert.throws(() => mostAlike([], candidates[0]!), RangeError);
});
