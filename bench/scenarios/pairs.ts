/** Rounds side by side: A B C, C B A, A B C, ... so that what drifts meanwhile meets all alike. */

import type { Target, TargetName } from '../targets/target.ts';

/** One round of each target that takes part; the service and the floor always do. */
export type Pair<R> = { readonly service: R; readonly floor: R } & { readonly naive?: R };

/** Runs `pairCount` times a round of each target, one after the other, in the order given the first time. */
export async function runPairs<R>(targets: readonly Target[], pairCount: number, round: (target: Target, pairNo: number) => Promise<R>): Promise<Pair<R>[]> {
  const pairs: Pair<R>[] = [];
  for (let pairNo = 0; pairNo < pairCount; pairNo++) pairs.push(await inTurns(targets, pairNo, (target) => round(target, pairNo)));
  return pairs;
}

/** A round of each target, in the order given when `turn` is even, else in the reverse. */
export async function inTurns<R>(targets: readonly Target[], turn: number, round: (target: Target) => Promise<R>): Promise<Pair<R>> {
  const rounds: Partial<Record<TargetName, R>> = {};
  for (const target of turn % 2 === 0 ? targets : targets.toReversed()) rounds[target.name] = await round(target);
  return rounds as Pair<R>;
}

/** All rounds of all targets. */
export function roundsOf<R>(pairs: readonly Pair<R>[]): R[] {
  return pairs.flatMap((pair) => Object.values(pair) as R[]);
}
