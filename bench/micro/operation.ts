/** What an operation is, and what it says it has measured. */

import type { RatioSummary } from '../measure/ratios.ts';
import type { Spread } from './rounds.ts';
import type { Size } from './size.ts';

export interface Operation {
  run(size: Size): Outcome | Promise<Outcome>;
}

export interface Outcome {
  readonly measurements: readonly Measurement[];
  /** Answers that are wrong. */
  readonly faults: readonly string[];
}

/** What was not measured is left out. */
export interface Measurement {
  readonly what: string;
  /** Nanoseconds an operation, of `clock`. */
  readonly ns?: Spread;
  /** 'cpu' is the CPU time of the measuring thread; 'wall' is for what waits for the disk. */
  readonly clock?: 'cpu' | 'wall';
  /** Bytes an operation: allocated on the heap, or kept where `what` says so. */
  readonly bytes?: number;
  readonly ratio?: RatioSummary & { readonly of: string };
  readonly targets?: readonly Target[];
}

export interface Target {
  readonly text: string;
  readonly isMet: boolean;
}

export const rateAtLeast = (ns: Spread, perSecond: number): Target => ({
  text: `>= ${perSecond.toLocaleString('en-US')}/s`,
  isMet: 1e9 / ns.median >= perSecond,
});

export const ratioAtLeast = (ratio: RatioSummary, least: number): Target => ({ text: `ratio >= ${least}`, isMet: ratio.median >= least });

export const ratioAtMost = (ratio: RatioSummary, most: number): Target => ({ text: `ratio <= ${most}`, isMet: ratio.median <= most });

export const bytesBelow = (bytes: number, limit: number): Target => ({ text: `< ${limit} B`, isMet: bytes < limit });

export const bytesAtMost = (bytes: number, most: number): Target => ({ text: `<= ${most} B`, isMet: bytes <= most });
