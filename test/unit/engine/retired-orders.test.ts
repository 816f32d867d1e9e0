/** Orders that a market no longer looks at: the same, in the same order, whether it was saved and read meanwhile or not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { StateReader } from '../../../engine/domain/state-reader.ts';
import { StateWriter } from '../../../engine/domain/state-writer.ts';
import { Market } from '../../../engine/market/market.ts';

const ENDED_US = 1_000;

function retiredIn(market: Market): number[] {
  const retired: number[] = [];
  market.takeRetiredUpTo(ENDED_US, (orderNo) => retired.push(orderNo) > 0);
  return retired;
}

test('an order that comes back and ends at the same moment again stands behind those that ended then meanwhile', () => {
  const live = new Market(0);
  const retire = (orderNo: number): void => {
    live.activate(orderNo);
    live.retire(orderNo, ENDED_US);
  };
  retire(1);
  retire(2);
  live.activate(1);
  const saved = new StateWriter();
  live.save(saved);
  const read = new Market(0);
  read.load(new StateReader(saved.written));
  for (const market of [live, read]) market.retire(1, ENDED_US);
  assert.deepEqual(retiredIn(read), [2, 1]);
  assert.deepEqual(retiredIn(live), [2, 1]);
  assert.deepEqual(retiredIn(live), [], 'each is taken once');
});
