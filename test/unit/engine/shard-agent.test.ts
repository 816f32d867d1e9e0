/** Which orders a shard computes anew when their market moves, and when. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { ShardLane } from '../../../bench/micro/shard-lane.ts';

const ORDERS = 10_000;
const FOLLOWED = [0, 17, 9_998];
const START_US = Date.UTC(2026, 2, 2, 14, 30) * 1_000;
const SECOND_US = 1_000_000;

/** Orders of two symbols in turns, each announced at a mid of 100. */
function tradingOrders(): ShardLane {
  const lane = new ShardLane(ORDERS, 'discarded', 1 << 25);
  lane.watched.fill(0);
  lane.feed.tick(START_US);
  for (const symbolNo of [0, 1]) {
    lane.feed.symbol(symbolNo);
    lane.feed.quote(symbolNo, START_US, 99, 101);
  }
  for (let orderNo = 0; orderNo < ORDERS; orderNo++) lane.feed.order(orderNo, orderNo % 2, START_US, 1_000, START_US + 600 * SECOND_US);
  lane.publish();
  for (const orderNo of FOLLOWED) lane.watched[orderNo] = 1;
  lane.told = 0;
  return lane;
}

const shownAfter = (lane: ShardLane, sequence: number): number[] =>
  Array.from({ length: ORDERS }, (_, orderNo) => orderNo).filter((orderNo) => lane.cell(orderNo, 'AS_OF_SEQUENCE') >= sequence);

describe('when a market moves', () => {
  test('those of its orders that are followed are shown anew and told, however many others there are', () => {
    const lane = tradingOrders();
    lane.feed.quote(0, START_US, 100, 102);
    lane.publish();
    assert.deepEqual(shownAfter(lane, lane.feed.lastSequence), [0, 9_998]);
    assert.equal(lane.told, 2);
    lane.feed.quote(1, START_US, 100, 102);
    lane.publish();
    assert.deepEqual(shownAfter(lane, lane.feed.lastSequence), [17]);
    assert.equal(lane.told, 3);
  });

  test('both markets that have moved are looked at, and each once for many quotes', () => {
    const lane = tradingOrders();
    for (let i = 0; i < 100; i++) for (const symbolNo of [0, 1]) lane.feed.quote(symbolNo, START_US, 99, 101 + i);
    lane.publish();
    assert.deepEqual(shownAfter(lane, lane.feed.lastSequence - 1), FOLLOWED);
    assert.equal(lane.told, FOLLOWED.length);
  });

  test('the others are shown anew at their turn of the next second', () => {
    const lane = tradingOrders();
    lane.feed.quote(0, START_US, 100, 102);
    const quoteSequence = lane.feed.lastSequence;
    lane.publish();
    lane.feed.tick(START_US + SECOND_US);
    lane.publish();
    assert.equal(shownAfter(lane, quoteSequence).length, ORDERS);
    assert.equal(lane.cell(2, 'MARKET_IMPACT_BPS'), 100 * (lane.cell(2, 'SIDE') === 0 ? 1 : -1));
  });
});
