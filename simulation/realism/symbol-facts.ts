/**
 * The series and distributions of one recording, each made once for all rows and plots that use it. It owns no formula.
 */

import { durationsOf } from './durations.ts';
import { midsAtSteps, returnsBps } from './mid-returns.ts';
import { type SelfExcitation, selfExcitation } from './self-excitation.ts';
import { type SpreadDistribution, spreadDistribution } from './spread-distribution.ts';
import type { SymbolRecording } from './symbol-recording.ts';
import { type Takes, takesOf } from './takes.ts';
import { timeBins } from './time-bins.ts';

export interface SymbolFacts {
  readonly recording: SymbolRecording;
  readonly hours: number;
  readonly takes: Takes;
  /** Seconds. */
  readonly durations: Float64Array;
  readonly sortedDurations: Float64Array;
  readonly spread: SpreadDistribution;
  readonly excitation: SelfExcitation;
  readonly takesPer10s: Float64Array;
  readonly takesPerMinute: Float64Array;
  readonly volumePer10s: Float64Array;
  readonly volumePerMinute: Float64Array;
  readonly returns1s: Float64Array;
  readonly returns10s: Float64Array;
  readonly returns60s: Float64Array;
}

const SECOND_US = 1_000_000;

export function factsOf(recording: SymbolRecording): SymbolFacts {
  const { tradeTimesUs, quantities, fromUs, toUs } = recording;
  const takes = takesOf(recording);
  const durations = durationsOf(takes.timesUs);
  const countsPer = (binUs: number): Float64Array => timeBins(takes.timesUs, fromUs, toUs, binUs);
  const volumesPer = (binUs: number): Float64Array => timeBins(tradeTimesUs, fromUs, toUs, binUs, quantities);
  const returnsOver = (stepUs: number): Float64Array =>
    returnsBps(midsAtSteps(recording, stepUs)).filter((value) => !Number.isNaN(value));
  return {
    recording,
    hours: (toUs - fromUs) / SECOND_US / 3_600,
    takes,
    durations,
    sortedDurations: durations.slice().sort(),
    spread: spreadDistribution(recording),
    excitation: selfExcitation(takes, fromUs, toUs),
    takesPer10s: countsPer(10 * SECOND_US),
    takesPerMinute: countsPer(60 * SECOND_US),
    volumePer10s: volumesPer(10 * SECOND_US),
    volumePerMinute: volumesPer(60 * SECOND_US),
    returns1s: returnsOver(SECOND_US),
    returns10s: returnsOver(10 * SECOND_US),
    returns60s: returnsOver(60 * SECOND_US),
  };
}
