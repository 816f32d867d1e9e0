/**
 * A buy and its mirrored sell in every measure. Mirroring (p -> 2m - p) keeps money and not bps, which are of another reference
 * then; so all prices, the index too, are lifted so high above their moves that both references are the same to a few millionths.
 */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from '../support/properties.ts';

import type { InputEvent } from '../../engine/domain/events.ts';
import { type MarketLife, marketLives } from '../support/engine-market-lives.ts';
import { FEWER_RUNS } from '../support/engine-runs.ts';
import { isNearTie, wholeAnswers } from './whole-answers.ts';

/** A tie of the RPM, a share of the price, is a third of a cent there. */
const HEIGHT = 3e7;
/** Stocks of a life are near 100, its index is near 5,000. */
const MIRROR = HEIGHT + 100;
const INDEX = 'IDX';
const INDEX_MIRROR = HEIGHT + 5_000;
const PRICES = ['price', 'bid', 'ask', 'arrival_price', 'decision_price'];
/** Prices themselves, and the side. */
const MIRRORED = ['side', 'price', 'average_price', 'notional', 'arrival_price', 'decision_price'];
const RELATIVE_ERROR_MAX = 1e-3;
/** A cent is 3e-6 bps of such a price. */
const BPS_ERROR_MAX = 5e-8;
/** Money, and ratios of a spread that is a difference of two high prices. */
const ERROR_MAX = 1e-3;
/** How far the two references are apart, of which a difference of two large parts keeps the whole: an index of 54 in 3e7 makes 4e-6. */
const REFERENCE_ERROR_MAX = 1e-5;
const DIFFERENCES = ['remainder'];

describe('mirrored sells', () => {
  test('have all measures of their buys', async () => {
    await fc.assert(
      fc.asyncProperty(marketLives(), async (life) => {
        const high = changed(life, (event) => withPrices(event, (price) => price + HEIGHT));
        const buys = await wholeAnswers(high);
        const sells = await wholeAnswers(changed(high, mirrored));
        for (const [orderId, buy] of buys) if (!isNearTie(high, orderId)) assertMirrored(sells.get(orderId), buy, orderId);
      }),
      { numRuns: FEWER_RUNS, includeErrorInReport: true },
    );
  });
});

type Fields = Record<string, unknown>;

function changed(life: MarketLife, change: (event: Fields) => Fields): MarketLife {
  return { ...life, arrivals: life.arrivals.map(({ event, reachedUs }) => ({ event: change({ ...event }) as unknown as InputEvent, reachedUs })) };
}

/** A price of 0 stands for none and stays. */
function withPrices(event: Fields, change: (price: number) => number): Fields {
  for (const field of PRICES) if (typeof event[field] === 'number' && event[field] > 0) event[field] = change(event[field]);
  return event;
}

function mirrored(event: Fields): Fields {
  const about = event['symbol'] === INDEX ? INDEX_MIRROR : MIRROR;
  const flipped = withPrices(event, (price) => 2 * about - price);
  if (event['type'] === 'quote') return { ...flipped, bid: flipped['ask'] ?? null, ask: flipped['bid'] ?? null };
  return event['side'] === undefined ? flipped : { ...flipped, side: event['side'] === 'BUY' ? 'SELL' : 'BUY' };
}

/** @param ofParts what the error of the parts may add to a difference of them */
function assertMirrored(sell: unknown, buy: unknown, path: string, ofParts = 0): void {
  if (typeof sell === 'number' && typeof buy === 'number') {
    const error = RELATIVE_ERROR_MAX * Math.abs(buy) + (path.includes('_bps') ? BPS_ERROR_MAX : ERROR_MAX) + ofParts;
    assert.ok(Math.abs(sell - buy) <= error, `${path}: ${sell}, expected ${buy}`);
  } else if (typeof sell === 'object' && sell !== null && typeof buy === 'object' && buy !== null) {
    assert.deepEqual(Object.keys(sell), Object.keys(buy), path);
    for (const [key, value] of Object.entries(sell)) {
      const error = DIFFERENCES.includes(key) ? REFERENCE_ERROR_MAX * largest(buy as Fields) : 0;
      if (!MIRRORED.includes(key)) assertMirrored(value, (buy as Fields)[key], `${path}.${key}`, error);
    }
  } else assert.equal(sell, buy, path);
}

function largest(parts: Fields): number {
  return Math.max(...Object.values(parts).map((part) => (typeof part === 'number' ? Math.abs(part) : 0)));
}
