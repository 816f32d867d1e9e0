/** The pre-trade model against table 3 of its paper: Almgren, Thum, Hauptmann and Li (2005), Risk 18(7). */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { preTradeCosts } from '../../../engine/analytics/pre-trade-model.ts';

/** Buying 10% of a day's volume in 0.1, 0.2 and 0.5 days; costs in whole bps as printed. */
const TABLE_3 = [
  { stock: 'IBM', volume: 6.561e6, outstanding: 1_728e6, volatility: 0.0157, permanent: 20, temporary: [22, 15, 8], realized: [32, 25, 18] },
  { stock: 'DRI', volume: 1.929e6, outstanding: 168e6, volatility: 0.0226, permanent: 22, temporary: [32, 21, 12], realized: [43, 32, 23] },
] as const;

describe('Almgren et al. 2005, table 3', () => {
  for (const row of TABLE_3) {
    for (const [i, durationDays] of [0.1, 0.2, 0.5].entries()) {
      test(`${row.stock}, ${durationDays} days`, () => {
        const costs = preTradeCosts({
          quantity: row.volume / 10,
          durationDays,
          averageDailyVolume: row.volume,
          dailyVolatility: row.volatility,
          sharesOutstanding: row.outstanding,
        });
        const printed = [costs.permanentBps, costs.temporaryBps, costs.expectedCostBps].map(Math.round);
        assert.deepEqual(printed, [row.permanent, row.temporary[i], row.realized[i]]);
      });
    }
  }
});
