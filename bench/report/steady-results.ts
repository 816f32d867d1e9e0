/** What the rounds of steady load say together: held rates and their ratios, latencies at half of the held rate. */

import { type LatencySummary, merge, percentileCurve, summarize } from '../measure/latencies.ts';
import { median, type RatioSummary, ratiosOf } from '../measure/ratios.ts';
import { type HeldSearch, isHeld } from '../scenarios/held-rate.ts';
import type { Pair } from '../scenarios/pairs.ts';
import type { SteadyRound } from '../scenarios/steady-round.ts';
import { TARGET_NAMES, type TargetName } from '../targets/target.ts';
import type { Door } from '../workload/batches.ts';

export const STEADY_LATENCIES = ['fillToUpdate', 'fillToAnswer', 'generatorLag', 'getStatus'] as const;
export type SteadyLatency = (typeof STEADY_LATENCIES)[number];

export type PlainSteadyRound = Omit<SteadyRound, SteadyLatency> & Record<SteadyLatency, LatencySummary> & { readonly isHeld: boolean };
export type PlainSearch = Omit<HeldSearch, 'rounds'> & { readonly rounds: readonly PlainSteadyRound[] };

export interface HeldComparison {
  readonly door: Door;
  /** Median of the searches, fills a second; NaN where nothing was held. */
  readonly fillsPerSecond: Readonly<Partial<Record<TargetName, number>>>;
  readonly serviceToFloor: RatioSummary;
  readonly serviceToNaive: RatioSummary;
}

export interface HalfRateSide extends Readonly<Record<SteadyLatency, LatencySummary>> {
  /** Of fill -> update: percentile and milliseconds. */
  readonly curve: readonly (readonly [percentile: number, ms: number])[];
}

export interface HalfRateComparison {
  readonly door: Door;
  readonly fillsPerSecond: number;
  readonly service: HalfRateSide;
  readonly floor: HalfRateSide;
  readonly ratios: Readonly<Record<Exclude<SteadyLatency, 'generatorLag'>, Readonly<Record<'p50Ms' | 'p99Ms' | 'p999Ms', RatioSummary>>>>;
}

export function compareHeld(door: Door, searches: readonly Pair<HeldSearch>[]): HeldComparison {
  const pairs = searches.filter(({ service }) => service.door === door);
  const rateOf = (name: TargetName): number[] => pairs.flatMap((pair) => pair[name]?.heldFillsPerSecond ?? []);
  const there = TARGET_NAMES.filter((name) => rateOf(name).length > 0);
  const ratioTo = (name: TargetName): RatioSummary =>
    ratiosOf(pairs.map((pair) => ({ a: pair.service.heldFillsPerSecond, b: pair[name]?.heldFillsPerSecond ?? Number.NaN })));
  return {
    door,
    fillsPerSecond: Object.fromEntries(there.map((name) => [name, median(rateOf(name).filter((rate) => !Number.isNaN(rate)))])),
    serviceToFloor: ratioTo('floor'),
    serviceToNaive: ratioTo('naive'),
  };
}

export function compareHalfRate(door: Door, rounds: readonly Pair<SteadyRound>[]): HalfRateComparison {
  const pairs = rounds.filter(({ service }) => service.door === door);
  const sideOf = (name: 'service' | 'floor'): HalfRateSide => {
    const all = (latency: SteadyLatency): LatencySummary => summarize(merge(pairs.map((pair) => pair[name][latency])));
    const curve = percentileCurve(merge(pairs.map((pair) => pair[name].fillToUpdate)));
    return { fillToUpdate: all('fillToUpdate'), fillToAnswer: all('fillToAnswer'), generatorLag: all('generatorLag'), getStatus: all('getStatus'), curve };
  };
  const ratios = (latency: SteadyLatency): Record<'p50Ms' | 'p99Ms' | 'p999Ms', RatioSummary> => {
    const summaries = pairs.map(({ service, floor }) => ({ service: summarize(service[latency]), floor: summarize(floor[latency]) }));
    const ratio = (name: 'p50Ms' | 'p99Ms' | 'p999Ms'): RatioSummary => ratiosOf(summaries.map(({ service, floor }) => ({ a: service[name], b: floor[name] })));
    return { p50Ms: ratio('p50Ms'), p99Ms: ratio('p99Ms'), p999Ms: ratio('p999Ms') };
  };
  return {
    door,
    fillsPerSecond: pairs[0]?.service.fillsPerSecond ?? Number.NaN,
    service: sideOf('service'),
    floor: sideOf('floor'),
    ratios: { fillToUpdate: ratios('fillToUpdate'), fillToAnswer: ratios('fillToAnswer'), getStatus: ratios('getStatus') },
  };
}

export function plainSteady(round: SteadyRound): PlainSteadyRound {
  return {
    ...round,
    isHeld: isHeld(round),
    fillToUpdate: summarize(round.fillToUpdate),
    fillToAnswer: summarize(round.fillToAnswer),
    generatorLag: summarize(round.generatorLag),
    getStatus: summarize(round.getStatus),
  };
}

export const plainSearch = (search: HeldSearch): PlainSearch => ({ ...search, rounds: search.rounds.map(plainSteady) });
