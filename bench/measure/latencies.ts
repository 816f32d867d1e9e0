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
