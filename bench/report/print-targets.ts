/** The figures of this run that the project has set itself a target for, and whether they reach it. */

import type { RatioSummary } from '../measure/ratios.ts';
import type { TargetFigure } from '../scenarios/scenario.ts';
import type { Results } from './results.ts';
import { fixed, ratioText, table } from './table.ts';

export function targetLines(results: Results): string[] {
  const rows = [...steadyFigures(results), ...Object.values(results.scenarios).flatMap(({ figures }) => figures)].map(rowOf);
  if (rows.length === 0) return [];
  return ['TARGETS, figures of this run', table(['what', 'median (least..most)', 'rounds', 'to reach', 'reached'], rows), ''];
}

function rowOf({ what, figure, limit, isLeast, unit, unlike }: TargetFigure): string[] {
  const { median, pairs } = figure;
  const isReached = isLeast ? median >= limit : median <= limit;
  return [
    what,
    ratioText(figure),
    String(pairs.length),
    `${isLeast ? '>=' : '<='} ${unit === undefined ? fixed(limit, 2) : `${fixed(limit, 0)} ${unit}`}`,
    unlike ?? (Number.isNaN(median) ? '-' : isReached ? 'yes' : 'NO'),
  ];
}

function steadyFigures({ held, halfRate }: Results): TargetFigure[] {
  const least = (what: string, figure: RatioSummary, limit: number): TargetFigure => ({ what, figure, limit, isLeast: true });
  const most = (what: string, figure: RatioSummary, limit: number): TargetFigure => ({ what, figure, limit, isLeast: false });
  return [
    ...held.flatMap(({ door, serviceToFloor, serviceToNaive }) =>
      door.startsWith('ws-')
        ? [least(`held rate ${door}, service/floor`, serviceToFloor, 0.5)]
        : [least(`held rate ${door}, service/floor`, serviceToFloor, 0.6), least(`held rate ${door}, service/naive`, serviceToNaive, 1.5)],
    ),
    ...halfRate.flatMap(({ door, ratios }) => [
      most(`fill -> update P99 at half, ${door}`, ratios.fillToUpdate.p99Ms, 2),
      most(`fill -> update P99.9 at half, ${door}`, ratios.fillToUpdate.p999Ms, 2),
      most(`GET status P99 at half, ${door}`, ratios.getStatus.p99Ms, 1.5),
    ]),
  ];
}
