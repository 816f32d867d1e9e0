/**
 * FIX's own order state change matrices (FIX 4.2 and 5.0 SP2, appendix D), message by message: OrdStatus, CumQty, LeavesQty
 * and AvgPx after each. Requests of the client have no event here; what the broker reports has.
 */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { fill, order, storyEngine, tell } from '../../support/engine-story.ts';

/** Event, then OrdStatus, CumQty, LeavesQty, and AvgPx where the matrix gives it. */
type Step = readonly [event: Record<string, unknown>, state: string, cumQty: number, leavesQty: number, avgPx?: number];

const correct = (second: number, exec_id: string, ref_exec_id: string, quantity: number, price: number) =>
  tell('execution_corrected', second, { exec_id, ref_exec_id, quantity, price });
const bust = (second: number, exec_id: string, ref_exec_id: string) => tell('execution_canceled', second, { exec_id, ref_exec_id });
const NEW_ORDER: Step = [order(0, { quantity: 10_000 }), 'NEW', 0, 10_000];

const MATRICES: Readonly<Record<string, readonly Step[]>> = {
  // https://www.onixs.biz/fix-dictionary/4.2/app_d34.html
  'D34, filled order, followed by correction and cancellation of executions': [
    NEW_ORDER,
    [fill(3, 'C', 1_000, 100), 'PARTIALLY_FILLED', 1_000, 9_000, 100],
    [fill(4, 'D', 9_000, 110), 'FILLED', 10_000, 0, 109],
    [bust(5, 'E', 'C'), 'PARTIALLY_FILLED', 9_000, 1_000, 110],
    [correct(6, 'F', 'D', 9_000, 100), 'PARTIALLY_FILLED', 9_000, 1_000, 100],
    [fill(7, 'G', 1_000, 120), 'FILLED', 10_000, 0, 102],
    [correct(8, 'H', 'F', 9_000, 120), 'FILLED', 10_000, 0, 120],
    [tell('order_pending_replace', 10), 'PENDING_REPLACE', 10_000, 0, 120],
    [tell('order_replaced', 11, { quantity: 12_000 }), 'PARTIALLY_FILLED', 10_000, 2_000, 120],
    [correct(12, 'K', 'H', 9_500, 120), 'PARTIALLY_FILLED', 10_500, 1_500, 120],
  ],
  // https://www.onixs.biz/fix-dictionary/5.0.SP2/app_dJ.1.b.html
  'J.1.b, a canceled order followed by a busted execution and a new execution': [
    NEW_ORDER,
    [fill(3, 'B', 5_000, 50), 'PARTIALLY_FILLED', 5_000, 5_000],
    [tell('order_pending_cancel', 5), 'PENDING_CANCEL', 5_000, 5_000],
    [tell('order_canceled', 6), 'CANCELED', 5_000, 0],
    [bust(7, 'E', 'B'), 'CANCELED', 0, 0],
    [fill(8, 'F', 4_000, 51), 'CANCELED', 4_000, 0, 51],
  ],
  // https://www.onixs.biz/fix-dictionary/5.0.sp2.ep266/app_dB.1.c.html
  'B.1.c, cancel request issued for an order that becomes filled before the cancel request can be accepted': [
    NEW_ORDER,
    [fill(3, 'A', 2_000, 50), 'PARTIALLY_FILLED', 2_000, 8_000],
    [fill(4, 'B', 3_000, 50), 'PARTIALLY_FILLED', 5_000, 5_000],
    [tell('order_pending_cancel', 5), 'PENDING_CANCEL', 5_000, 5_000],
    [fill(6, 'C', 5_000, 50), 'PENDING_CANCEL', 10_000, 0],
    [tell('order_cancel_rejected', 7), 'FILLED', 10_000, 0],
  ],
  // https://www.onixs.biz/fix-dictionary/4.2/app_d11.html
  'D11, cancel/replace whose quantity equals what is executed meanwhile': [
    NEW_ORDER,
    [fill(3, 'A', 7_000, 50), 'PARTIALLY_FILLED', 7_000, 3_000],
    [tell('order_replaced', 4, { quantity: 7_000 }), 'FILLED', 7_000, 0],
  ],
};

describe('FIX order state change matrices', () => {
  for (const [name, steps] of Object.entries(MATRICES)) {
    test(name, async () => {
      const engine = await storyEngine();
      for (const [event, state, cumQty, leavesQty, avgPx] of steps) {
        assert.deepEqual(engine.accept(event).rejected, []);
        const status = engine.status('A');
        assert.deepEqual([status.state, status.filled_quantity, status.leaves_quantity], [state, cumQty, leavesQty], JSON.stringify(event));
        if (avgPx !== undefined) assert.equal(status.average_price, avgPx, JSON.stringify(event));
      }
    });
  }
});
