/** The statistics of known processes: what theory says of them is what comes out. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { autocorrelation } from '../../../simulation/realism/autocorrelation.ts';
import { burstShare } from '../../../simulation/realism/burst-share.ts';
import { durationsOf } from '../../../simulation/realism/durations.ts';
import { fanoFactor } from '../../../simulation/realism/fano-factor.ts';
import { coefficientOfVariation, excessKurtosis } from '../../../simulation/realism/moments.ts';
import { quantile } from '../../../simulation/realism/quantile.ts';
import { selfExcitation } from '../../../simulation/realism/self-excitation.ts';
import { timeBins } from '../../../simulation/realism/time-bins.ts';
import { varianceRatio } from '../../../simulation/realism/variance-ratio.ts';
import { RandomStream } from '../../../simulation/random/random-stream.ts';

const EVENTS = 200_000;
/** Five standard errors of what is measured here: with fixed seeds it either holds or not. */
const within = (actual: number, expected: number, tolerance: number): void =>
  assert.ok(Math.abs(actual - expected) <= tolerance, `${actual} is not within ${tolerance} of ${expected}`);

function series(length: number, draw: (i: number) => number): Float64Array {
  return Float64Array.from({ length }, (_, i) => draw(i));
}

/** Times of a process whose gaps `draw` gives, in seconds. */
function timesUs(draw: () => number): Float64Array {
  let now = 0;
  return series(EVENTS, () => (now += draw() * 1e6));
}

describe('a Poisson process of 10 a second', () => {
  const stream = new RandomStream(1, 'poisson');
  const times = timesUs(() => stream.exponential(0.1));
  const durations = durationsOf(times);
  const counts = timeBins(times, 0, times[EVENTS - 1]!, 1e6);

  test('durations have a coefficient of variation of 1 and exponential quantiles', () => {
    within(coefficientOfVariation(durations), 1, 5 / Math.sqrt(EVENTS));
    const sorted = durations.slice().sort();
    within(quantile(sorted, 0.5) / 0.1, Math.LN2, 0.02);
    within(quantile(sorted, 0.99) / 0.1, Math.log(100), 0.15);
  });

  test('counts have a Fano factor of 1 and no memory', () => {
    within(fanoFactor(counts), 1, 5 * Math.sqrt(2 / counts.length));
    for (const lag of [1, 2, 10]) within(autocorrelation(counts, lag), 0, 5 / Math.sqrt(counts.length));
  });

  test('0.0004 of it is in bursts', () => within(burstShare(durations), 5 * 0.0952 ** 4 - 4 * 0.0952 ** 5, 0.0004));
});

test('pairs 1 ms apart: Fano factor 2, coefficient of variation above 1', () => {
  const stream = new RandomStream(2, 'pairs');
  let isSecond = true;
  const times = timesUs(() => ((isSecond = !isSecond) ? 0.001 : stream.exponential(0.2)));
  const counts = timeBins(times, 0, times[EVENTS - 1]!, 1e6);
  within(fanoFactor(counts), 2, 0.1);
  assert.ok(coefficientOfVariation(durationsOf(times)) > 1.5);
});

test('a regular clock: coefficient of variation and Fano factor 0', () => {
  const times = timesUs(() => 0.125);
  within(coefficientOfVariation(durationsOf(times)), 0, 1e-9);
  within(fanoFactor(timeBins(times, 62_500, 1_000e6, 1e6)), 0, 1e-9);
});

test('normal returns: no excess kurtosis, no memory, variance in proportion to time', () => {
  const stream = new RandomStream(3, 'normal');
  const returns = series(EVENTS, () => stream.normal());
  const perTen = series(EVENTS / 10, (i) => returns.slice(i * 10, i * 10 + 10).reduce((sum, value) => sum + value, 0));
  within(excessKurtosis(returns), 0, 5 * Math.sqrt(24 / EVENTS));
  within(autocorrelation(returns, 1), 0, 5 / Math.sqrt(EVENTS));
  within(autocorrelation(returns.map(Math.abs), 1), 0, 5 / Math.sqrt(EVENTS));
  within(varianceRatio(returns, 1, perTen, 10), 1, 5 * Math.sqrt(2 / perTen.length));
});

test('exponential values have an excess kurtosis of 6', () => {
  const stream = new RandomStream(4, 'exponential');
  within(excessKurtosis(series(EVENTS, () => stream.exponential(1))), 6, 0.5);
});

test('an autoregression of 0.8 has autocorrelations of 0.8 to the power of the lag', () => {
  const stream = new RandomStream(5, 'autoregression');
  let value = 0;
  const values = series(EVENTS, () => (value = 0.8 * value + stream.normal()));
  for (const lag of [1, 2, 5]) within(autocorrelation(values, lag), 0.8 ** lag, 0.03);
});

test('signs kept with a chance of 0.7 have an autocorrelation of 0.4 at lag 1 and 0.16 at lag 2', () => {
  const stream = new RandomStream(6, 'signs');
  let sign = 1;
  const signs = series(EVENTS, () => (sign = stream.chance(0.7) ? sign : -sign));
  within(autocorrelation(signs, 1), 0.4, 0.015);
  within(autocorrelation(signs, 2), 0.16, 0.015);
});

describe('self-excitation', () => {
  const SECONDS = 10_000;

  /** A base of one take a second; each brings Poisson(self) more of its side and Poisson(cross) of the other, 1/decay s later on average. */
  function clusters(self: number, cross: number, decay: number): { timesUs: Float64Array; signs: Float64Array } {
    const stream = new RandomStream(7, 'clusters');
    const takes: { us: number; sign: number }[] = [];
    for (let now = stream.exponential(1); now < SECONDS; now += stream.exponential(1)) {
      takes.push({ us: now * 1e6, sign: stream.chance(0.5) ? 1 : -1 });
    }
    // The list grows while it is read: a child has children of its own.
    for (const { us, sign } of takes) {
      for (const [ratio, childSign] of [[self, sign], [cross, -sign]] as const) {
        for (let left = stream.exponential(1); left < ratio; left += stream.exponential(1)) {
          takes.push({ us: us + stream.exponential(1e6 / decay), sign: childSign });
        }
      }
    }
    const inTime = takes.filter(({ us }) => us < SECONDS * 1e6).sort((a, b) => a.us - b.us);
    return { timesUs: Float64Array.from(inTime, ({ us }) => us), signs: Float64Array.from(inTime, ({ sign }) => sign) };
  }

  test('of a process with 0.4 on the same side and 0.1 on the other at a decay of 2 / s is found', () => {
    const { basePerSecond, self, cross, branching } = selfExcitation(clusters(0.4, 0.1, 2), 0, SECONDS * 1e6, [60, 2]);
    within(basePerSecond, 1, 0.08);
    within(self[1]!, 0.4, 0.05);
    within(cross[1]!, 0.1, 0.03);
    within(self[0]! + cross[0]!, 0, 0.02);
    within(branching, 0.5, 0.05);
  });

  test('of independent takes is next to nothing', () => {
    const { branching } = selfExcitation(clusters(0, 0, 2), 0, SECONDS * 1e6);
    within(branching, 0, 0.06);
  });
});
