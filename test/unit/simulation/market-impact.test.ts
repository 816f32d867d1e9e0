/** The desk's own taking: the book answers at once, the price moves as the pre-trade model says, and the rest of the market is the same. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { preTradeCosts } from '../../../engine/analytics/pre-trade-model.ts';
import type { QuoteHappening } from '../../../simulation/market/market-source.ts';
import type { SyntheticMarket } from '../../../simulation/market/synthetic-market.ts';
import { DAY_START_US, marketOf, mean, midsOf, MINUTE_US, NO_INCIDENTS, runOf, type SymbolRun } from './market-runs.ts';

const OPTIONS = { symbols: 1, hours: 0.75, incidentRates: NO_INCIDENTS };
const SECOND_US = 1_000_000;
const TAKES_FROM_US = DAY_START_US + 10 * MINUTE_US;
const TAKES_TO_US = TAKES_FROM_US + 10 * MINUTE_US;
/** Of the ADV, in all. */
const TAKEN_SHARE = 0.03;

/** A run in which the desk takes evenly between the two times; side 0: not at all. */
function runWithTakes(seed: number, side: 1 | -1 | 0): { market: SyntheticMarket; run: SymbolRun } {
  const market = marketOf({ seed, ...OPTIONS });
  const run: SymbolRun = { quotes: [], trades: [], statuses: [] };
  const takes = (TAKES_TO_US - TAKES_FROM_US) / (2 * SECOND_US);
  const quantity = Math.round((market.instruments[0]!.adv! * TAKEN_SHARE) / takes / 100) * 100;
  let takeUs = TAKES_FROM_US;
  while (market.nextUs() !== Number.POSITIVE_INFINITY) {
    if (side !== 0 && takeUs < TAKES_TO_US && market.nextUs() > takeUs) {
      market.onOwnTake(0, side, quantity, takeUs);
      takeUs += 2 * SECOND_US;
      continue;
    }
    const happening = market.next();
    if (happening.symbolNo !== 0) continue;
    if (happening.kind === 'quote') run.quotes.push(happening);
    if (happening.kind === 'trade') run.trades.push(happening);
  }
  return { market, run };
}

describe('own takes', () => {
  test('a quote follows at the time of the take: less at the touch, or the next level', () => {
    for (const side of [1, -1] as const) {
      const market = marketOf({ seed: 2, ...OPTIONS });
      let quote: QuoteHappening | undefined;
      let takes = 0;
      while (takes < 200) {
        const happening = market.next();
        if (happening.kind === 'quote' && happening.symbolNo === 0) quote = happening;
        if (quote === undefined || happening.timeUs < TAKES_FROM_US || market.nextUs() - happening.timeUs < 1_000) continue;
        const atUs = happening.timeUs + 500;
        const before = quote;
        market.onOwnTake(0, side, 100, atUs);
        assert.equal(market.nextUs(), atUs);
        const after = market.next();
        assert.ok(after.kind === 'quote' && after.symbolNo === 0);
        const [price, size, priceBefore, sizeBefore] =
          side === 1 ? [after.ask, after.askSize, before.ask, before.askSize] : [after.bid, after.bidSize, before.bid, before.bidSize];
        if (price === priceBefore) assert.equal(size, sizeBefore - 100);
        else if (sizeBefore === 100) assert.ok(side * (price - priceBefore) > 0);
        quote = after;
        takes++;
      }
    }
  });

  test('buying moves the mid up and selling down, by the order of the pre-trade model; the permanent part stays', () => {
    const during: number[] = [];
    const after: number[] = [];
    let facts: SyntheticMarket['instruments'][number] | undefined;
    for (const seed of [1, 2, 3]) {
      const { market, run: without } = runWithTakes(seed, 0);
      facts = market.instruments[0]!;
      const base = midsOf(without.quotes, SECOND_US, market.closeUs);
      for (const side of [1, -1] as const) {
        const { run } = runWithTakes(seed, side);
        const mids = midsOf(run.quotes, SECOND_US, market.closeUs);
        const movedBps = mids.map((mid, i) => side * (mid / base[i]! - 1) * 10_000);
        const placeOf = (us: number): number => (us - DAY_START_US) / SECOND_US;
        const between = (fromUs: number, toUs: number): number => mean(movedBps.slice(placeOf(fromUs), placeOf(toUs)));
        assert.ok(Math.abs(between(DAY_START_US + SECOND_US, TAKES_FROM_US)) < 1e-9);
        during.push(between(TAKES_TO_US - 2 * MINUTE_US, TAKES_TO_US));
        after.push(between(TAKES_TO_US + 12 * MINUTE_US, market.closeUs));
      }
    }
    const { permanentBps, temporaryBps } = preTradeCosts({
      quantity: facts!.adv! * TAKEN_SHARE,
      durationDays: 10 / 390,
      averageDailyVolume: facts!.adv!,
      dailyVolatility: facts!.daily_volatility!,
      sharesOutstanding: facts!.shares_outstanding!,
    });
    assert.ok(mean(after) > 0.7 * permanentBps && mean(after) < 1.4 * permanentBps, `${mean(after)} of ${permanentBps}`);
    const expected = temporaryBps + 0.9 * permanentBps;
    assert.ok(mean(during) > 0.8 * expected && mean(during) < 1.4 * expected, `${mean(during)} of ${expected}`);
  });

  test('the trades of others come at the same times with the same signs and volume', () => {
    const facts = (side: 1 | 0): string[] => {
      const volumes = new Map<string, number>();
      for (const { timeUs, aggressor, quantity } of runWithTakes(4, side).run.trades) {
        const key = `${timeUs} ${aggressor}`;
        volumes.set(key, (volumes.get(key) ?? 0) + quantity);
      }
      return [...volumes].map(([key, quantity]) => `${key} ${quantity}`);
    };
    assert.deepEqual(facts(1), facts(0));
  });

  test('takes are without effect before the opening, and of the index an error', () => {
    const market = marketOf({ seed: 2, ...OPTIONS });
    market.onOwnTake(0, 1, 1e6, market.nextUs());
    assert.deepEqual(runOf(market), runOf(marketOf({ seed: 2, ...OPTIONS })));
    assert.throws(() => marketOf({ seed: 2, ...OPTIONS }).onOwnTake(1, 1, 1, DAY_START_US), /cannot be traded/);
  });
});
