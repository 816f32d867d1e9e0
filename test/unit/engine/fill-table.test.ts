/** The table of fills against a plain map of lists: adding, correcting, busting, and orders that leave, in any order. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from '../../support/properties.ts';

import type { Fill } from '../../../engine/orders/fill.ts';
import { FillTable } from '../../../engine/orders/fill-table.ts';

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

const amendment = (executionNo: number, isBust: boolean, timestampUs = executionNo) => ({ executionNo, execId: `e${executionNo}`, timestampUs, isBust, quantity: 7, price: 3, fee: Number.NaN, venueNo: -1 });

const step = fc.record({ order: fc.nat(ORDERS - 1), what: fc.constantFrom('add', 'add', 'add', 'bust', 'correct', 'release'), us: fc.nat(5), pick: fc.nat() });

const put = (table: FillTable, orderNo: number, fill: Fill): number => table.add(orderNo, fill, table.execIds.keepText(fill.execId));

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
            put(table, order, fill);
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

  test('chains with rivals are the same in any order of arrival, and as they are defined', () => {
    const node = fc.record({ parent: fc.nat(), us: fc.nat(3), isBust: fc.boolean(), place: fc.nat() });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), fc.array(node, { maxLength: 8 }), (fillCount, nodes) => {
        const fills = Array.from({ length: fillCount }, (_, no) => fillOf(no, no));
        // A report names any that has a lower number, so that there are chains, and rivals in them.
        const reports = nodes.map(({ parent, us, isBust, place }, i) => {
          const no = fillCount + i;
          return { ref: parent % no, place, amendment: { ...amendment(no, isBust, us), quantity: 100 + no } };
        });
        const expected = fills.flatMap((fill) => {
          let live: Fill | undefined = fill;
          for (;;) {
            const of: number = live.executionNo;
            const [first] = reports.filter(({ ref }) => ref === of).map((report) => report.amendment).sort((a, b) => a.timestampUs - b.timestampUs || (a.execId < b.execId ? -1 : 1));
            if (first === undefined) return [live];
            if (first.isBust) return [];
            live = { ...live, executionNo: first.executionNo, execId: first.execId, quantity: first.quantity, price: first.price };
          }
        });
        const table = new FillTable();
        const arrivals = [
          ...reports.map(({ ref, place, amendment: report }) => ({ place, arrive: () => void table.amend(0, ref, report) })),
          ...fills.map((fill, i) => ({ place: nodes[i]?.place ?? i, arrive: () => void put(table, 0, fill) })),
        ];
        for (const { arrive } of arrivals.sort((a, b) => a.place - b.place)) arrive();
        const found: Fill[] = [];
        table.forEach(0, (fill) => void found.push(fill));
        assert.deepEqual(found, expected.sort(inOrder));
        assert.equal(table.waitingCount, 0);
      }),
      { numRuns: 2_000 },
    );
  });

  test('an order that leaves takes its waiting amendments with it', () => {
    const table = new FillTable();
    assert.equal(table.amend(1, 100, amendment(101, true)), 'waits');
    assert.equal(table.amend(2, 200, amendment(201, true)), 'waits');
    assert.equal(table.waitingCount, 2);
    table.release(1);
    assert.deepEqual([table.waitingFor(1), table.waitingFor(2), table.waitingCount], [0, 1, 1]);
    put(table, 2, fillOf(200, 1));
    table.forEach(2, () => assert.fail('the fill was busted before it came'));
    assert.equal(table.waitingCount, 0);
  });
});
