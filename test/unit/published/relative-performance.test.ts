/** Published worked examples of the relative performance measure (RPM), by volume: tape, share above the average, RPM. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { TradeTape } from '../../../engine/market/trade-tape.ts';
import { relativePerformance } from '../../../engine/metrics/relative-performance.ts';

type Prints = readonly (readonly [price: number, quantity: number])[];

/** A tape on which the prints follow one another, one a microsecond from 0 on. */
function tapeOf(prints: Prints): TradeTape {
  const tape = new TradeTape(1_024);
  prints.forEach(([price, quantity], i) => tape.add(i, i, price, quantity));
  return tape;
}

function rpm(side: 1 | -1, averagePrice: number, prints: Prints): number {
  return relativePerformance(side, tapeOf(prints).shareAbove(averagePrice, 0, prints.length));
}

test('Johnson (2010), example 6-1: a buy at 92.63 on average has RPM(volume) = (50,000 + 40,000 + 10,000) / 200,000 = 50%', () => {
  // B. Johnson, Algorithmic Trading & DMA, 4Myeloma Press 2010, section 6.4, "Relative Performance Measure", and table 6-3. The copy
  // that was read prints the size at 91.50 as 5,000: its value of 1,372.5 thousand and the total of 200,000 make it 15,000.
  const table: Prints = [[90.5, 25_000], [91, 20_000], [91.5, 15_000], [92, 10_000], [92.5, 30_000], [93, 50_000], [93.5, 40_000], [94, 10_000]];
  const tape = tapeOf(table);
  assert.equal(tape.volumeBetween(0, 7), 200_000);
  assert.equal(tape.notionalBetween(0, 7), 18_480_000);
  assert.equal(tape.vwapBetween(0, 7), 92.4);
  const averagePrice = (10_000 * 91.15 + 20_000 * 92.5 + 15_000 * 93.8) / 45_000;
  assert.equal(averagePrice.toFixed(2), '92.63');
  assert.equal(rpm(1, averagePrice, table), 0.5);
});

test('AlgoTCA (2019): a buy at 4991.218 with 1,606,594 traded above and 1,208,007 below has RPM 0.570807', () => {
  // V. Lestingi, J. Mackie, B. Peterson, AlgoTCA - GSoC 2019, section benchmark='RPM', and its formula, (total + worse - better) /
  // (2 total), in which ties are halves too. https://github.com/braverock/blotter/blob/d1c48851e025e5e68c4c3a37d33db67fc9a47857/AlgoTCA/AlgoTCA.tex
  // It prints volumes by side of the average only, so that one print stands for each: the last market price, 5012, is above.
  const [above, below] = [1_606_594, 1_208_007];
  assert.equal(above + below, 2_814_601);
  assert.equal(rpm(1, 4991.218, [[4991.217, below], [5012, above]]).toFixed(6), '0.570807');
});

test('EDHEC (2008), figure 12: with 80% traded below a price of 31 a sell has RPM 80%, and a buy would have 20%', () => {
  // C. d'Hondt and J.-R. Giraud, Transaction Cost Analysis A-Z, EDHEC 2008, part V, pp. 61-62: https://cld.bz/gab7AP/62/
  // The figure gives shares of the volume on each side of 31 and no ties; the two prices stand for those sides.
  const prints: Prints = [[30.99, 80], [31.01, 20]];
  assert.equal(rpm(-1, 31, prints), 0.8);
  assert.equal(rpm(1, 31, prints), 0.2);
});
