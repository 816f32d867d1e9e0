/**
 * The realism table: which statistics are shown, by what name and under which heading, and the table's Markdown.
 *
 * It owns the rows. The formulas are in a file each.
 */

import { autocorrelation, autocorrelations } from './autocorrelation.ts';
import { burstShare } from './burst-share.ts';
import { effectiveSpread } from './effective-spread.ts';
import { fanoFactor } from './fano-factor.ts';
import { coefficientOfVariation, excessKurtosis, mean, variance } from './moments.ts';
import { quantile } from './quantile.ts';
import { DECAYS_PER_SECOND } from './self-excitation.ts';
import { signResponse } from './sign-response.ts';
import { spreadQuantileTicks } from './spread-distribution.ts';
import type { SymbolFacts } from './symbol-facts.ts';
import { varianceRatio } from './variance-ratio.ts';
import { halfHourShares } from './volume-shares.ts';

export interface StatisticRow {
  readonly label: string;
  /** NaN: not defined, or of too small a sample. */
  value(facts: SymbolFacts): number;
}

/** A statistic of fewer values than this is not shown. */
const SAMPLE_MIN = 30;
const SECOND_US = 1_000_000;
const SIGN_LAGS_MAX = 50;

const rate = (count: number, facts: SymbolFacts): number => count / facts.hours;

function ofEnough<T extends ArrayLike<number>>(sample: T, statistic: (sample: T) => number): number {
  return sample.length < SAMPLE_MIN ? NaN : statistic(sample);
}

const meanAutocorrelation = (values: ArrayLike<number>, lagMax: number): number => mean(autocorrelations(values, lagMax));
const absolute = (values: Float64Array): Float64Array => values.map(Math.abs);
const durationQuantile = ({ sortedDurations }: SymbolFacts, p: number): number =>
  ofEnough(sortedDurations, (sorted) => quantile(sorted, p) / mean(sorted));
const response = ({ recording, takes }: SymbolFacts, seconds: number): number =>
  ofEnough(takes.signs, () => signResponse(recording, takes, seconds * SECOND_US));
const halfHours = ({ recording }: SymbolFacts): number => {
  const [first = NaN, second = NaN] = halfHourShares(recording);
  return second / first;
};

export const STATISTIC_ROWS: readonly StatisticRow[] = [
  { label: 'mean mid', value: ({ recording: r }) => mean(r.bids.map((bid, i) => (bid + r.asks[i]!) / 2).filter((mid) => mid > 0)) },
  { label: 'trades an hour', value: (facts) => rate(facts.recording.prices.length, facts) },
  { label: 'takes an hour', value: (facts) => rate(facts.takes.signs.length, facts) },
  { label: 'trades a take', value: ({ recording, takes }) => recording.prices.length / takes.signs.length },
  { label: 'quotes a take', value: ({ recording, takes }) => recording.bids.length / takes.signs.length },
  { label: 'take size, coefficient of variation', value: ({ takes }) => ofEnough(takes.quantities, coefficientOfVariation) },
  { label: 'spread, mean (ticks)', value: ({ spread }) => spread.meanTicks },
  { label: 'spread, 10 % (ticks)', value: ({ spread }) => spreadQuantileTicks(spread, 0.1) },
  { label: 'spread, median (ticks)', value: ({ spread }) => spreadQuantileTicks(spread, 0.5) },
  { label: 'spread, 90 % (ticks)', value: ({ spread }) => spreadQuantileTicks(spread, 0.9) },
  { label: 'spread, coefficient of variation', value: ({ spread }) => spread.coefficientOfVariation },
  { label: 'spread, mean (bps)', value: ({ spread }) => spread.meanBps },
  { label: 'effective spread (bps)', value: ({ recording }) => effectiveSpread(recording).bps },
  { label: 'effective / quoted spread at the trades', value: ({ recording }) => effectiveSpread(recording).ofQuoted },
  { label: 'volume inside the spread', value: ({ recording }) => effectiveSpread(recording).insideShare },
  { label: 'time without a valid quote', value: ({ spread }) => spread.unquotedShare },
  { label: 'duration, mean (s)', value: ({ durations }) => mean(durations) },
  { label: 'duration, coefficient of variation (1)', value: ({ durations }) => ofEnough(durations, coefficientOfVariation) },
  { label: 'duration, 10 % / mean (0.105)', value: (facts) => durationQuantile(facts, 0.1) },
  { label: 'duration, median / mean (0.693)', value: (facts) => durationQuantile(facts, 0.5) },
  { label: 'duration, 90 % / mean (2.30)', value: (facts) => durationQuantile(facts, 0.9) },
  { label: 'duration, 99 % / mean (4.61)', value: (facts) => durationQuantile(facts, 0.99) },
  { label: 'takes in bursts (0.0004)', value: ({ durations }) => ofEnough(durations, burstShare) },
  { label: 'takes that answer others (0)', value: ({ excitation }) => excitation.branching },
  ...DECAYS_PER_SECOND.map((decay, k) => ({
    label: `takes of the same side that a take brings, decay ${decay.toLocaleString('en-US')} / s (0)`,
    value: ({ excitation }: SymbolFacts) => excitation.self[k]!,
  })),
  { label: 'takes of the other side that a take brings (0)', value: ({ excitation }) => excitation.cross.reduce((sum, ratio) => sum + ratio, 0) },
  { label: 'takes per 10 s, Fano factor (1)', value: ({ takesPer10s }) => ofEnough(takesPer10s, fanoFactor) },
  { label: 'takes per minute, Fano factor (1)', value: ({ takesPerMinute }) => ofEnough(takesPerMinute, fanoFactor) },
  { label: 'volume per 10 s, coefficient of variation', value: ({ volumePer10s }) => ofEnough(volumePer10s, coefficientOfVariation) },
  { label: 'volume per 10 s, autocorrelation lag 1 (0)', value: ({ volumePer10s }) => ofEnough(volumePer10s, (volumes) => autocorrelation(volumes, 1)) },
  { label: 'volume per 10 s, mean autocorrelation lags 1-10 (0)', value: ({ volumePer10s }) => ofEnough(volumePer10s, (volumes) => meanAutocorrelation(volumes, 10)) },
  { label: 'volume per minute, autocorrelation lag 1 (0)', value: ({ volumePerMinute }) => ofEnough(volumePerMinute, (volumes) => autocorrelation(volumes, 1)) },
  { label: 'volume per minute, mean autocorrelation lags 1-10 (0)', value: ({ volumePerMinute }) => ofEnough(volumePerMinute, (volumes) => meanAutocorrelation(volumes, 10)) },
  { label: 'volume, second / first half hour', value: halfHours },
  { label: 'sign of takes, autocorrelation lag 1 (0)', value: ({ takes }) => ofEnough(takes.signs, (signs) => autocorrelation(signs, 1)) },
  { label: 'sign of takes, autocorrelation lag 10 (0)', value: ({ takes }) => ofEnough(takes.signs, (signs) => autocorrelation(signs, 10)) },
  { label: 'sign of takes, mean autocorrelation lags 1-50 (0)', value: ({ takes }) => ofEnough(takes.signs, (signs) => meanAutocorrelation(signs, SIGN_LAGS_MAX)) },
  { label: 'returns over 60 s, standard deviation (bps)', value: ({ returns60s }) => ofEnough(returns60s, (returns) => Math.sqrt(variance(returns))) },
  { label: 'variance ratio 1 s : 60 s (1)', value: ({ returns1s, returns60s }) => ofEnough(returns60s, () => varianceRatio(returns1s, 1, returns60s, 60)) },
  { label: 'returns over 1 s, excess kurtosis (0)', value: ({ returns1s }) => ofEnough(returns1s, excessKurtosis) },
  { label: 'returns over 10 s, excess kurtosis (0)', value: ({ returns10s }) => ofEnough(returns10s, excessKurtosis) },
  { label: 'returns over 60 s, excess kurtosis (0)', value: ({ returns60s }) => ofEnough(returns60s, excessKurtosis) },
  { label: 'returns over 1 s, autocorrelation lag 1 (0)', value: ({ returns1s }) => ofEnough(returns1s, (returns) => autocorrelation(returns, 1)) },
  { label: 'returns over 10 s, autocorrelation lag 1 (0)', value: ({ returns10s }) => ofEnough(returns10s, (returns) => autocorrelation(returns, 1)) },
  { label: 'absolute returns over 1 s, mean autocorrelation lags 1-10 (0)', value: ({ returns1s }) => ofEnough(absolute(returns1s), (returns) => meanAutocorrelation(returns, 10)) },
  { label: 'absolute returns over 10 s, mean autocorrelation lags 1-10 (0)', value: ({ returns10s }) => ofEnough(absolute(returns10s), (returns) => meanAutocorrelation(returns, 10)) },
  { label: 'response of the mid after 1 s (spreads)', value: (facts) => response(facts, 1) },
  { label: 'response of the mid after 5 s (spreads)', value: (facts) => response(facts, 5) },
  { label: 'response of the mid after 10 s (spreads)', value: (facts) => response(facts, 10) },
  { label: 'response of the mid after 30 s (spreads)', value: (facts) => response(facts, 30) },
  { label: 'response of the mid after 60 s (spreads)', value: (facts) => response(facts, 60) },
];

export interface TableColumn {
  readonly heading: string;
  /** One recording: its value; several: the median and the range over them. */
  readonly facts: readonly SymbolFacts[];
}

/** The table as Markdown. In brackets behind a statistic: what independent trades would have. */
export function realismTable(columns: readonly TableColumn[]): string {
  const headings = ['', ...columns.map((column) => column.heading)];
  const lines = [`| ${headings.join(' | ')} |`, `|---|${columns.map(() => '---:|').join('')}`];
  for (const row of STATISTIC_ROWS) {
    lines.push(`| ${[row.label, ...columns.map((column) => cell(row, column.facts))].join(' | ')} |`);
  }
  return lines.join('\n');
}

function cell(row: StatisticRow, facts: readonly SymbolFacts[]): string {
  const values = facts.map((each) => row.value(each)).filter((value) => Number.isFinite(value));
  if (values.length === 0) return '-';
  const sorted = Float64Array.from(values).sort();
  if (facts.length === 1) return shortNumber(sorted[0]!);
  return `${shortNumber(quantile(sorted, 0.5))} (${shortNumber(sorted[0]!)} to ${shortNumber(sorted[sorted.length - 1]!)})`;
}

/** Three digits that count for 1 and more, three places for 0.01 and more, else two digits that count. */
export function shortNumber(value: number): string {
  const size = Math.abs(value);
  if (size === 0) return '0';
  if (size >= 1_000) return Math.round(value).toLocaleString('en-US');
  if (size < 0.01) return value.toPrecision(2);
  return value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3);
}
