/** Incidents of the synthetic market: all kinds come, and each does to the happenings what the list says. */

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';

import type { Incident, QuoteHappening, TradeHappening } from '../../../simulation/market/market-source.ts';
import type { SyntheticMarket } from '../../../simulation/market/synthetic-market.ts';
import { marketOf, mean, midsOf, MINUTE_US, NO_INCIDENTS, runOf, type SymbolRun, takersOf } from './market-runs.ts';

const KINDS = ['news', 'drought', 'halt', 'stale_feed', 'skewed_clock', 'crossed_quotes', 'one_sided_quotes'] as const;

const midOf = ({ bid, ask }: QuoteHappening): number => (bid + ask) / 2;

describe('incidents', () => {
  let market: SyntheticMarket;
  let runs: readonly SymbolRun[];

  before(() => {
    const incidentRates = {
      news: 2, drought: 1.5, halt: 1, staleFeed: 2, crossedQuotes: 3, oneSidedQuotes: 3, skewedClock: 1, ineligiblePrints: 0.02,
    };
    market = marketOf({ seed: 21, activity: 0.25, symbols: 6, incidentRates });
    runs = runOf(market);
  });

  /** Each incident of a kind with what came of its symbol; there must be some. */
  function each(kind: Incident['kind'], check: (incident: Incident, run: SymbolRun) => void): void {
    const incidents = market.incidents.filter((incident) => incident.kind === kind);
    assert.ok(incidents.length > 2, `${incidents.length} of ${kind}`);
    for (const incident of incidents) check(incident, runs[market.instruments.findIndex(({ symbol }) => symbol === incident.symbol)]!);
  }
  const isIn = ({ fromUs, toUs }: Incident, us: number): boolean => us >= fromUs && us < toUs;

  test('a default day has some of each kind, and they are in continuous trading', () => {
    for (const seed of [1, 2, 3]) {
      const { incidents, openUs, closeUs } = marketOf({ seed });
      for (const kind of KINDS) assert.ok(incidents.filter((incident) => incident.kind === kind).length >= 2, kind);
      for (const { fromUs, toUs } of incidents) assert.ok(fromUs > openUs && toUs > fromUs && toUs < closeUs);
    }
  });

  test('incidents of one symbol do not overlap', () => {
    for (const incident of market.incidents) {
      if (incident.kind === 'skewed_clock') continue;
      const others = market.incidents.filter((other) => other !== incident && other.symbol === incident.symbol && other.kind !== 'skewed_clock');
      assert.ok(others.every((other) => other.fromUs >= incident.toUs || other.toUs <= incident.fromUs));
    }
  });

  test('news moves the mid by its size: little at once, nearly all of it within half a minute', () => {
    const shown: { readonly atOnce: number; readonly after: number }[] = [];
    each('news', ({ fromUs, size }, { quotes }) => {
      const at = quotes.findIndex(({ timeUs }) => timeUs >= fromUs);
      assert.equal(quotes[at]!.timeUs, fromUs);
      assert.ok(Math.abs(size) >= 0.003 && Math.abs(size) <= 0.04);
      const before = midOf(quotes[at - 1]!);
      const partBy = (us: number): number => (midOf(quotes.findLast(({ timeUs }) => timeUs <= us)!) / before - 1) / size;
      shown.push({ atOnce: partBy(fromUs), after: partBy(fromUs + 30_000_000) });
    });
    assert.ok(shown.every(({ atOnce }) => Math.abs(atOnce) < 0.3));
    assert.ok(shown.every(({ after }) => after > 0.3));
    const average = mean(shown.map(({ after }) => after));
    assert.ok(average > 0.8 && average < 1.2, `${average}`);
  });

  test('in a drought there are far fewer trades than the curve expects', () => {
    let found = 0;
    let usual = 0;
    each('drought', ({ fromUs, toUs, size }, run) => {
      assert.ok(size >= 0.05 && size <= 0.3);
      const count = (a: number, b: number): number => takersOf(run).filter(({ timeUs }) => timeUs >= a && timeUs < b).length;
      found += count(fromUs + MINUTE_US, toUs) / (toUs - fromUs - MINUTE_US);
      usual += count(market.openUs, market.closeUs) / (market.closeUs - market.openUs);
    });
    assert.ok(found < 0.45 * usual, `${found} of ${usual}`);
  });

  test('a halt: halted, then an auction, one print, open again', () => {
    each('halt', (halt, { statuses, trades, quotes }) => {
      const words = statuses.filter(({ timeUs }) => timeUs >= halt.fromUs && timeUs <= halt.toUs).map(({ status }) => status);
      assert.deepEqual(words, ['HALTED', 'AUCTION', 'OPEN']);
      assert.equal(trades.some(({ timeUs }) => isIn(halt, timeUs)), false);
      assert.equal(quotes.some(({ timeUs }) => isIn(halt, timeUs)), false);
      assert.deepEqual(trades.find(({ timeUs }) => timeUs >= halt.toUs)?.conditions, ['REOPENING_AUCTION']);
    });
  });

  test('a stale feed shows no quote while trades go on; then it shows one at once', () => {
    let trades = 0;
    each('stale_feed', (stale, run) => {
      assert.equal(run.quotes.some(({ timeUs }) => isIn(stale, timeUs)), false);
      assert.ok(run.quotes.some(({ timeUs }) => timeUs === stale.toUs));
      trades += run.trades.filter(({ timeUs }) => isIn(stale, timeUs)).length;
    });
    assert.ok(trades > 20);
  });

  test('a skewed clock moves the printed times of one venue by its size, and of no other time or venue', () => {
    each('skewed_clock', (skew, run) => {
      assert.ok(skew.size >= -800_000 && skew.size <= 1_200_000 && skew.size !== 0);
      const during = run.trades.filter(({ timeUs }) => isIn(skew, timeUs));
      const isOff = ({ timeUs, printedUs }: TradeHappening): boolean => printedUs - timeUs === skew.size;
      const venues = new Set(during.filter(isOff).map(({ venue }) => venue));
      assert.equal(venues.size, 1);
      assert.ok(during.every((trade) => isOff(trade) === venues.has(trade.venue)));
    });
    const skews = market.incidents.filter(({ kind }) => kind === 'skewed_clock');
    for (const { trades } of runs) {
      for (const { timeUs, printedUs } of trades) assert.ok(printedUs === timeUs || skews.some((skew) => isIn(skew, timeUs)));
    }
  });

  test('crossed and one-sided quotes are shown from their beginning to their end, and at no other time', () => {
    const isCrossed = ({ bid, ask }: { bid: number; ask: number }): boolean => ask > 0 && bid > ask;
    const isOneSided = ({ bid, ask }: { bid: number; ask: number }): boolean => (bid === 0) !== (ask === 0);
    for (const [kind, is] of [['crossed_quotes', isCrossed], ['one_sided_quotes', isOneSided]] as const) {
      each(kind, (incident, { quotes }) => {
        const shown = quotes.filter(({ timeUs }) => isIn(incident, timeUs));
        assert.ok(shown.length > 0 && shown.every(is));
        assert.equal(is(quotes.find(({ timeUs }) => timeUs >= incident.toUs)!), false);
      });
      for (const [symbolNo, { quotes }] of runs.entries()) {
        const own = market.incidents.filter((incident) => incident.kind === kind && incident.symbol === market.instruments[symbolNo]!.symbol);
        for (const quote of quotes) if (is(quote)) assert.ok(own.some((incident) => isIn(incident, quote.timeUs)));
      }
    }
  });

  test('ineligible prints are of all kinds and meet nobody', () => {
    const prints = runs.flatMap(({ trades }) => trades).filter(({ isVwapEligible }) => !isVwapEligible);
    assert.deepEqual(new Set(prints.flatMap(({ conditions }) => conditions)), new Set(['LATE', 'ODD_LOT', 'AVERAGE_PRICE']));
    assert.ok(prints.every(({ aggressor, conditions }) => aggressor === 0 && conditions.length === 1));
    const all = runs.flatMap(({ trades }) => trades).length;
    assert.ok(prints.length > 0.012 * all && prints.length < 0.028 * all, `${prints.length} of ${all}`);
  });

  test('without rates nothing happens, and a short session still has room for what is asked', () => {
    assert.deepEqual(marketOf({ seed: 1, incidentRates: NO_INCIDENTS }).incidents, []);
    const { incidents, closeUs } = marketOf({ seed: 1, hours: 0.1, incidentRates: { halt: 60, staleFeed: 60 } });
    assert.ok(incidents.some(({ kind }) => kind === 'halt') && incidents.some(({ kind }) => kind === 'stale_feed'));
    assert.ok(incidents.every(({ toUs }) => toUs < closeUs));
  });

  test('the mid is shown through the day', () => {
    for (const symbolNo of market.tradableSymbolNos) assert.ok(midsOf(runs[symbolNo]!.quotes, MINUTE_US, market.closeUs).every((mid) => mid > 0));
  });
});
