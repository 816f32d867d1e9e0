/** The plots of the realism page: what is drawn, from where to where. It owns no formula and no drawing. */

import { autocorrelation } from './autocorrelation.ts';
import { mean, variance } from './moments.ts';
import { signResponse } from './sign-response.ts';
import { logSpaced, survivalFunction } from './survival-function.ts';
import { COLOURS, type Plot, type PlotSeries, svgPlot } from './svg-plot.ts';
import type { SymbolFacts } from './symbol-facts.ts';
import type { SymbolRecording } from './symbol-recording.ts';
import { halfHourShares } from './volume-shares.ts';

/** One market in the plots. */
export interface PlottedMarket {
  readonly name: string;
  /** Index of svg-plot's COLOURS, the same in every plot. */
  readonly colourNo: number;
  readonly facts: SymbolFacts;
}

const CURVE_POINTS = 60;
const SIGN_LAGS = [...Array.from({ length: 20 }, (_, i) => i + 1), 25, 30, 35, 40, 45, 50];
const SPREAD_TICKS_MAX = 40;
const RESPONSE_LAGS_S = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60];
const COMPARED_COLOUR_NO = COLOURS.length - 1;
const MINUTES_PER_BIN = 30;
const MINUTE_US = 60_000_000;

/** Share of durations longer than a multiple of their mean; straight down for independent trades. */
export function durationsPlot(markets: readonly PlottedMarket[]): string {
  const xs = logSpaced(0.001, 100, CURVE_POINTS);
  const curves = markets.map(({ name, colourNo, facts }): PlotSeries => {
    const meanDuration = mean(facts.durations);
    return survivalCurve(name, colourNo, facts.durations.map((duration) => duration / meanDuration), xs);
  });
  const independent = xs.map((x) => ({ x, y: Math.exp(-x) })).filter(({ y }) => y > 1e-5);
  return svgPlot({
    title: 'Durations between takes',
    x: { label: 'duration / mean duration', scale: 'log', low: 0.001, high: 100 },
    y: { label: 'share of longer durations', scale: 'log', low: 1e-4, high: 1 },
    series: [...curves, { name: 'independent (exponential)', style: 'dashed', colourNo: COMPARED_COLOUR_NO, points: independent }],
  });
}

export function signPlot(markets: readonly PlottedMarket[]): string {
  return svgPlot({
    title: 'Autocorrelation of the signs of takes',
    x: { label: 'lag (takes)', scale: 'log', low: 1, high: 50, ticks: [1, 2, 5, 10, 20, 50] },
    y: { label: 'autocorrelation', scale: 'linear', low: -0.1, high: 0.8 },
    series: markets.map(({ name, colourNo, facts }) => ({
      name,
      colourNo,
      style: 'line',
      points: SIGN_LAGS.map((lag) => ({ x: lag, y: autocorrelation(facts.takes.signs, lag) })),
    })),
  });
}

export function spreadPlot(markets: readonly PlottedMarket[]): string {
  return svgPlot({
    title: 'Spread: share of time that it is wider',
    x: { label: 'spread (ticks)', scale: 'linear', low: 0, high: SPREAD_TICKS_MAX },
    y: { label: 'share of time with a wider spread', scale: 'linear', low: 0, high: 1 },
    series: markets.map(({ name, colourNo, facts }) => ({ name, colourNo, style: 'steps', points: widerShares(facts.spread.shareByTicks) })),
  });
}

/** Whole synthetic sessions, the mean of their shares; `firstHour`, recorded, is scaled to what their first hour has of the day. */
export function volumePlot(sessions: readonly SymbolRecording[], sessionsColourNo: number, firstHour: PlottedMarket): string {
  const shares = sessions.map(halfHourShares);
  const bins = Math.max(...shares.map((each) => each.length));
  const means = Array.from({ length: bins }, (_, bin) => mean(shares.map((each) => each[bin] ?? 0)));
  const at = (bin: number): number => bin * MINUTES_PER_BIN + MINUTES_PER_BIN / 2;
  const recorded = halfHourShares(firstHour.facts.recording);
  const scale = means.slice(0, recorded.length).reduce((sum, share) => sum + share, 0);
  const series: PlotSeries[] = [
    {
      name: `synthetic, mean of ${sessions.length} symbols`,
      colourNo: sessionsColourNo,
      style: 'bars',
      points: means.map((y, bin) => ({ x: at(bin), y })),
    },
    {
      name: `${firstHour.name}, scaled to the same first hour`,
      colourNo: firstHour.colourNo,
      style: 'bars',
      points: recorded.map((share, bin) => ({ x: at(bin), y: share * scale })),
    },
  ];
  const minutes = Math.min(...sessions.map(({ fromUs, toUs }) => (toUs - fromUs) / MINUTE_US));
  const ending = minutes < bins * MINUTES_PER_BIN ? `; it ends after ${Math.round(minutes)}` : '';
  const highest = Math.max(...series.flatMap(({ points }) => points.map(({ y }) => y)));
  return svgPlot({
    title: 'Volume by half hour of continuous trading',
    x: { label: `minutes after the opening${ending}`, scale: 'linear', low: 0, high: bins * MINUTES_PER_BIN, ticks: Array.from({ length: bins + 1 }, (_, bin) => bin * MINUTES_PER_BIN) },
    y: { label: "share of the day's volume", scale: 'linear', low: 0, high: Math.ceil(highest * 20 + 0.2) / 20 },
    series,
  });
}

/** Share of one-second returns beyond a multiple of their standard deviation. */
export function returnsPlot(markets: readonly PlottedMarket[]): string {
  const xs = logSpaced(0.1, 30, CURVE_POINTS);
  const curves = markets.map(({ name, colourNo, facts }) => {
    const deviation = Math.sqrt(variance(facts.returns1s));
    return survivalCurve(name, colourNo, facts.returns1s.map((value) => Math.abs(value) / deviation), xs);
  });
  const normal = xs.map((x) => ({ x, y: normalTwoSidedTail(x) })).filter(({ y }) => y > 1e-5);
  return svgPlot({
    title: 'Tail of returns over 1 s',
    x: { label: 'absolute return / standard deviation', scale: 'log', low: 0.1, high: 30, ticks: [0.1, 0.2, 0.5, 1, 2, 5, 10, 20] },
    y: { label: 'share of larger returns', scale: 'log', low: 1e-4, high: 1 },
    series: [...curves, { name: 'normal', style: 'dashed', colourNo: COMPARED_COLOUR_NO, points: normal }],
  });
}

export function responsePlot(markets: readonly PlottedMarket[]): string {
  const series = markets.map(({ name, colourNo, facts }): PlotSeries => {
    const points = RESPONSE_LAGS_S.map((seconds) => ({ x: seconds, y: signResponse(facts.recording, facts.takes, seconds * 1e6) }));
    return { name, colourNo, style: 'line', points: points.filter(({ y }) => !Number.isNaN(y)) };
  });
  const ys = series.flatMap(({ points }) => points.map(({ y }) => y));
  const plot: Plot = {
    title: 'Response of the mid to a take',
    x: { label: 'seconds after the take', scale: 'log', low: 0.1, high: 60, ticks: [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60] },
    y: { label: 'move the taker’s way (spreads)', scale: 'linear', low: Math.min(0, ...ys), high: Math.max(0.5, ...ys) * 1.05 },
    series,
  };
  return svgPlot(plot);
}

function survivalCurve(name: string, colourNo: number, values: Float64Array, xs: readonly number[]): PlotSeries {
  return { name, colourNo, style: 'line', points: survivalFunction(values, xs).map(({ x, share }) => ({ x, y: share })) };
}

function widerShares(shareByTicks: readonly number[]): { x: number; y: number }[] {
  const points = [];
  let wider = 1;
  for (let ticks = 0; ticks <= SPREAD_TICKS_MAX; ticks++) {
    wider -= shareByTicks[ticks] ?? 0;
    points.push({ x: ticks, y: Math.max(0, wider) });
  }
  return points;
}

/** P(|Z| > x), Abramowitz and Stegun (1964), 7.1.26: error below 1.5e-7. */
function normalTwoSidedTail(x: number): number {
  const z = x / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * z);
  const series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return series * Math.exp(-z * z);
}
