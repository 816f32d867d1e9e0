/** What a run found, ready to be printed and kept: the rounds themselves, and what all rounds of a kind say together. */

import type { Histogram } from 'hdr-histogram-js';

import { type LatencySummary, merge, summarize } from '../measure/latencies.ts';
import { median, type RatioSummary, ratiosOf } from '../measure/ratios.ts';
import type { BenchOptions } from '../options.ts';
import type { LatencyRound } from '../scenarios/latency-round.ts';
import { type Pair, roundsOf } from '../scenarios/pairs.ts';
import type { AllRounds } from '../scenarios/run-all.ts';
import type { ScenarioReport } from '../scenarios/scenario.ts';
import type { ThroughputRound } from '../scenarios/throughput-round.ts';
import { type Door, DOORS } from '../workload/batches.ts';
import type { Machine } from './machine.ts';
import {
  compareHalfRate,
  compareHeld,
  type HalfRateComparison,
  type HeldComparison,
  type PlainSearch,
  plainSearch,
  plainSteady,
  type PlainSteadyRound,
} from './steady-results.ts';

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
  readonly door: Door;
  readonly serviceAcknowledgedPerSecond: number;
  readonly serviceShownPerSecond: number;
  readonly floorAcknowledgedPerSecond: number;
  /** NaN where it has no such door. */
  readonly naiveAcknowledgedPerSecond: number;
  /** Service to floor. */
  readonly acknowledgedRatio: RatioSummary;
  readonly naiveRatio: RatioSummary;
  readonly shownRatio: RatioSummary;
}

export interface Results {
  readonly machine: Machine;
  readonly options: BenchOptions;
  readonly faults: readonly string[];
  readonly latency: Readonly<Record<(typeof LATENCIES)[number], LatencyComparison>>;
  readonly throughput: readonly ThroughputComparison[];
  readonly held: readonly HeldComparison[];
  readonly halfRate: readonly HalfRateComparison[];
  readonly latencyRounds: readonly Pair<PlainRound>[];
  readonly throughputRounds: readonly Pair<ThroughputRound>[];
  readonly heldSearches: readonly Pair<PlainSearch>[];
  readonly halfRateRounds: readonly Pair<PlainSteadyRound>[];
  /** What the scenarios say, by their names. */
  readonly scenarios: Readonly<Record<string, ScenarioReport>>;
}

export function resultsOf(machine: Machine, options: BenchOptions, all: AllRounds, faultsAtEnd: readonly string[]): Results {
  const { latency, throughput, held, halfRate, scenarios } = all;
  const compare = (name: (typeof LATENCIES)[number]): LatencyComparison =>
    compareLatency(latency.map(({ service, floor }) => ({ service: service[name], floor: floor[name] })));
  return {
    machine,
    options,
    faults: [...faultsOf(all), ...faultsAtEnd],
    latency: { fillToUpdate: compare('fillToUpdate'), fillToAnswer: compare('fillToAnswer'), generatorLag: compare('generatorLag') },
    throughput: doorsOf(throughput).map((door) => compareThroughput(door, throughput.filter(({ service }) => service.door === door))),
    held: doorsOf(held).map((door) => compareHeld(door, held)),
    halfRate: doorsOf(halfRate).map((door) => compareHalfRate(door, halfRate)),
    latencyRounds: latency.map((pair) => mapPair(pair, plain)),
    throughputRounds: throughput,
    heldSearches: held.map((pair) => mapPair(pair, plainSearch)),
    halfRateRounds: halfRate.map((pair) => mapPair(pair, plainSteady)),
    scenarios,
  };
}

/** The doors that rounds went through, in their usual order. */
function doorsOf(pairs: readonly Pair<{ readonly door: Door }>[]): Door[] {
  return DOORS.filter((door) => pairs.some(({ service }) => service.door === door));
}

function faultsOf({ latency, throughput, held, halfRate, scenarios }: AllRounds): string[] {
  const steady = [...roundsOf(held).flatMap(({ rounds }) => rounds), ...roundsOf(halfRate)];
  return [
    ...roundsOf(latency).flatMap(({ target, pair, faults }) => faults.map((fault) => `${target}, latency, pair ${pair}: ${fault}`)),
    ...roundsOf(throughput).flatMap(({ target, door, pair, faults }) => faults.map((fault) => `${target}, intake ${door}, pair ${pair}: ${fault}`)),
    ...steady.flatMap(({ target, door, fillsPerSecond, faults }) => faults.map((fault) => `${target}, ${door} at ${fillsPerSecond} fills/s: ${fault}`)),
    ...Object.values(scenarios).flatMap((report) => report.faults),
  ];
}

function mapPair<A, B>({ service, floor, naive }: Pair<A>, to: (round: A) => B): Pair<B> {
  return { service: to(service), floor: to(floor), ...(naive === undefined ? {} : { naive: to(naive) }) };
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

function compareThroughput(door: Door, pairs: readonly Pair<ThroughputRound>[]): ThroughputComparison {
  return {
    door,
    serviceAcknowledgedPerSecond: median(pairs.map(({ service }) => service.acknowledgedPerSecond)),
    serviceShownPerSecond: median(pairs.map(({ service }) => service.shownPerSecond)),
    floorAcknowledgedPerSecond: median(pairs.map(({ floor }) => floor.acknowledgedPerSecond)),
    naiveAcknowledgedPerSecond: median(pairs.flatMap(({ naive }) => naive?.acknowledgedPerSecond ?? [])),
    naiveRatio: ratiosOf(pairs.map(({ service, naive }) => ({ a: service.acknowledgedPerSecond, b: naive?.acknowledgedPerSecond ?? Number.NaN }))),
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
