/** What the realism command writes: the table, its place in the page, the plots. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { REALISM_BEGIN, REALISM_END, withSection } from '../../../simulation/realism/docs-section.ts';
import { durationsPlot, responsePlot, returnsPlot, signPlot, spreadPlot, volumePlot } from '../../../simulation/realism/realism-plots.ts';
import { realismTable, shortNumber, STATISTIC_ROWS } from '../../../simulation/realism/statistics-table.ts';
import { type Plot, svgPlot } from '../../../simulation/realism/svg-plot.ts';
import { factsOf, type SymbolFacts } from '../../../simulation/realism/symbol-facts.ts';
import { RandomStream } from '../../../simulation/random/random-stream.ts';

const SVG_BYTES_MAX = 30_000;
const DAY_US = 5_400_000_000;

/** An hour and a half of independent trades at the touch, two ticks wide, each after a quote of its own. */
function independentFacts(seed: number): SymbolFacts {
  const stream = new RandomStream(seed, 'independent');
  const count = 5_000;
  const tradeTimesUs = Float64Array.from({ length: count }, () => Math.floor(stream.uniform() * DAY_US)).sort();
  const aggressors = Float64Array.from({ length: count }, () => (stream.chance(0.5) ? 1 : -1));
  let bid = 100;
  const bids = Float64Array.from({ length: count }, () => (bid += stream.integer(-1, 1) / 100));
  const asks = bids.map((price) => price + 0.02);
  return factsOf({
    symbol: 'NONE',
    tickSize: 0.01,
    fromUs: 0,
    toUs: DAY_US,
    quoteTimesUs: tradeTimesUs,
    bids,
    asks,
    tradeTimesUs,
    prices: Float64Array.from(aggressors, (aggressor, i) => (aggressor === 1 ? asks[i]! : bids[i]!)),
    quantities: Float64Array.from({ length: count }, () => stream.integer(1, 9)),
    aggressors,
    quotesBefore: Float64Array.from({ length: count }, (_, i) => i + 1),
  });
}

const facts = independentFacts(1);
const others = [independentFacts(2), independentFacts(3)];

describe('the table', () => {
  test('independent trades have the numbers in brackets behind the labels', () => {
    for (const row of STATISTIC_ROWS) {
      const [, expected] = /\(([\d.]+)\)$/.exec(row.label) ?? [];
      if (expected === undefined || row.label.includes('kurtosis') || row.label.includes('variance ratio')) continue;
      const tolerance = 0.25 * Math.max(0.5, Number(expected));
      assert.ok(Math.abs(row.value(facts) - Number(expected)) < tolerance, `${row.label}: ${row.value(facts)}`);
    }
  });

  test('has a row a statistic; one recording is a value, several are a median and a range', () => {
    const lines = realismTable([
      { heading: 'one', facts: [facts] },
      { heading: 'two', facts: others },
      { heading: 'none', facts: [] },
    ]).split('\n');
    assert.equal(lines.length, STATISTIC_ROWS.length + 2);
    const takes = lines.find((line) => line.startsWith('| takes an hour '));
    assert.match(takes ?? '', /^\| takes an hour \| 3,33\d \| 3,33\d \(3,33\d to 3,33\d\) \| - \|$/);
  });

  test('numbers are short', () => {
    const shown = [1_234.5, 123.4, 12.34, 1.234, 0.1234, 0.001234, 0, -0.5].map(shortNumber);
    assert.deepEqual(shown, ['1,235', '123', '12.3', '1.23', '0.123', '0.0012', '0', '-0.500']);
  });

  test('takes its place in the page and nothing else', () => {
    const page = `before\n${REALISM_BEGIN}\nold\n${REALISM_END}\nafter\n`;
    const written = withSection(page, 'new');
    assert.equal(written, `before\n${REALISM_BEGIN}\n\nnew\n\n${REALISM_END}\nafter\n`);
    assert.equal(withSection(written, 'new'), written);
    assert.throws(() => withSection('no markers', 'new'), RangeError);
  });
});

describe('a plot', () => {
  const plot: Plot = {
    title: 'Less < more & "so"',
    x: { label: 'x', scale: 'log', low: 0.1, high: 100 },
    y: { label: 'y', scale: 'linear', low: 0, high: 1 },
    series: [
      { name: 'curve', colourNo: 0, style: 'line', points: [{ x: 0.1, y: 0 }, { x: 100, y: 1 }] },
      { name: 'bar', colourNo: 1, style: 'bars', points: [{ x: 1, y: 0.5 }] },
    ],
  };

  test('puts the axes where their ends are, and escapes text', () => {
    const svg = svgPlot(plot);
    assert.match(svg, /<path d="M70 362L700 74" fill="none" stroke="#0072b2"/);
    assert.match(svg, /Less &lt; more &amp; &quot;so&quot;/);
    for (const tick of ['>0.1<', '>1<', '>10<', '>100<', '>0.2<', '>0.8<', '>x<', '>y<', '>curve<']) assert.ok(svg.includes(tick), tick);
    assert.equal(svgPlot(plot), svg);
  });

  test('of each kind is small and has only finite coordinates', () => {
    const markets = [{ name: 'one', colourNo: 0, facts }, { name: 'two', colourNo: 1, facts: others[0]! }];
    const plots = [durationsPlot(markets), signPlot(markets), spreadPlot(markets), returnsPlot(markets), responsePlot(markets)];
    plots.push(volumePlot(others.map(({ recording }) => recording), 2, markets[0]!));
    for (const svg of plots) {
      assert.ok(svg.length < SVG_BYTES_MAX);
      assert.doesNotMatch(svg, /NaN|Infinity|undefined/);
    }
  });
});
