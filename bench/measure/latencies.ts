/** Latencies of many requests: recorded with three significant digits, told as percentiles. */

import { build, type Histogram } from 'hdr-histogram-js';

const LATENCY_US_MAX = 600_000_000;
const US_PER_MS = 1_000;

export interface LatencySummary {
  readonly count: number;
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
}

/** Records the numbers from `first` on; NaN is a request without an answer and is not recorded. */
export function record(latenciesUs: Float64Array, first: number): Histogram {
  const histogram = build({
    bitBucketSize: 32,
    lowestDiscernibleValue: 1,
    highestTrackableValue: LATENCY_US_MAX,
    numberOfSignificantValueDigits: 3,
    useWebAssembly: false,
  });
  for (const us of latenciesUs.subarray(first)) if (!Number.isNaN(us)) histogram.recordValue(Math.max(0, Math.round(us)));
  return histogram;
}

export function merge(histograms: readonly Histogram[]): Histogram {
  const merged = record(new Float64Array(0), 0);
  for (const histogram of histograms) merged.add(histogram);
  return merged;
}

/** Percentiles in milliseconds; NaN when nothing was recorded. */
export function summarize(histogram: Histogram): LatencySummary {
  const at = (percentile: number): number => (histogram.totalCount === 0 ? Number.NaN : histogram.getValueAtPercentile(percentile) / US_PER_MS);
  return { count: histogram.totalCount, p50Ms: at(50), p90Ms: at(90), p99Ms: at(99), p999Ms: at(99.9), maxMs: at(100) };
}

const CURVE_PERCENTILES = [1, 10, 25, 50, 75, 90, 95, 98, 99, 99.5, 99.8, 99.9, 99.95, 99.99];

/** Percentiles and their milliseconds, for a plot; only those that so many latencies can tell. */
export function percentileCurve(histogram: Histogram): [percentile: number, ms: number][] {
  return CURVE_PERCENTILES.filter((percentile) => histogram.totalCount * (1 - percentile / 100) >= 1).map((percentile) => [
    percentile,
    histogram.getValueAtPercentile(percentile) / US_PER_MS,
  ]);
}
