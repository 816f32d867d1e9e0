/**
 * A small writer of plots as SVG: lines and bars on linear or logarithmic axes, with axis labels and a legend.
 *
 * It owns the drawing. The same plot gives the same text: coordinates are rounded to a tenth of a pixel. It knows no statistic.
 */

export interface PlotSeries {
  readonly name: string;
  /** Bars of several series stand side by side; a dashed line is for what something is compared with. */
  readonly style: 'line' | 'dashed' | 'steps' | 'bars';
  /** Index of COLOURS: what is the same in several plots has the same colour. */
  readonly colourNo: number;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface PlotAxis {
  readonly label: string;
  readonly scale: 'linear' | 'log';
  readonly low: number;
  readonly high: number;
  /** Text of a tick; the number itself without it. */
  readonly tickLabel?: (value: number) => string;
  /** Where the ticks are; round numbers without it. */
  readonly ticks?: readonly number[];
}

export interface Plot {
  readonly title: string;
  readonly x: PlotAxis;
  readonly y: PlotAxis;
  readonly series: readonly PlotSeries[];
}

const WIDTH = 720;
const HEIGHT = 420;
const LEFT = 70;
const RIGHT = 20;
const TOP = 74;
const BOTTOM = 58;
const TICKS_WANTED = 6;
/** Colours that the colour-blind tell apart: Okabe and Ito (2008). */
export const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#666666'] as const;
const LEGEND_CHAR_PX = 7.2;
const LEGEND_MARK_PX = 34;
const BAR_GROUP_SHARE = 0.8;

interface Frame {
  readonly x: (value: number) => number;
  readonly y: (value: number) => number;
}

/** The plot as an SVG document. */
export function svgPlot(plot: Plot): string {
  const frame: Frame = {
    x: position(plot.x, LEFT, WIDTH - RIGHT),
    y: position(plot.y, HEIGHT - BOTTOM, TOP),
  };
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="DejaVu Sans, Verdana, Arial, sans-serif" font-size="12" fill="#222222">`,
    `<title>${escaped(plot.title)}</title>`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<text x="${LEFT}" y="24" font-size="15" font-weight="bold">${escaped(plot.title)}</text>`,
    ...legend(plot.series),
    ...xAxis(plot.x, frame),
    ...yAxis(plot.y, frame),
    `<clipPath id="area"><rect x="${LEFT}" y="${TOP}" width="${WIDTH - LEFT - RIGHT}" height="${HEIGHT - TOP - BOTTOM}"/></clipPath>`,
    '<g clip-path="url(#area)">',
    ...bars(plot, frame),
    ...plot.series.map((series) => line(series, frame)).filter((text) => text !== ''),
    '</g>',
    `<path d="M${LEFT} ${TOP}V${HEIGHT - BOTTOM}H${WIDTH - RIGHT}" fill="none" stroke="#222222"/>`,
    '</svg>',
    '',
  ].join('\n');
}

/** Where a value of the axis is, in pixels. */
function position(axis: PlotAxis, lowPx: number, highPx: number): (value: number) => number {
  const along = axis.scale === 'log' ? Math.log10 : (value: number): number => value;
  const low = along(axis.low);
  const perUnit = (highPx - lowPx) / (along(axis.high) - low);
  return (value) => lowPx + (along(value) - low) * perUnit;
}

function legend(series: readonly PlotSeries[]): string[] {
  const lines: string[] = [];
  let x = LEFT;
  let y = 46;
  for (const { name, style, colourNo } of series) {
    const width = LEGEND_MARK_PX + name.length * LEGEND_CHAR_PX + 18;
    if (x > LEFT && x + width > WIDTH - RIGHT) {
      x = LEFT;
      y += 17;
    }
    const colour = colourOf(colourNo);
    if (style === 'bars') lines.push(`<rect x="${px(x + 6)}" y="${y - 10}" width="14" height="11" fill="${colour}"/>`);
    else lines.push(`<path d="M${px(x)} ${y - 4}h26" stroke="${colour}" stroke-width="2"${dashes(style)}/>`);
    lines.push(`<text x="${px(x + LEGEND_MARK_PX)}" y="${y}">${escaped(name)}</text>`);
    x += width;
  }
  return lines;
}

function xAxis(axis: PlotAxis, frame: Frame): string[] {
  const bottom = HEIGHT - BOTTOM;
  const ticks = ticksOf(axis).flatMap((value) => [
    `<path d="M${px(frame.x(value))} ${TOP}V${bottom}" stroke="#e4e4e4"/>`,
    `<text x="${px(frame.x(value))}" y="${bottom + 18}" text-anchor="middle">${escaped(tickText(axis, value))}</text>`,
  ]);
  const middle = (LEFT + WIDTH - RIGHT) / 2;
  return [...ticks, `<text x="${middle}" y="${HEIGHT - 14}" text-anchor="middle">${escaped(axis.label)}</text>`];
}

function yAxis(axis: PlotAxis, frame: Frame): string[] {
  const ticks = ticksOf(axis).flatMap((value) => [
    `<path d="M${LEFT} ${px(frame.y(value))}H${WIDTH - RIGHT}" stroke="${value === 0 ? '#999999' : '#e4e4e4'}"/>`,
    `<text x="${LEFT - 8}" y="${px(frame.y(value) + 4)}" text-anchor="end">${escaped(tickText(axis, value))}</text>`,
  ]);
  const middle = (TOP + HEIGHT - BOTTOM) / 2;
  return [...ticks, `<text x="18" y="${middle}" text-anchor="middle" transform="rotate(-90 18 ${middle})">${escaped(axis.label)}</text>`];
}

function bars(plot: Plot, frame: Frame): string[] {
  const barSeries = plot.series.filter((series) => series.style === 'bars');
  const places = new Set(barSeries.flatMap((series) => series.points.map((point) => point.x)));
  const sorted = [...places].sort((a, b) => a - b);
  const step = sorted.length < 2 ? plot.x.high - plot.x.low : sorted[1]! - sorted[0]!;
  const width = ((frame.x(plot.x.low + step) - frame.x(plot.x.low)) * BAR_GROUP_SHARE) / Math.max(1, barSeries.length);
  const zero = frame.y(plot.y.low);
  return barSeries.flatMap((series, place) => {
    const colour = colourOf(series.colourNo);
    return series.points.map(({ x, y }) => {
      const left = frame.x(x) + (place - barSeries.length / 2) * width;
      const top = frame.y(y);
      return `<rect x="${px(left)}" y="${px(top)}" width="${px(width)}" height="${px(zero - top)}" fill="${colour}"/>`;
    });
  });
}

function line({ style, points, colourNo }: PlotSeries, frame: Frame): string {
  if (style === 'bars' || points.length === 0) return '';
  const path = points.map(({ x, y }, i) => {
    const [left, top] = [px(frame.x(x)), px(frame.y(y))];
    if (i === 0) return `M${left} ${top}`;
    return style === 'steps' ? `H${left}V${top}` : `L${left} ${top}`;
  });
  return `<path d="${path.join('')}" fill="none" stroke="${colourOf(colourNo)}" stroke-width="2" stroke-linejoin="round"${dashes(style)}/>`;
}

const colourOf = (colourNo: number): string => COLOURS[colourNo % COLOURS.length]!;

const dashes = (style: PlotSeries['style']): string => (style === 'dashed' ? ' stroke-dasharray="6 4"' : '');

/** Powers of ten, or about TICKS_WANTED multiples of 1, 2 or 5 times one. */
function ticksOf(axis: PlotAxis): number[] {
  if (axis.ticks !== undefined) return [...axis.ticks];
  if (axis.scale === 'log') {
    const first = Math.ceil(Math.log10(axis.low) - 1e-9);
    const last = Math.floor(Math.log10(axis.high) + 1e-9);
    return Array.from({ length: last - first + 1 }, (_, i) => 10 ** (first + i));
  }
  const rough = (axis.high - axis.low) / TICKS_WANTED;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5].find((factor) => factor * power >= rough) ?? 10) * power;
  const first = Math.ceil(axis.low / step - 1e-9);
  const last = Math.floor(axis.high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
}

function tickText(axis: PlotAxis, value: number): string {
  return axis.tickLabel === undefined ? String(Number(value.toPrecision(6))) : axis.tickLabel(value);
}

const px = (value: number): string => String(Math.round(value * 10) / 10);

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
