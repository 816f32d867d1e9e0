/**
 * A question that the bench can be asked by name. Each is a file of its own: how big it is in each size, how it is measured,
 * and what is said of it. What it says is printed, drawn and kept by report/ in the same way for all.
 */

import type { CpuSeconds } from '../measure/cpu.ts';
import type { RatioSummary } from '../measure/ratios.ts';
import type { Plot } from '../../simulation/realism/svg-plot.ts';
import type { Door } from '../workload/batches.ts';
import type { HeldPlan } from './held-rate.ts';
import type { Bench } from './bench.ts';

/** smoke: seconds, looks at answers only. default: minutes. full: what the targets are about. */
export const SIZES = ['smoke', 'default', 'full'] as const;
export type Size = (typeof SIZES)[number];

/** What a scenario is run with. */
export interface Question {
  readonly bench: Bench;
  readonly size: Size;
  readonly pairs: number;
  /** Of the rounds of steady load that belong to the size. */
  readonly held: HeldPlan;
  /** The highest rate that the service holds through a door, fills a second: searched for once a run. */
  heldRate(door: Door): Promise<number>;
}

export interface Scenario {
  /** What it asks, in one line, for --help. */
  readonly asks: string;
  run(question: Question): Promise<ScenarioReport>;
}

export interface TextTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** A figure that the project has set itself a target for. */
export interface TargetFigure {
  readonly what: string;
  readonly figure: RatioSummary;
  readonly limit: number;
  /** Whether the limit is the least that it may be, or the most. */
  readonly isLeast: boolean;
  /** A ratio without it. */
  readonly unit?: string;
  /** Why the figure is not about what the target asks; said in the place of the verdict. */
  readonly unlike?: string | undefined;
}

/** CPU of rounds of one kind. */
export interface CpuColumn {
  readonly head: string;
  readonly rounds: readonly { readonly cpu: CpuSeconds; readonly loadSeconds: number }[];
}

export interface ScenarioReport {
  readonly title: string;
  readonly tables: readonly TextTable[];
  /** Lines below the tables. */
  readonly notes: readonly string[];
  readonly figures: readonly TargetFigure[];
  readonly cpu: readonly CpuColumn[];
  readonly plots: readonly Plot[];
  /** Wrong answers, in words. */
  readonly faults: readonly string[];
  /** Everything that was measured, for the JSON. */
  readonly rounds: unknown;
}

/** Says on stderr that a round is over. */
export function tell(what: string, figures: string, faults: readonly string[]): void {
  process.stderr.write(`${what}: ${figures}${faults.length > 0 ? `, ${faults.length} FAULTS, first: ${faults[0]}` : ''}\n`);
}
