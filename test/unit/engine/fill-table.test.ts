/** The table of fills against a plain map of lists: adding, correcting, busting, and orders that leave, in any order. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import { type Fill, FillTable } from '../../../engine/orders/fill-table.ts';

const ORDERS = 4;

const fillOf = (executionNo: number, timestampUs: number): Fill => ({
  executionNo,
  execId: `e${executionNo}`,
  timestampUs,
  sequence: executionNo,
  quantity: executionNo + 0.5,
  price: 10 + timestampUs,
  fee: 0,
  venueNo: executionNo % 3,
  childNo: -1,
  liquidity: -1,
});

const amendment = (executionNo: number, isBust: boolean) => ({ executionNo, execId: `e${executionNo}`, isBust, quantity: 7, price: 3, fee: Number.NaN, venueNo: -1 });

const step = fc.record({ order: fc.nat(ORDERS - 1), what: fc.constantFrom('add', 'add', 'add', 'bust', 'correct', 'release'), us: fc.nat(5), pick: fc.nat() });

/** Fold order: by time, then by exec_id. */
const inOrder = (a: Fill, b: Fill): number => a.timestampUs - b.timestampUs || (a.execId < b.execId ? -1 : 1);

describe('the table of fills', () => {
  test('holds what a map of lists holds, also when rows are used again', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 120 }), (steps) => {
        const table = new FillTable();
        const model: Fill[][] = Array.from({ length: ORDERS }, () => []);
        let next = 0;
        for (const { order, what, us, pick } of steps) {
          const fills = model[order]!;
          if (what === 'release') {
            table.release(order);
            fills.length = 0;
          } else if (what === 'add' || fills.length === 0) {
            const fill = fillOf(next++, us);
            table.add(order, fill);
            fills.push(fill);
          } else {
            const [named] = fills.splice(pick % fills.length, 1);
            const changed = amendment(next++, what === 'bust');
            assert.equal(table.amend(order, named!.executionNo, changed), 'applied');
            assert.equal(table.amend(order, named!.executionNo, amendment(next++, true)), 'misfit', 'it is named a second time');
            if (what === 'correct') fills.push({ ...named!, executionNo: changed.executionNo, execId: changed.execId, quantity: 7, price: 3 });
          }
          for (let no = 0; no < ORDERS; no++) {
            const found: Fill[] = [];
            table.forEach(no, (fill) => void found.push(fill));
            assert.deepEqual(found, [...model[no]!].sort(inOrder));
          }
        }
      }),
    );
  });

  test('an order that leaves takes its waiting amendments with it', () => {
    const table = new FillTable();
    assert.equal(table.amend(1, 100, amendment(101, true)), 'waits');
    assert.equal(table.amend(2, 200, amendment(201, true)), 'waits');
    assert.equal(table.waitingCount, 2);
    table.release(1);
    assert.deepEqual([table.waitingFor(1), table.waitingFor(2), table.waitingCount], [0, 1, 1]);
    table.add(2, fillOf(200, 1));
    table.forEach(2, () => assert.fail('the fill was busted before it came'));
    assert.equal(table.waitingCount, 0);
  });
});
