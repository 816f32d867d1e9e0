/** Queue discipline of resting child orders, worked by hand. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { ChildOrder } from '../../../simulation/desk/child-order.ts';
import { advanceQueues, joinQueue, matchTrade } from '../../../simulation/desk/queue-position.ts';

const SLACK = 1e-8;

function child(id: string, units: number, price: number, side: 1 | -1 = 1): ChildOrder {
  return new ChildOrder({ id, orderNo: 0, kind: 'join', side, venueNo: 0, units, price, arrivesUs: 0, queueFactor: 1 });
}

/** Matches a trade and returns who got what. */
function match(list: ChildOrder[], price: number, units: number, meetsQueue = true): Record<string, number> {
  const got: Record<string, number> = {};
  matchTrade(list, price, units, meetsQueue, SLACK, (one, filled) => {
    got[one.id] = (got[one.id] ?? 0) + filled;
    one.filledUnits += filled;
    if (one.openUnits === 0) list.splice(list.indexOf(one), 1);
  });
  return got;
}

describe('joining', () => {
  test('better prices first, then first come', () => {
    const list: ChildOrder[] = [];
    for (const [id, price] of [['a', 10.01], ['b', 10.02], ['c', 10.01], ['d', 10]] as const) joinQueue(list, child(id, 100, price), 10.01, 300, SLACK);
    assert.deepEqual(list.map((one) => one.id), ['b', 'a', 'c', 'd']);
    assert.deepEqual(list.map((one) => one.queueAheadUnits), [0, 300, 300, Number.NaN]);
  });

  test('a sell is the mirror', () => {
    const list: ChildOrder[] = [];
    for (const [id, price] of [['a', 10.02], ['b', 10.01]] as const) joinQueue(list, child(id, 100, price, -1), 10.02, 300, SLACK);
    assert.deepEqual(list.map((one) => [one.id, one.queueAheadUnits]), [['b', 0], ['a', 300]]);
  });
});

describe('the touch moves', () => {
  test('a smaller display shortens the queue, a larger one does not lengthen it, and alone at the top there is none', () => {
    const list: ChildOrder[] = [];
    joinQueue(list, child('a', 100, 10.01), 10.01, 300, SLACK);
    advanceQueues(list, 10.01, 500, SLACK);
    assert.equal(list[0]!.queueAheadUnits, 300);
    advanceQueues(list, 10.01, 200, SLACK);
    assert.equal(list[0]!.queueAheadUnits, 200);
    advanceQueues(list, 10.02, 50, SLACK);
    assert.equal(list[0]!.queueAheadUnits, 200);
    advanceQueues(list, 0, 0, SLACK);
    assert.equal(list[0]!.queueAheadUnits, 200);
    advanceQueues(list, 10, 900, SLACK);
    assert.equal(list[0]!.queueAheadUnits, 0);
  });

  test('a child behind the touch learns its queue when the touch comes to it', () => {
    const list: ChildOrder[] = [];
    joinQueue(list, child('a', 100, 9.99), 10.01, 300, SLACK);
    advanceQueues(list, 9.99, 700, SLACK);
    assert.equal(list[0]!.queueAheadUnits, 700);
  });
});

describe('a trade', () => {
  test('eats the queue first and fills with what is left', () => {
    const list: ChildOrder[] = [];
    joinQueue(list, child('a', 100, 10.01), 10.01, 300, SLACK);
    assert.deepEqual(match(list, 10.01, 250), {});
    assert.equal(list[0]!.queueAheadUnits, 50);
    assert.deepEqual(match(list, 10.01, 90), { a: 40 });
    assert.deepEqual(match(list, 10.01, 90), { a: 60 });
    assert.equal(list.length, 0);
  });

  test('fills two children of one queue in their order, each share once', () => {
    const list: ChildOrder[] = [];
    joinQueue(list, child('a', 100, 10.01), 10.01, 300, SLACK);
    joinQueue(list, child('b', 100, 10.01), 10.01, 350, SLACK);
    // 300 of others, 100 of a, then the 50 that came between, then b.
    assert.deepEqual(match(list, 10.01, 420), { a: 100 });
    assert.equal(list[0]!.queueAheadUnits, 30);
    assert.deepEqual(match(list, 10.01, 50), { b: 20 });
  });

  test('that ends in the queue moves all up', () => {
    const list: ChildOrder[] = [];
    joinQueue(list, child('a', 100, 10.01), 10.01, 300, SLACK);
    joinQueue(list, child('b', 100, 10.01), 10.01, 350, SLACK);
    assert.deepEqual(match(list, 10.01, 120), {});
    assert.deepEqual(list.map((one) => one.queueAheadUnits), [180, 230]);
    assert.deepEqual(match(list, 10.01, 200), { a: 20 });
    assert.deepEqual(list.map((one) => one.queueAheadUnits), [0, 50]);
  });

  test('through a price fills it whatever is ahead, better prices first, and not beyond its quantity', () => {
    const list: ChildOrder[] = [];
    joinQueue(list, child('a', 100, 10.01), 10.01, 9_000, SLACK);
    joinQueue(list, child('b', 100, 10.02), 10.02, 9_000, SLACK);
    assert.deepEqual(match(list, 10, 130), { b: 100, a: 30 });
  });

  test('at a price by the wrong side, above it, or with an unknown queue fills nothing', () => {
    const list: ChildOrder[] = [];
    joinQueue(list, child('a', 100, 10.01), 10.01, 0, SLACK);
    assert.deepEqual(match(list, 10.01, 500, false), {});
    assert.deepEqual(match(list, 10.02, 500), {});
    const unknown: ChildOrder[] = [];
    joinQueue(unknown, child('b', 100, 10), 10.01, 300, SLACK);
    assert.deepEqual(match(unknown, 10, 500), {});
  });
});
