/** The measurements as a table. */

import { fixed, table } from '../report/table.ts';
import type { Measurement, Target } from './operation.ts';
import type { Size } from './size.ts';

const NS_PER_SECOND = 1e9;
const HEAD = ['operation', 'ns', 'least..most', 'per second', 'bytes', 'ratio', 'of', 'target', ''];

export const NOTES = `  ns: CPU time of the measuring thread an operation (* wall clock: it waits for the disk), median and spread of the rounds,
      of this run on this machine; per second: its inverse. Only ratios can be compared with another run.
  bytes: allocated on the heap an operation, or kept where it says so
  ratio: median of interleaved pairs A B B A (least..most)
`;

/** Without verdicts in the smoke size. */
export function printed(measurements: readonly Measurement[], size: Size): string {
  return table(HEAD, measurements.flatMap((measurement) => rowsOf(measurement, size)));
}

/** One row, and one more for each further target. */
function rowsOf({ what, ns, clock, bytes, ratio, targets = [] }: Measurement, size: Size): string[][] {
  const first = [
    what,
    ns === undefined ? '' : `${figure(ns.median)}${clock === 'wall' ? '*' : ''}`,
    ns === undefined ? '' : `${figure(ns.min)}..${figure(ns.max)}`,
    ns === undefined ? '' : fixed(NS_PER_SECOND / ns.median, 0),
    bytes === undefined ? '' : fixed(bytes, 1),
    ratio === undefined ? '' : `${fixed(ratio.median, 2)} (${fixed(ratio.min, 2)}..${fixed(ratio.max, 2)})`,
    ratio?.of ?? '',
  ];
  const verdicts = targets.map((target) => verdictOf(target, size));
  return [[...first, ...(verdicts[0] ?? ['', ''])], ...verdicts.slice(1).map((verdict) => [...first.map(() => ''), ...verdict])];
}

function verdictOf({ text, isMet }: Target, size: Size): string[] {
  return [text, size === 'smoke' ? '' : isMet ? 'met' : 'NOT MET'];
}

function figure(ns: number): string {
  return fixed(ns, ns < 100 ? 1 : 0);
}
