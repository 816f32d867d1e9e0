/** All rounds of a run, one after the other. */

import { median } from '../measure/ratios.ts';
import type { BenchOptions } from '../options.ts';
import type { Target, TargetName } from '../targets/target.ts';
import { type Door, DOORS } from '../workload/batches.ts';
import { QUOTES_PER_FILL } from '../workload/events.ts';
import type { Bench } from './bench.ts';
import { type HeldSearch, isHeld, searchHeldRates } from './held-rate.ts';
import { type LatencyRound, runLatencyRound } from './latency-round.ts';
import { inTurns, type Pair, runPairs } from './pairs.ts';
import { type ScenarioReport, tell } from './scenario.ts';
import { type ScenarioName, SCENARIOS } from './scenarios.ts';
import { runSteadyRound, type SteadyRound } from './steady-round.ts';
import { runThroughputRound, type ThroughputRound } from './throughput-round.ts';

export interface AllRounds {
  readonly latency: readonly Pair<LatencyRound>[];
  readonly throughput: readonly Pair<ThroughputRound>[];
  readonly held: readonly Pair<HeldSearch>[];
  /** At half of the rate that the service has held, for each door of `held`. */
  readonly halfRate: readonly Pair<SteadyRound>[];
  readonly scenarios: Readonly<Record<string, ScenarioReport>>;
}

const US_PER_MS = 1_000;
/** In the smoke size rates mean nothing: a rate that every machine holds, fills a second. */
const SMOKE_GUESS = 600;

export async function runAll(bench: Bench, options: BenchOptions): Promise<AllRounds> {
  const asked = (name: ScenarioName): boolean => options.only.includes(name);
  const latency = asked('latency') ? await runLatency(bench, options) : [];
  const throughput = asked('intake') ? await runIntake(bench, options) : [];
  const { held, halfRate } = asked('held') ? await runHeld(bench, options, throughput) : { held: [], halfRate: [] };
  const rates = new Map<Door, number>();
  const heldRate = async (door: Door): Promise<number> => {
    if (!rates.has(door)) rates.set(door, heldMedian(held, door) ?? (await searchAlone(bench, options, door)));
    return rates.get(door)!;
  };
  const scenarios: Record<string, ScenarioReport> = {};
  for (const [name, scenario] of Object.entries(SCENARIOS)) {
    const question = { bench, size: options.size, pairs: options.pairs, held: options.held, heldRate };
    if (asked(name as ScenarioName)) scenarios[name] = await scenario.run(question).catch((error: unknown) => brokenReport(name, error));
  }
  return { latency, throughput, held, halfRate, scenarios };
}

/** A single fill as a request of its own, with its followers: what the naive service does there is no question. */
async function runLatency(bench: Bench, { pairs, latency }: BenchOptions): Promise<Pair<LatencyRound>[]> {
  const { service, floor } = await twoOf(bench);
  return runPairs([service, floor], pairs, async (target, pair) => tellLatency(await runLatencyRound(bench, target, latency, pair)));
}

async function runIntake(bench: Bench, { pairs, throughput }: BenchOptions): Promise<Pair<ThroughputRound>[]> {
  const targets = await threeOf(bench);
  const rounds: Pair<ThroughputRound>[] = [];
  for (const door of DOORS) {
    rounds.push(...(await runPairs(withDoor(targets, door), pairs, async (target, pair) => tellThroughput(await runThroughputRound(bench, target, throughput, door, pair)))));
  }
  return rounds;
}

async function runHeld(bench: Bench, options: BenchOptions, throughput: readonly Pair<ThroughputRound>[]): Promise<Pick<AllRounds, 'held' | 'halfRate'>> {
  const { pairs } = options;
  const { service, floor } = await twoOf(bench);
  const targets = await threeOf(bench);
  const held: Pair<HeldSearch>[] = [];
  const halfRate: Pair<SteadyRound>[] = [];
  for (const door of options.held.doors) {
    const there = withDoor(targets, door);
    const known = new Map(there.map(({ name }) => [name, guessOf(throughput, door, name)]));
    const guesses = Number.isNaN(known.get('service')) || options.size === 'smoke' ? await quickGuesses(bench, there, options, door) : known;
    held.push(...(await searchHeldRates(bench, there, options.held, door, pairs, guesses, tellSteady)));
    const fillsPerSecond = Math.ceil((heldMedian(held, door) ?? guesses.get('service')! / 2) / 2);
    halfRate.push(
      ...(await runPairs([service, floor], pairs, async (target, pair) => {
        const round = await runSteadyRound(bench, target, options.held, { door, fillsPerSecond, measuredSeconds: options.held.halfRateSeconds, seed: pair + 1 });
        tellSteady(round);
        return round;
      })),
    );
  }
  return { held, halfRate };
}

/** The service's held rate by a search of its own: the scenarios need it where it was not asked for itself. */
async function searchAlone(bench: Bench, options: BenchOptions, door: Door): Promise<number> {
  if (options.size === 'smoke') return SMOKE_GUESS / 2;
  const service = await bench.targets.service();
  const guesses = await quickGuesses(bench, [service], options, door);
  // Alone the pair has no floor, and nobody looks at it.
  const searches = await searchHeldRates(bench, [service], options.held, door, 1, guesses, tellSteady);
  return heldMedian(searches, door) ?? guesses.get('service')! / 2;
}

/** What the targets may about take, fills a second, from one round of closed loop each. */
async function quickGuesses(bench: Bench, targets: readonly Target[], options: BenchOptions, door: Door): Promise<Map<TargetName, number>> {
  if (options.size === 'smoke') return new Map(targets.map(({ name }) => [name, SMOKE_GUESS]));
  const rounds = await inTurns(targets, 0, async (target) => tellThroughput(await runThroughputRound(bench, target, options.throughput, door, 0)));
  return new Map(targets.map(({ name }) => [name, guessOf([rounds], door, name)]));
}

function heldMedian(searches: readonly Pair<HeldSearch>[], door: Door): number | undefined {
  const rates = searches.map(({ service }) => service).filter((search) => search.door === door && !Number.isNaN(search.heldFillsPerSecond));
  return rates.length === 0 ? undefined : median(rates.map(({ heldFillsPerSecond }) => heldFillsPerSecond));
}

/** A scenario that breaks off does not take what the others have found with it; it is a fault of the run. */
function brokenReport(name: string, error: unknown): ScenarioReport {
  const why = error instanceof Error ? error.message : String(error);
  tell(name, 'broken off', [why]);
  return { title: `${name.toUpperCase()}: broken off`, tables: [], notes: [why], figures: [], cpu: [], plots: [], faults: [`${name} was broken off: ${why}`], rounds: [] };
}

const twoOf = async ({ targets }: Bench) => ({ service: await targets.service(), floor: await targets.floor() });

async function threeOf(bench: Bench): Promise<Target[]> {
  const { service, floor } = await twoOf(bench);
  return [service, floor, await bench.targets.naive()];
}

const withDoor = (targets: readonly Target[], door: Door): Target[] => targets.filter(({ doors }) => doors.includes(door));

/** What the closed loop has found, in fills a second. */
function guessOf(throughput: readonly Pair<ThroughputRound>[], door: Door, name: TargetName): number {
  const rounds = throughput.flatMap((pair) => pair[name] ?? []).filter((round) => round.door === door);
  return median(rounds.map((round) => round.acknowledgedPerSecond)) / (1 + QUOTES_PER_FILL);
}

function tellLatency(round: LatencyRound): LatencyRound {
  const { fillToUpdate } = round;
  tell(`latency ${round.target}, pair ${round.pair}`, `P50 ${fillToUpdate.getValueAtPercentile(50) / US_PER_MS} ms, P99 ${fillToUpdate.getValueAtPercentile(99) / US_PER_MS} ms`, round.faults);
  return round;
}

function tellThroughput(round: ThroughputRound): ThroughputRound {
  tell(`intake ${round.door} ${round.target}, pair ${round.pair}`, `${Math.round(round.acknowledgedPerSecond)} events/s`, round.faults);
  return round;
}

function tellSteady(round: SteadyRound): void {
  const p99 = (['fillToAnswer', 'fillToUpdate'] as const).map((name) => (round[name].getValueAtPercentile(99) / US_PER_MS).toFixed(1));
  tell(`steady ${round.door} ${round.target}`, `${round.fillsPerSecond} fills/s ${isHeld(round) ? 'held' : 'not held'}, P99 ${p99.join(' and ')} ms, drained in ${round.drainMs.toFixed(1)} ms`, round.faults);
}
