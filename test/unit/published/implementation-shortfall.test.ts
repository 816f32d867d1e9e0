/** Published worked examples of implementation shortfall, buy and sell, held against the engine. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { implementationShortfall } from '../../../engine/analytics/implementation-shortfall.ts';

const bpsOf = (money: number, paper: number): number => (money / paper) * 10_000;

test('CFA Program, level III practice (buy): 1,000 shares decided at 40.00, 700 bought at 40.05, cancelled at 40.08', () => {
  // Published answer: explicit 0.04%, realized 0.02%, delay 0.07%, missed opportunity 0.06%, in all 0.19%.
  // https://www.gaodun.com/q/b03v1i
  const shortfall = implementationShortfall({
    side: 1,
    firstQuantity: 1_000,
    filledQuantity: 700,
    notional: 700 * 40.05,
    fees: 17,
    arrivalPrice: 40.04,
    decisionPrice: 40,
    endPrice: 40.08,
  });
  const percents = (money: number): string => (bpsOf(money, 40_000) / 100).toFixed(2);
  assert.deepEqual(
    [shortfall.cfa.fees, shortfall.cfa.trading, shortfall.cfa.delay, shortfall.cfa.opportunity].map(percents),
    ['0.04', '0.02', '0.07', '0.06'],
  );
  assert.equal((shortfall.totalBps / 100).toFixed(2), '0.19');
});

test('CFA Program, level III 2000, question 28 (sell): 50,000 TRP decided at 43, desk at 41, sold at 40.25, 0.05 a share', () => {
  // Published answer: a shortfall of 2.80 a share. https://www.analystforum.com/t/implementation-shortfall-sell-order/52371
  const shortfall = implementationShortfall({
    side: -1,
    firstQuantity: 50_000,
    filledQuantity: 50_000,
    notional: 50_000 * 40.25,
    fees: 50_000 * 0.05,
    arrivalPrice: 41,
    decisionPrice: 43,
    endPrice: 38,
  });
  assert.ok(Math.abs(shortfall.total / 50_000 - 2.8) < 1e-12);
  assert.ok(Math.abs(shortfall.cfa.delay / 50_000 - 2) < 1e-12);
  assert.ok(Math.abs(shortfall.cfa.trading / 50_000 - 0.75) < 1e-12);
  assert.equal(shortfall.cfa.opportunity, 0);
});

test('a sell filled in part: 5,000 decided at 40, next day 39.50, 4,000 sold at 39.70 for 75, cancelled at 39', () => {
  // Parts as worked out at https://www.analystforum.com/t/implementation-shortfall-sale-transaction/108005:
  // delay 1.0%, realized -0.4%, commission 0.04%, opportunity 0.5% of 200,000.
  // In money: delay 4,000 x 0.50 = 2,000; realized 4,000 x -0.20 = -800; opportunity 1,000 x 1.00.
  const shortfall = implementationShortfall({
    side: -1,
    firstQuantity: 5_000,
    filledQuantity: 4_000,
    notional: 4_000 * 39.7,
    fees: 75,
    arrivalPrice: 39.5,
    decisionPrice: 40,
    endPrice: 39,
  });
  const rounded = (money: number): number => Math.round(money * 1e6) / 1e6;
  assert.deepEqual(
    [shortfall.cfa.delay, shortfall.cfa.trading, shortfall.cfa.opportunity, shortfall.cfa.fees].map(rounded),
    [2_000, -800, 1_000, 75],
  );
  assert.equal(rounded(shortfall.total), 2_275);
  // The other split counts the delay on all 5,000 shares: 2,500, and the missed shares only from the arrival on: 500.
  assert.deepEqual(
    [shortfall.wagner.delay, shortfall.wagner.trading, shortfall.wagner.opportunity, shortfall.wagner.fees].map(rounded),
    [2_500, -800, 500, 75],
  );
});

test('Johnson (2010), example 6-1 (buy): 50,000 decided at 90, 45,000 bought in three, arrival 90.65, close 93', () => {
  // Published answer: execution 118,500, opportunity 15,000, in all 133,500 = 297 bps of 4,500,000; fees are left out.
  // B. Johnson, Algorithmic Trading & DMA, 4Myeloma Press 2010, section 6.4, "Post-trade transaction costs".
  const shortfall = implementationShortfall({
    side: 1,
    firstQuantity: 50_000,
    filledQuantity: 45_000,
    notional: 10_000 * 91.15 + 20_000 * 92.5 + 15_000 * 93.8,
    fees: 0,
    arrivalPrice: 90.65,
    decisionPrice: 90,
    endPrice: 93,
  });
  const rounded = (money: number): number => Math.round(money * 1e6) / 1e6;
  assert.equal(rounded(shortfall.cfa.delay + shortfall.cfa.trading), 118_500);
  assert.equal(rounded(shortfall.cfa.opportunity), 15_000);
  assert.equal(rounded(shortfall.total), 133_500);
  assert.equal(Math.round(shortfall.totalBps), 297);
});
