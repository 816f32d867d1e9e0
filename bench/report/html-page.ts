/** The results as one page that needs nothing else: the text, and plots of percentiles and rates. */

import { type Plot, type PlotSeries, svgPlot } from '../../simulation/realism/svg-plot.ts';
import { TARGET_NAMES, type TargetName } from '../targets/target.ts';
import { logRange, percentilePlot } from './percentile-plot.ts';
import type { Results } from './results.ts';
import type { HalfRateComparison, PlainSteadyRound } from './steady-results.ts';

const LIMIT_MS = 100;
const HEADROOM = 1.15;

export function htmlPage(results: Results, text: string): string {
  const title = `Benchmark ${results.machine.commit}, ${results.machine.at}`;
  const plots = [
    ...(results.throughput.length > 0 ? [throughputPlot(results)] : []),
    ...(results.held.length > 0 ? [heldPlot(results)] : []),
    ...results.held.map(({ door }) => searchPlot(results, door)),
    ...results.halfRate.map(halfRatePlot),
    ...Object.values(results.scenarios).flatMap((report) => report.plots),
  ];
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<title>${escaped(title)}</title>`,
    '<style>body{font-family:Verdana,sans-serif;margin:2em;color:#222}pre{font-size:12px;overflow-x:auto}svg{max-width:100%;height:auto;overflow:visible;margin:0 1em 1em 0}</style>',
    `</head><body><h1>${escaped(title)}</h1>`,
    '<p>Absolute figures are of this run on this machine; only ratios inside a run mean something elsewhere.</p>',
    ...plots.map(svgPlot),
    `<pre>${escaped(text)}</pre>`,
    '</body></html>',
    '',
  ].join('\n');
}

/** Bars: the doors along x, a colour for each target. */
function barPlot(title: string, label: string, doors: readonly string[], valueOf: (name: TargetName, doorNo: number) => number): Plot {
  const series = TARGET_NAMES.map((name, colourNo): PlotSeries => {
    const points = doors.map((_, doorNo) => ({ x: doorNo, y: valueOf(name, doorNo) })).filter(({ y }) => Number.isFinite(y));
    return { name, style: 'bars', colourNo, points };
  });
  const high = Math.max(1, ...series.flatMap(({ points }) => points.map(({ y }) => y)));
  return {
    title,
    x: { label: 'door', scale: 'linear', low: -0.5, high: doors.length - 0.5, ticks: doors.map((_, doorNo) => doorNo), tickLabel: (doorNo) => doors[doorNo]! },
    y: { label, scale: 'linear', low: 0, high: high * HEADROOM, tickLabel: (value) => value.toLocaleString('en-US') },
    series,
  };
}

function throughputPlot({ throughput }: Results): Plot {
  const perSecond = { service: 'serviceAcknowledgedPerSecond', floor: 'floorAcknowledgedPerSecond', naive: 'naiveAcknowledgedPerSecond' } as const;
  return barPlot('Intake, closed loop, durable', 'events/s', throughput.map(({ door }) => door), (name, doorNo) => throughput[doorNo]![perSecond[name]]);
}

function heldPlot({ held }: Results): Plot {
  return barPlot('Highest held rate, open loop', 'fills/s', held.map(({ door }) => door), (name, doorNo) => held[doorNo]!.fillsPerSecond[name] ?? Number.NaN);
}

/** Every rate that was tried: how the P99 of fill -> update grows with it. */
function searchPlot({ heldSearches }: Results, door: string): Plot {
  const roundsOf = (name: TargetName): PlainSteadyRound[] =>
    heldSearches.flatMap((pair) => pair[name]?.rounds ?? []).filter((round) => round.door === door && Number.isFinite(round.fillToUpdate.p99Ms));
  const series = TARGET_NAMES.map((name, colourNo): PlotSeries => {
    const points = roundsOf(name).map((round) => ({ x: round.fillsPerSecond, y: Math.max(round.fillToUpdate.p99Ms, round.fillToAnswer.p99Ms) }));
    return { name, style: 'line', colourNo, points: points.sort((a, b) => a.x - b.x) };
  });
  const points = series.flatMap((each) => each.points);
  const xHigh = Math.max(1, ...points.map(({ x }) => x)) * HEADROOM;
  const limit: PlotSeries = { name: 'limit', style: 'dashed', colourNo: 4, points: [{ x: 0, y: LIMIT_MS }, { x: xHigh, y: LIMIT_MS }] };
  return {
    title: `P99 by rate, ${door}`,
    x: { label: 'fills/s, with the quotes on top', scale: 'linear', low: 0, high: xHigh, tickLabel: (value) => value.toLocaleString('en-US') },
    y: { label: 'P99, ms, the worse of answer and update', scale: 'log', ...logRange([LIMIT_MS, ...points.map(({ y }) => y)]) },
    series: [...series.filter((each) => each.points.length > 0), limit],
  };
}

function halfRatePlot({ door, fillsPerSecond, service, floor }: HalfRateComparison): Plot {
  const sides = [{ name: 'service', curve: service.curve }, { name: 'floor', curve: floor.curve }];
  return percentilePlot(`Fill to update at ${fillsPerSecond.toLocaleString('en-US')} fills/s, ${door}`, sides);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
