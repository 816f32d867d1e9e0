/** The synthetic market against its own published facts and the stylised facts of markets. Whole days, thinned out. */

import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';

import { cumulativeVolumeShare } from '../../../engine/market/volume-curve.ts';
import type { SyntheticMarket } from '../../../simulation/market/synthetic-market.ts';
import {
  autocorrelation, countsOf, DAY_START_US, marketOf, mean, midsOf, MINUTE_US, NO_INCIDENTS, runOf, type SymbolRun, takersOf,
} from './market-runs.ts';

const SEEDS = [1, 2, 3, 4];
const SYMBOLS = 8;
const ACTIVITY = 0.25;
const FIVE_MINUTES_US = 5 * MINUTE_US;
const STEPS = 77;

interface Day {
  readonly market: SyntheticMarket;
  readonly runs: readonly SymbolRun[];
}

describe('statistics of whole days', () => {
  const days: Day[] = [];

  before(() => {
    for (const seed of SEEDS) {
      const market = marketOf({ seed, symbols: SYMBOLS, activity: ACTIVITY });
      days.push({ market, runs: runOf(market) });
    }
  });

  test('eligible volume agrees with the adv, over all symbols within 5%, of each within 20%', () => {
    const ofAdv = ({ market, runs }: Day, symbolNo: number): number => volumeOf(runs[symbolNo]!) / market.instruments[symbolNo]!.adv!;
    const ratios = symbolNos().map((symbolNo) => mean(days.map((day) => ofAdv(day, symbolNo))));
    assert.ok(Math.abs(mean(ratios) - 1) < 0.05, `${mean(ratios)}`);
    for (const ratio of ratios) assert.ok(Math.abs(ratio - 1) < 0.2, `${ratio}`);
  });

  test('the mid moves by the daily volatility: root mean square of five-minute returns, over all symbols within 10%, of each within 25%', () => {
    const ratios = symbolNos().map((symbolNo) => {
      const variance = mean(days.map(({ market, runs }) => realisedVariance(runs[symbolNo]!, market.closeUs)));
      return Math.sqrt(variance) / days[0]!.market.instruments[symbolNo]!.daily_volatility!;
    });
    assert.ok(Math.abs(mean(ratios) - 1) < 0.1, `${mean(ratios)}`);
    for (const ratio of ratios) assert.ok(Math.abs(ratio - 1) < 0.25, `${ratio}`);
  });

  test('volume follows the published curve', () => {
    for (const dayShare of [0.1, 0.25, 0.5, 0.75, 0.95]) {
      const untilUs = DAY_START_US + dayShare * 390 * MINUTE_US;
      const differences = symbolNos().map((symbolNo) => {
        const curve = days[0]!.market.instruments[symbolNo]!.volume_curve!;
        const shares = days.map(({ runs }) => volumeOf(runs[symbolNo]!, untilUs) / volumeOf(runs[symbolNo]!));
        return mean(shares) - cumulativeVolumeShare(curve, dayShare);
      });
      assert.ok(Math.abs(mean(differences)) < 0.02, `${mean(differences)} at ${dayShare}`);
      assert.ok(differences.every((difference) => Math.abs(difference) < 0.12), `at ${dayShare}`);
    }
  });

  test('the closing auction is 5 to 12% of the adv', () => {
    for (const { market, runs } of days) {
      for (const symbolNo of market.tradableSymbolNos) {
        const closing = runs[symbolNo]!.trades.at(-1)!;
        assert.deepEqual(closing.conditions, ['CLOSING_AUCTION']);
        const share = closing.quantity / market.instruments[symbolNo]!.adv!;
        assert.ok(share > 0.049 && share < 0.121, `${share}`);
      }
    }
  });

  test('symbols move with the index as their beta says', () => {
    const betas: number[] = [];
    const estimates: number[] = [];
    for (const symbolNo of symbolNos()) {
      let covariance = 0;
      let variance = 0;
      for (const { market, runs } of days) {
        const own = returnsOf(runs[symbolNo]!, market.closeUs);
        const index = returnsOf(runs.at(-1)!, market.closeUs);
        for (let i = 0; i < own.length; i++) {
          covariance += own[i]! * index[i]!;
          variance += index[i]! ** 2;
        }
      }
      betas.push(days[0]!.market.instruments[symbolNo]!.beta!);
      estimates.push(covariance / variance);
    }
    assert.ok(Math.abs(mean(estimates) - mean(betas)) < 0.15, `${mean(estimates)} of ${mean(betas)}`);
  });

  const symbolNos = (): readonly number[] => days[0]!.market.tradableSymbolNos;
});

describe('stylised facts at full activity', () => {
  let market: SyntheticMarket;
  let runs: readonly SymbolRun[];

  before(() => {
    market = marketOf({ seed: 5, symbols: 4, hours: 1.5, incidentRates: NO_INCIDENTS });
    runs = runOf(market).slice(0, 4);
  });

  test('trades cluster: their numbers in 10 s scatter more than twice as much as a Poisson process', () => {
    for (const run of runs) {
      const counts = countsOf(takersOf(run).map(({ timeUs }) => timeUs), 10_000_000, 480);
      const average = mean(counts);
      assert.ok(mean(counts.map((count) => (count - average) ** 2)) / average > 2);
    }
  });

  test('trades come in bursts: durations are over-dispersed, half of them below a tenth of the mean', () => {
    for (const run of runs) {
      const takers = takersOf(run);
      const durations = takers.slice(1).map(({ timeUs }, i) => timeUs - takers[i]!.timeUs).sort((a, b) => a - b);
      const average = mean(durations);
      const variation = Math.sqrt(mean(durations.map((duration) => (duration - average) ** 2))) / average;
      assert.ok(variation > 2 && variation < 4, `${variation}`);
      assert.ok(durations[Math.floor(durations.length / 2)]! < 0.1 * average);
    }
  });

  test('the numbers of trades by minute remember', () => {
    for (const run of runs) {
      assert.ok(autocorrelation(countsOf(takersOf(run).map(({ timeUs }) => timeUs), MINUTE_US, 80), 1) > 0.1);
    }
  });

  test('one-second returns have heavy tails, and their size remembers, less where the tick is coarse', () => {
    const memories = runs.map((run) => {
      const mids = midsOf(run.quotes, 1_000_000, market.closeUs);
      const returns = mids.slice(1).map((mid, i) => mid / mids[i]! - 1).filter((change) => !Number.isNaN(change));
      const kurtosis = mean(returns.map((change) => change ** 4)) / mean(returns.map((change) => change ** 2)) ** 2 - 3;
      assert.ok(kurtosis > 5 && kurtosis < 100, `${kurtosis}`);
      const sizes = returns.map((change) => Math.abs(change));
      return mean(Array.from({ length: 10 }, (_, i) => autocorrelation(sizes, i + 1)));
    });
    assert.ok(memories.every((memory) => memory > 0) && mean(memories) > 0.04, `${memories}`);
  });

  test('the mid of a coarse tick does not flicker: its one-second moves are no more than its minutes bring', () => {
    const { quotes } = runs[1]!;
    const squares = (seconds: number): number => {
      const mids = midsOf(quotes, seconds * 1_000_000, market.closeUs);
      return mids.slice(1).reduce((sum, mid, i) => sum + (Number.isNaN(mids[i]!) ? 0 : (mid - mids[i]!) ** 2), 0);
    };
    assert.ok(squares(1) < 1.6 * squares(60), `${squares(1) / squares(60)}`);
  });

  test('signs of trades remember for long', () => {
    for (const run of runs) {
      const signs = takersOf(run).map(({ aggressor }) => aggressor);
      const first = autocorrelation(signs, 1, 0);
      assert.ok(first > 0.4 && first < 0.7, `${first}`);
      for (let lag = 1; lag <= 20; lag++) assert.ok(autocorrelation(signs, lag, 0) > 0.04, `lag ${lag}`);
    }
  });

  test('the spread of a liquid symbol is one to three ticks, and wider at the open', () => {
    const tick = market.instruments[0]!.tick_size!;
    const ticks = runs[0]!.quotes.map(({ bid, ask }) => Math.round((ask - bid) / tick));
    assert.ok(ticks.filter((wide) => wide <= 3).length > 0.9 * ticks.length);
    const isEarly = runs[0]!.quotes.map(({ timeUs }) => timeUs < market.openUs + 5 * MINUTE_US);
    assert.ok(mean(ticks.filter((_, i) => isEarly[i])) > 1.2 * mean(ticks.filter((_, i) => !isEarly[i])));
  });

  test('there are three to four quotes to a trade, and trades are at the touch that was shown or, a part of them, inside the spread', () => {
    for (const run of runs) {
      const ratio = run.quotes.length / takersOf(run).length;
      assert.ok(ratio > 2.5 && ratio < 4.5, `${ratio}`);
    }
    const [{ quotes, trades }] = runs as [SymbolRun];
    let at = 0;
    let inside = 0;
    for (const { timeUs, aggressor, price } of trades) {
      while (at + 1 < quotes.length && quotes[at + 1]!.timeUs < timeUs) at++;
      const { bid, ask } = quotes[at]!;
      if (aggressor === 1 ? price < ask : aggressor === -1 && price > bid) inside++;
    }
    assert.ok(inside > 0.03 * trades.length && inside < 0.25 * trades.length, `${inside} of ${trades.length}`);
  });

  test('the price answers to the sign: a buy is followed by a higher mid', () => {
    for (const run of runs) {
      const mids = midsOf(run.quotes, 1_000_000, market.closeUs);
      const moves = takersOf(run).map(({ timeUs, aggressor }) => {
        const second = Math.floor((timeUs - DAY_START_US) / 1_000_000);
        return aggressor * ((mids[second + 10] ?? Number.NaN) - mids[second]!);
      });
      assert.ok(mean(moves.filter((move) => !Number.isNaN(move))) > 0);
    }
  });
});

function volumeOf({ trades }: SymbolRun, untilUs = Number.POSITIVE_INFINITY): number {
  let sum = 0;
  for (const { timeUs, quantity, isVwapEligible } of trades) if (isVwapEligible && timeUs <= untilUs) sum += quantity;
  return sum;
}

function returnsOf({ quotes }: SymbolRun, closeUs: number): number[] {
  const mids = midsOf(quotes, FIVE_MINUTES_US, closeUs);
  assert.equal(mids.length, STEPS + 1);
  return mids.slice(1).map((mid, i) => mid / mids[i]! - 1);
}

function realisedVariance(run: SymbolRun, closeUs: number): number {
  return returnsOf(run, closeUs).reduce((sum, change) => sum + change * change, 0);
}
