/** Published worked examples of the effective spread and of price improvement. */

import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { FillFacts } from '../../../engine/analytics/fill-facts.ts';
import { spreadMeasures } from '../../../engine/analytics/spread-measures.ts';

function fillAt(bid: number, ask: number, price: number): FillFacts {
  return { executionNo: 0, timestampUs: 0, quantity: 100, price, fee: 0, venueNo: 0, childNo: -1, liquidity: -1, bid, ask, laterMids: [] };
}

const money = (bps: number, mid: number): number => Math.round(((bps * mid) / 10_000) * 1e8) / 1e8;

test('CFA Program practice: three sells have effective spreads of 0.11, 0.02 and 0.00', () => {
  // https://www.gaodun.com/q/403v0v
  const examples = [
    { bid: 10, ask: 10.07, price: 9.98, spread: 0.11 },
    { bid: 9.9, ask: 9.96, price: 9.92, spread: 0.02 },
    { bid: 9.88, ask: 9.94, price: 9.91, spread: 0 },
  ];
  for (const { bid, ask, price, spread } of examples) {
    const measures = spreadMeasures(-1, 10, [fillAt(bid, ask, price)]);
    assert.equal(money(measures.effectiveFillBps, (bid + ask) / 2), spread);
  }
});

test('CFA Program practice: a buy at 40.47 with 40.40 - 40.49 quoted pays 0.05, four cents better than quoted', () => {
  // https://www.gaodun.com/q/b03v0r
  const measures = spreadMeasures(1, 40, [fillAt(40.4, 40.49, 40.47)]);
  assert.equal(money(measures.effectiveFillBps, 40.445), 0.05);
  // Price improvement is one-sided: 0.02 against the ask, half of the four cents.
  assert.equal(money(measures.priceImprovementBps, 40.445), 0.02);
});
