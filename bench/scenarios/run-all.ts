/** All rounds of a run, one after the other. */

import { median } from '../measure/ratios.ts';
import type { BenchOptions } from '../options.ts';
import type { Target, TargetName } from '../targets/target.ts';
import { type Door, DOORS } from '../workload/batches.ts';
import { QUOTES_PER_FILL } from '../workload/events.ts';
import type { Bench } from './bench.ts';
import { type HeldSearch, isHeld, searchHeldRates } from './held-rate.ts';
import { type LatencyRound, runLatencyRound } from './latency-round.ts';
import { type Pair, runPairs } from './pairs.ts';
import { runSteadyRound, type SteadyRound } from './steady-round.ts';
import { runThroughputRound, type ThroughputRound } from './throughput-round.ts';

export interface AllRounds {
  readonly latency: readonly Pair<LatencyRound>[];
  readonly throughput: readonly Pair<ThroughputRound>[];
  readonly held: readonly Pair<HeldSearch>[];
  /** At half of the rate that the service has held, for each door of `held`. */
  readonly halfRate: readonly Pair<SteadyRound>[];
}

const US_PER_MS = 1_000;
/** In the smoke size rates mean nothing: a rate that every machine holds, fills a second. */
const SMOKE_GUESS = 600;

export async function runAll(bench: Bench, targets: readonly Target[], options: BenchOptions): Promise<AllRounds> {
  const { pairs } = options;
  // A single fill as a request of its own, with its followers: what the naive service does there is no question.
  const serviceAndFloor = targets.filter(({ name }) => name !== 'naive');
  const latency = await runPairs(serviceAndFloor, pairs, async (target, pair) => tellLatency(await runLatencyRound(bench, target, options.latency, pair)));
  const throughput: Pair<ThroughputRound>[] = [];
  for (const door of DOORS) {
    const round = async (target: Target, pair: number): Promise<ThroughputRound> => tellThroughput(await runThroughputRound(bench, target, options.throughput, door, pair));
    throughput.push(...(await runPairs(withDoor(targets, door), pairs, round)));
  }
  const held: Pair<HeldSearch>[] = [];
  const halfRate: Pair<SteadyRound>[] = [];
  for (const door of options.held.doors) {
    const there = withDoor(targets, door);
    const guesses = new Map(there.map(({ name }) => [name, options.size === 'smoke' ? SMOKE_GUESS : guessOf(throughput, door, name)]));
    const searches = await searchHeldRates(bench, there, options.held, door, pairs, guesses, tellSteady);
    held.push(...searches);
    const rates = searches.map(({ service }) => service.heldFillsPerSecond).filter((rate) => !Number.isNaN(rate));
    const fillsPerSecond = Math.ceil((rates.length === 0 ? guesses.get('service')! / 2 : median(rates)) / 2);
    halfRate.push(
      ...(await runPairs(serviceAndFloor, pairs, async (target, pair) => {
        const round = await runSteadyRound(bench, target, options.held, { door, fillsPerSecond, measuredSeconds: options.held.halfRateSeconds, seed: pair + 1 });
        tellSteady(round);
        return round;
      })),
    );
  }
  return { latency, throughput, held, halfRate };
}

const withDoor = (targets: readonly Target[], door: Door): Target[] => targets.filter(({ doors }) => doors.includes(door));

/** What the closed loop has found, in fills a second. */
function guessOf(throughput: readonly Pair<ThroughputRound>[], door: Door, name: TargetName): number {
  const rounds = throughput.flatMap((pair) => pair[name] ?? []).filter((round) => round.door === door);
  return median(rounds.map((round) => round.acknowledgedPerSecond)) / (1 + QUOTES_PER_FILL);
}

/** Says on stderr that a round is over. */
function tell(what: string, figures: string, faults: readonly string[]): void {
  process.stderr.write(`${what}: ${figures}${faults.length > 0 ? `, ${faults.length} FAULTS, first: ${faults[0]}` : ''}\n`);
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
