/** The statistics of a market by hand: small series whose numbers can be followed on paper. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { autocorrelation, autocorrelations } from '../../../simulation/realism/autocorrelation.ts';
import { burstShare } from '../../../simulation/realism/burst-share.ts';
import { durationsOf } from '../../../simulation/realism/durations.ts';
import { effectiveSpread } from '../../../simulation/realism/effective-spread.ts';
import { fanoFactor } from '../../../simulation/realism/fano-factor.ts';
import { midsAtSteps, returnsBps } from '../../../simulation/realism/mid-returns.ts';
import { coefficientOfVariation, excessKurtosis, mean, variance } from '../../../simulation/realism/moments.ts';
import { quantile } from '../../../simulation/realism/quantile.ts';
import { signResponse } from '../../../simulation/realism/sign-response.ts';
import { spreadDistribution, spreadQuantileTicks } from '../../../simulation/realism/spread-distribution.ts';
import { survivalFunction } from '../../../simulation/realism/survival-function.ts';
import { takesOf } from '../../../simulation/realism/takes.ts';
import { timeBins } from '../../../simulation/realism/time-bins.ts';
import { varianceRatio } from '../../../simulation/realism/variance-ratio.ts';
import { halfHourShares } from '../../../simulation/realism/volume-shares.ts';

const column = (...values: number[]): Float64Array => Float64Array.from(values);
const seconds = (...values: number[]): Float64Array => Float64Array.from(values, (value) => value * 1e6);
const near = (actual: number, expected: number): void =>
  assert.ok(Math.abs(actual - expected) < 1e-9, `${actual} is not ${expected}`);

describe('samples', () => {
  test('moments of 2, 4, 4, 4, 5, 5, 7, 9: mean 5, variance 4, fourth moment 44.5', () => {
    const sample = [2, 4, 4, 4, 5, 5, 7, 9];
    assert.equal(mean(sample), 5);
    assert.equal(variance(sample), 4);
    near(coefficientOfVariation(sample), 0.4);
    near(excessKurtosis(sample), 44.5 / 16 - 3);
    assert.ok(Number.isNaN(mean([])));
    assert.ok(Number.isNaN(excessKurtosis([1, 1])));
  });

  test('a quantile is the smallest value that reaches its share', () => {
    const sorted = [10, 20, 30, 40];
    assert.deepEqual([0, 0.25, 0.26, 0.5, 1].map((p) => quantile(sorted, p)), [10, 10, 20, 20, 40]);
    assert.ok(Number.isNaN(quantile([], 0.5)));
  });

  test('survival leaves out where nothing is left', () => {
    assert.deepEqual(survivalFunction([1, 2, 3, 4], [0.5, 2, 3.5, 4]), [
      { x: 0.5, share: 1 },
      { x: 2, share: 0.5 },
      { x: 3.5, share: 0.25 },
    ]);
  });
});

describe('series', () => {
  test('autocorrelation of 1, 2, 3, 4: 1.25 / 5 at lag 1, -1.5 / 5 at lag 2', () => {
    near(autocorrelation([1, 2, 3, 4], 1), 0.25);
    near(autocorrelation([1, 2, 3, 4], 2), -0.3);
    assert.equal(autocorrelations([1, 2, 3, 4], 2).length, 2);
    near(autocorrelation([1, NaN, 2, 3, 4], 1), (-0.5 * 0.5 + 0.5 * 1.5) / 5);
    assert.ok(Number.isNaN(autocorrelation([1, 1, 1], 1)));
    assert.ok(Number.isNaN(autocorrelation([1, 2], 1)));
  });

  test('time bins take whole bins only', () => {
    const times = seconds(0, 1, 9.9, 10, 25);
    assert.deepEqual(timeBins(times, 0, 25e6, 10e6), column(3, 1));
    assert.deepEqual(timeBins(times, 0, 30e6, 10e6, [1, 2, 3, 4, 5]), column(6, 4, 5));
  });

  test('Fano factor of 0, 2, 4: variance 8/3 over mean 2', () => near(fanoFactor([0, 2, 4]), 4 / 3));

  test('variance ratio: returns of 1, -1 over 1 s that add up to 1 over 2 s', () => {
    near(varianceRatio([1, -1, 1, -1], 1, [1, 1], 2), 2);
  });
});

describe('trades', () => {
  const trades = {
    tradeTimesUs: seconds(1, 1, 1, 2, 4),
    aggressors: column(1, 1, -1, -1, -1),
    quantities: column(5, 6, 7, 8, 9),
    quotesBefore: column(1, 1, 1, 2, 3),
  };

  test('trades of one time and side are one take', () => {
    assert.deepEqual(takesOf(trades), {
      timesUs: seconds(1, 1, 2, 4),
      signs: column(1, -1, -1, -1),
      quantities: column(11, 7, 8, 9),
      quotesBefore: column(1, 1, 2, 3),
    });
  });

  test('durations are between moments', () => assert.deepEqual(durationsOf(takesOf(trades).timesUs), column(1, 2)));

  test('a run of five short gaps is a burst, a run of four moments is not', () => {
    // 6 moments, then 4 moments: gaps 1 are at most a tenth of the mean (5 + 100 + 3 + 100) / 10.
    near(burstShare([1, 1, 1, 1, 1, 100, 1, 1, 1, 100]), 6 / 11);
    assert.ok(Number.isNaN(burstShare([])));
  });

  test('half hours of volume, the last one short', () => {
    const day = { tradeTimesUs: seconds(0, 1_799, 1_800, 3_600), quantities: column(1, 2, 3, 2), fromUs: 0, toUs: 4_000e6 };
    assert.deepEqual(halfHourShares(day), [3 / 8, 3 / 8, 2 / 8]);
  });
});

describe('quotes', () => {
  // 10 s at 1 tick, 30 s at 3 ticks, 10 s without a quote.
  const quotes = {
    quoteTimesUs: seconds(0, 10, 40),
    bids: column(99.99, 99.97, NaN),
    asks: column(100, 100, NaN),
    tickSize: 0.01,
    fromUs: 0,
    toUs: 50e6,
  };

  test('the spread is weighted with time', () => {
    const spread = spreadDistribution(quotes);
    near(spread.meanTicks, 2.5);
    near(spread.coefficientOfVariation, Math.sqrt(0.75) / 2.5);
    near(spread.meanBps, 0.25 * (100 / 99.995) + 0.75 * (300 / 99.985));
    near(spread.unquotedShare, 0.2);
    assert.deepEqual(spread.shareByTicks, [0, 0.25, 0, 0.75]);
    assert.deepEqual([0.25, 0.26, 1].map((p) => spreadQuantileTicks(spread, p)), [1, 3, 3]);
  });

  test('mids at steps: none before the first quote, the last one for ten seconds after it ended', () => {
    const late = { ...quotes, quoteTimesUs: seconds(5, 10, 40), toUs: 60e6 };
    assert.deepEqual(midsAtSteps(late, 10e6), column(NaN, 99.985, 99.985, 99.985, 99.985, 99.985, NaN));
    assert.deepEqual(returnsBps(column(100, 101, NaN, 100)), column(100, NaN, NaN));
  });

  test('effective spread: one at the offer, its second fill after the quote has moved, one hidden at the mid, one without a quote', () => {
    const met = {
      bids: column(99, 99, NaN),
      asks: column(101, 102, NaN),
      tradeTimesUs: seconds(1, 1, 1, 1),
      prices: column(101, 102, 100.5, 100),
      quantities: column(1, 1, 2, 5),
      aggressors: column(1, 1, -1, 1),
      quotesBefore: column(1, 2, 2, 3),
    };
    const spread = effectiveSpread(met);
    near(spread.bps, (200 + 400) / 4);
    near(spread.ofQuoted, 6 / (2 + 2 + 3 + 3));
    near(spread.insideShare, 2 / 4);
  });

  test('response: a buy before the mid rises by half a spread, a sell that nothing follows, one too late to know', () => {
    const moving = { quoteTimesUs: seconds(0, 2), bids: column(99, 100), asks: column(101, 102), toUs: 10e6 };
    const takes = { timesUs: seconds(1, 3, 9), signs: column(1, -1, 1), quantities: column(1, 1, 1), quotesBefore: column(1, 2, 2) };
    near(signResponse(moving, takes, 2e6), 0.5 / 2);
  });
});
