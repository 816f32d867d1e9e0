/** Who was busy: CPU by kind of round, whether the generator was the one that could not do more, and what others used. */

import type { CpuSeconds } from '../measure/cpu.ts';
import { median } from '../measure/ratios.ts';
import { roundsOf } from '../scenarios/pairs.ts';
import { TARGET_NAMES } from '../targets/target.ts';
import type { Results } from './results.ts';
import { fixed, table } from './table.ts';

/** Cores that others may use before the times are said to be theirs too. */
const OTHERS_CORES_MAX = 0.2;
/** Above it a process that has one busy thread is near its end. */
const SATURATED_SHARE = 0.8;

interface LoadRound {
  readonly target: string;
  readonly cpu: CpuSeconds;
  readonly loadSeconds: number;
}

/** The rounds at the highest rate that each search has held. */
function highestRounds({ heldSearches }: Results): (LoadRound & { readonly door: string })[] {
  return roundsOf(heldSearches).flatMap(({ rounds, heldFillsPerSecond }) => rounds.filter(({ fillsPerSecond, isHeld }) => isHeld && fillsPerSecond === heldFillsPerSecond));
}

const shareOf = (name: string, rounds: readonly LoadRound[]): number => median(rounds.map(({ cpu, loadSeconds }) => cpu[name]! / loadSeconds));

export function cpuTable(results: Results): string {
  const kinds: { readonly kind: string; readonly rounds: readonly LoadRound[] }[] = [
    { kind: 'latency', rounds: roundsOf(results.latencyRounds) },
    { kind: 'intake', rounds: roundsOf(results.throughputRounds) },
    { kind: 'held', rounds: highestRounds(results) },
    { kind: 'half', rounds: roundsOf(results.halfRateRounds) },
  ];
  const columns = kinds.flatMap(({ kind, rounds }) =>
    TARGET_NAMES.map((name) => ({ head: `${kind}, ${name}`, rounds: rounds.filter(({ target }) => target === name) })).filter((column) => column.rounds.length > 0),
  );
  const names = Object.keys(columns[0]?.rounds[0]?.cpu ?? {});
  return table(['', ...columns.map(({ head }) => head)], names.map((name) => [name, ...columns.map(({ rounds }) => fixed(shareOf(name, rounds), 2))]));
}

/** Where the generator used nearly a core, the rate is its own and the target's is at least that. */
export function saturationLines(results: Results): string[] {
  const intake = roundsOf(results.throughputRounds).map((round) => ({ ...round, kind: 'intake' }));
  const held = highestRounds(results).map((round) => ({ ...round, kind: 'held rate' }));
  const all = [...intake, ...held];
  const groups = new Set(all.map(({ kind, door, target }) => `${kind} ${door} ${target}`));
  return [...groups].flatMap((group) => {
    const share = shareOf('generator', all.filter(({ kind, door, target }) => `${kind} ${door} ${target}` === group));
    return share > SATURATED_SHARE ? [`  GENERATOR SATURATED: ${group} (${fixed(share, 2)} cores): the target may take more than is said`] : [];
  });
}

export function noiseLines(results: Results): string[] {
  const rounds: LoadRound[] = [...roundsOf(results.latencyRounds), ...roundsOf(results.throughputRounds), ...roundsOf(results.halfRateRounds)];
  const others = shareOf('others', rounds);
  if (others <= OTHERS_CORES_MAX) return [];
  return [`NOISE: others used ${fixed(others, 2)} cores of this machine meanwhile; the high percentiles and the intake are theirs too`];
}
