/** Published worked examples of the participation weighted price (PWP): the VWAP of the first Q / rate shares from the start on. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { parseTimestampUs } from '../../../engine/domain/timestamp.ts';
import { TradeTape } from '../../../engine/market/trade-tape.ts';
import { costBps } from '../../../engine/metrics/cost-bps.ts';
import { fill, order, toldStory, trade } from '../../support/engine-story.ts';

/** The eligible prints of symbol TEST: time, quantity and price. Four with sale condition Z are left out, as they are there. */
const TAQ_PROC_TAPE = [
  ['09:30:00.654289', 100, 10.54], ['09:30:01.414499', 200, 10.96], ['09:30:02.20787', 300, 10.9], ['09:30:04.166208', 500, 10.82],
  ['09:30:05.951611', 600, 10.34], ['09:30:06.120973', 700, 10.99], ['09:30:07.760147', 800, 10.64], ['09:30:08.104618', 900, 10.49],
  ['09:30:09.106581', 100, 10.11], ['09:30:11.675591', 300, 10.33], ['09:30:12.408433', 400, 10.12], ['09:30:13.426745', 500, 10.72],
  ['09:30:14.960552', 600, 10.96], ['09:30:15.221821', 700, 10.93], ['09:30:16.767575', 800, 10.15], ['09:30:19.629419', 200, 10.03],
  ['09:30:20.100908', 300, 10.8], ['09:30:21.991891', 400, 10.75], ['09:30:22.118736', 500, 10.25], ['09:30:23.508291', 600, 10.16],
  ['09:30:24.548732', 700, 10.77], ['09:30:25.321846', 800, 10.6], ['09:30:26.471978', 900, 10.23], ['09:30:27.767195', 100, 10.86],
  ['09:30:28.15563', 200, 10.3], ['09:30:29.806084', 300, 10.77], ['09:30:30.305105', 400, 10.34], ['09:30:31.755329', 500, 10.88],
  ['09:30:32.421619', 600, 10.18], ['09:30:33.275699', 700, 10.61], ['09:30:34.572848', 10_000, 10.93], ['09:30:35.95833', 9_900, 20.51],
] as const;

const at = (time: string): number => parseTimestampUs(`2020-08-01T${time}Z`);

// GitHub user edaniley, taq-proc, tests/test_vwap.py (test_VWAP_ByPov, test_VWAP_FlavorsByTime), tape of tests/test_taqproc.py:
// https://github.com/edaniley/taq-proc/tree/e48956488056473ca29d090541c57f10725fe972/tests
describe('taq-proc: VWAP from 09:30:00 by target volume and participation', () => {
  const tape = new TradeTape(1_024);
  TAQ_PROC_TAPE.forEach(([time, quantity, price], i) => tape.add(at(time), i, price, quantity));
  const [start, end] = [at('09:30:00'), at('16:00:00')];

  test('250 shares at 2% are the first 12,500 of the market, at 10.560880', () => {
    const wanted = 250 / 0.02;
    assert.equal(wanted, 12_500);
    const { price, reached } = tape.vwapOfFirst(wanted, start, end);
    assert.deepEqual([price.toFixed(6), reached], ['10.560880', 1]);
  });

  test('250 shares at 5% end in the print that brings 5,400 at 10.610000; ours counts of that print what is needed', () => {
    // They keep the last print whole. The first 5,000 end in it too: 100 of its 500 at 10.72.
    assert.equal(tape.vwapOfFirst(5_400, start, end).price.toFixed(6), '10.610000');
    const [before, exact] = [tape.vwapOfFirst(4_900, start, end).price, tape.vwapOfFirst(250 / 0.05, start, end).price];
    assert.ok(Math.abs(exact * 5_000 - (before * 4_900 + 100 * 10.72)) < 1e-6);
  });

  test('10,000 shares at 5% are more than there was: 34,600 at 13.510723, of which we make no price', () => {
    assert.equal(tape.volumeBetween(start, end), 34_600);
    assert.equal(tape.vwapBetween(start, end).toFixed(6), '13.510723');
    assert.deepEqual(tape.vwapOfFirst(10_000 / 0.05, start, end), { price: Number.NaN, reached: 34_600 / 200_000 });
  });

  test('by time, to the microsecond of a print and to the one before it: 8,900 at 10.596854, and 8,400 at 10.617500', () => {
    const until = at('09:30:22.118736');
    assert.deepEqual([tape.volumeBetween(start, until), tape.vwapBetween(start, until).toFixed(6)], [8_900, '10.596854']);
    assert.deepEqual([tape.volumeBetween(start, until - 1), tape.vwapBetween(start, until - 1).toFixed(6)], [8_400, '10.617500']);
  });
});

test('Kissell (2014): for 100,000 shares at 20% the PWP is of the first 500,000 from the arrival on', async () => {
  // R. Kissell, The Science of Algorithmic Trading and Portfolio Management, Elsevier 2014, chapter 3, equation 3.15 and the example
  // before it: https://docslib.org/doc/5825562/chapter-3-algorithmic-transaction-cost-analysis
  // Only the volume is published; the prices here are there to tell which prints count.
  const bought = [trade(0, 99, 700_000), order(1, { quantity: 100_000 }), fill(2, 'x', 100_000), trade(3, 100, 300_000), trade(4, 101, 199_999)];
  const before = (await toldStory(bought, 10)).analytics('A').benchmark_comparison.PWP_20;
  assert.deepEqual([before.price, before.coverage], [null, 499_999 / 500_000]);
  const after = (await toldStory([...bought, trade(5, 101, 1), trade(6, 200, 1_000_000)], 10)).analytics('A').benchmark_comparison.PWP_20;
  assert.deepEqual([after.price, after.coverage], [(300_000 * 100 + 200_000 * 101) / 500_000, 1]);
});

test('AlgoTCA (2019): 17,322 bought at 4991.218 are 57,740 shares at 30%, and 64.99 bps better than their PWP of 5023.869', () => {
  // V. Lestingi, J. Mackie, B. Peterson, AlgoTCA - GSoC 2019, section benchmark='PWP', 64.99206 bps from unrounded prices; its
  // tape is not printed. https://github.com/braverock/blotter/blob/d1c48851e025e5e68c4c3a37d33db67fc9a47857/AlgoTCA/AlgoTCA.tex
  assert.equal(Math.round((17_322 / 0.3) * 1e6) / 1e6, 57_740);
  assert.equal((-costBps(1, 4991.218, 5023.869)).toFixed(2), '64.99');
});
