/** What a run found, ready to be printed and kept: the rounds themselves, and what all rounds of a kind say together. */

import type { Histogram } from 'hdr-histogram-js';

import { type LatencySummary, merge, summarize } from '../measure/latencies.ts';
import { median, type RatioSummary, ratiosOf } from '../measure/ratios.ts';
import type { BenchOptions } from '../options.ts';
import type { LatencyRound } from '../scenarios/latency-round.ts';
import type { Pair } from '../scenarios/pairs.ts';
import type { ThroughputRound } from '../scenarios/throughput-round.ts';
import { type Format, FORMATS } from '../workload/batches.ts';
import type { Machine } from './machine.ts';

export const PERCENTILES = ['p50Ms', 'p90Ms', 'p99Ms', 'p999Ms', 'maxMs'] as const;
export const LATENCIES = ['fillToUpdate', 'fillToAnswer', 'generatorLag'] as const;

type PlainRound = Omit<LatencyRound, (typeof LATENCIES)[number]> & Record<(typeof LATENCIES)[number], LatencySummary>;

/** One latency of all rounds together, and its ratio by percentile, pair by pair. */
export interface LatencyComparison {
  readonly service: LatencySummary;
  readonly floor: LatencySummary;
  readonly ratios: Readonly<Record<(typeof PERCENTILES)[number], RatioSummary>>;
}

export interface ThroughputComparison {
  readonly format: Format;
  readonly serviceAcknowledgedPerSecond: number;
  readonly serviceShownPerSecond: number;
  readonly floorAcknowledgedPerSecond: number;
  readonly acknowledgedRatio: RatioSummary;
  readonly shownRatio: RatioSummary;
}

export interface Results {
  readonly machine: Machine;
  readonly options: BenchOptions;
  readonly faults: readonly string[];
  readonly latency: Readonly<Record<(typeof LATENCIES)[number], LatencyComparison>>;
  readonly throughput: readonly ThroughputComparison[];
  readonly latencyRounds: readonly Pair<PlainRound>[];
  readonly throughputRounds: readonly Pair<ThroughputRound>[];
}

export function resultsOf(
  machine: Machine,
  options: BenchOptions,
  latencyPairs: readonly Pair<LatencyRound>[],
  throughputPairs: readonly Pair<ThroughputRound>[],
  faultsAtEnd: readonly string[],
): Results {
  const rounds = [...latencyPairs, ...throughputPairs].flatMap(({ service, floor }) => [service, floor]);
  const compare = (name: (typeof LATENCIES)[number]): LatencyComparison =>
    compareLatency(latencyPairs.map(({ service, floor }) => ({ service: service[name], floor: floor[name] })));
  return {
    machine,
    options,
    faults: [...rounds.flatMap((round) => round.faults.map((fault) => `${round.target}, pair ${round.pair}: ${fault}`)), ...faultsAtEnd],
    latency: { fillToUpdate: compare('fillToUpdate'), fillToAnswer: compare('fillToAnswer'), generatorLag: compare('generatorLag') },
    throughput: FORMATS.map((format) => compareThroughput(format, throughputPairs.filter(({ service }) => service.format === format))),
    latencyRounds: latencyPairs.map(({ service, floor }) => ({ service: plain(service), floor: plain(floor) })),
    throughputRounds: throughputPairs,
  };
}

function compareLatency(pairs: readonly Pair<Histogram>[]): LatencyComparison {
  const summaries = pairs.map(({ service, floor }) => ({ service: summarize(service), floor: summarize(floor) }));
  const ratio = (percentile: (typeof PERCENTILES)[number]): RatioSummary =>
    ratiosOf(summaries.map(({ service, floor }) => ({ a: service[percentile], b: floor[percentile] })));
  return {
    service: summarize(merge(pairs.map(({ service }) => service))),
    floor: summarize(merge(pairs.map(({ floor }) => floor))),
    ratios: { p50Ms: ratio('p50Ms'), p90Ms: ratio('p90Ms'), p99Ms: ratio('p99Ms'), p999Ms: ratio('p999Ms'), maxMs: ratio('maxMs') },
  };
}

function compareThroughput(format: Format, pairs: readonly Pair<ThroughputRound>[]): ThroughputComparison {
  return {
    format,
    serviceAcknowledgedPerSecond: median(pairs.map(({ service }) => service.acknowledgedPerSecond)),
    serviceShownPerSecond: median(pairs.map(({ service }) => service.shownPerSecond)),
    floorAcknowledgedPerSecond: median(pairs.map(({ floor }) => floor.acknowledgedPerSecond)),
    acknowledgedRatio: ratiosOf(pairs.map(({ service, floor }) => ({ a: service.acknowledgedPerSecond, b: floor.acknowledgedPerSecond }))),
    shownRatio: ratiosOf(pairs.map(({ service, floor }) => ({ a: service.shownPerSecond, b: floor.acknowledgedPerSecond }))),
  };
}

function plain(round: LatencyRound): PlainRound {
  return {
    ...round,
    fillToUpdate: summarize(round.fillToUpdate),
    fillToAnswer: summarize(round.fillToAnswer),
    generatorLag: summarize(round.generatorLag),
  };
}
