/**
 * The highest rate that a target holds: P99 of fill -> answer and of fill -> update below 100 ms, 99.9 % of the updates
 * delivered, and no backlog that grows. Found by halving the range between a rate that was held and one that was not; the
 * targets search in turns, each in its own range, so that what drifts meanwhile meets all alike.
 */

import type { Target, TargetName } from '../targets/target.ts';
import type { Door } from '../workload/batches.ts';
import type { Bench } from './bench.ts';
import { inTurns, type Pair } from './pairs.ts';
import { type RateRange, RateSearch } from './rate-search.ts';
import { runSteadyRound, type SteadyPlanSize, type SteadyRound } from './steady-round.ts';

export interface HeldPlan extends SteadyPlanSize {
  readonly doors: readonly Door[];
  readonly measuredSeconds: number;
  /** Rounds of a target's first search, and of each later one, which begins around what the first has found. */
  readonly firstSteps: number;
  readonly laterSteps: number;
  /** A search that has held nothing, or everything, goes on for at most so many rounds. */
  readonly furtherSteps: number;
  /** Of the rounds at half of the held rate. */
  readonly halfRateSeconds: number;
}

/** One search of one target. */
export interface HeldSearch {
  readonly target: TargetName;
  readonly door: Door;
  readonly search: number;
  /** The highest rate that was held, fills a second; NaN when none was. */
  readonly heldFillsPerSecond: number;
  readonly rounds: readonly SteadyRound[];
}

const P99_MS_MAX = 100;
const DELIVERED_SHARE_MIN = 0.999;
/** The last answer may come so long after the last planned send: more is a backlog. */
const DRAIN_MS_MAX = 100;
const US_PER_MS = 1_000;
/** Where the first search looks, beside what the closed loop has taken; and the later ones, beside what was found. */
const FIRST_RANGE: RateRange = { low: 0.3, high: 1.15 };
const LATER_RANGE: RateRange = { low: 0.75, high: 1.3 };

export function isHeld(round: SteadyRound): boolean {
  const p99Ms = (name: 'fillToAnswer' | 'fillToUpdate'): number => round[name].getValueAtPercentile(99) / US_PER_MS;
  return (
    p99Ms('fillToAnswer') < P99_MS_MAX &&
    p99Ms('fillToUpdate') < P99_MS_MAX &&
    round.deliveredShare >= DELIVERED_SHARE_MIN &&
    round.drainMs < DRAIN_MS_MAX &&
    round.faults.length === 0
  );
}

/** `guesses`: what each target may about take, fills a second. */
export async function searchHeldRates(
  bench: Bench,
  targets: readonly Target[],
  plan: HeldPlan,
  door: Door,
  searchCount: number,
  guesses: ReadonlyMap<TargetName, number>,
  onRound: (round: SteadyRound) => void,
): Promise<Pair<HeldSearch>[]> {
  const expected = new Map(guesses);
  const pairs: Pair<HeldSearch>[] = [];
  for (let search = 0; search < searchCount; search++) {
    const around = search === 0 ? FIRST_RANGE : LATER_RANGE;
    const stepCount = search === 0 ? plan.firstSteps : plan.laterSteps;
    const searches = new Map(targets.map(({ name }) => [name, new RateSearch({ low: expected.get(name)! * around.low, high: expected.get(name)! * around.high }, stepCount, plan.furtherSteps)]));
    const rounds = new Map<TargetName, SteadyRound[]>(targets.map(({ name }) => [name, []]));
    for (let step = 0; ; step++) {
      const searching = targets.filter(({ name }) => !searches.get(name)!.isOver);
      if (searching.length === 0) break;
      await inTurns(searching, search + step, async (target) => {
        const ofTarget = searches.get(target.name)!;
        const fillsPerSecond = ofTarget.next();
        const round = await runSteadyRound(bench, target, plan, { door, fillsPerSecond, measuredSeconds: plan.measuredSeconds, seed: search * 100 + step + 1 });
        onRound(round);
        rounds.get(target.name)!.push(round);
        ofTarget.learn(fillsPerSecond, isHeld(round));
      });
    }
    pairs.push(await inTurns(targets, 0, ({ name }) => Promise.resolve({ target: name, door, search, rounds: rounds.get(name)!, heldFillsPerSecond: searches.get(name)!.held })));
    for (const { name } of targets) expected.set(name, searches.get(name)!.expected);
  }
  return pairs;
}
