/** Latency by percentile, over "nines": 90 %, 99 % and 99.9 % are equally far apart. */

import type { Plot, PlotSeries } from '../../simulation/realism/svg-plot.ts';

export interface PercentileSeries {
  readonly name: string;
  readonly curve: readonly (readonly [percentile: number, ms: number])[];
}

export function percentilePlot(title: string, sides: readonly PercentileSeries[]): Plot {
  const series = sides.map(({ name, curve }, colourNo): PlotSeries => {
    return { name, style: 'line', colourNo, points: curve.map(([percentile, ms]) => ({ x: 1 / (1 - percentile / 100), y: ms })) };
  });
  return {
    title,
    x: { label: 'percentile', scale: 'log', low: 1, high: 10_000, ticks: [2, 10, 100, 1_000, 10_000], tickLabel: (value) => `${Number((100 * (1 - 1 / value)).toFixed(2))} %` },
    y: { label: 'ms from the planned send time', scale: 'log', ...logRange(series.flatMap(({ points }) => points.map(({ y }) => y))) },
    series,
  };
}

/** Whole powers of ten around the positive values. */
export function logRange(values: readonly number[]): { readonly low: number; readonly high: number } {
  const positive = values.filter((value) => value > 0);
  if (positive.length === 0) return { low: 1, high: 10 };
  const low = 10 ** Math.floor(Math.log10(Math.min(...positive)));
  return { low, high: Math.max(low * 10, 10 ** Math.ceil(Math.log10(Math.max(...positive)))) };
}
