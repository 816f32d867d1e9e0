/** What is routed and filled of child orders that have ended does not depend on which was heard of first. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ChildEnd, ChildTable } from '../../../engine/orders/child-table.ts';

test('the totals of child orders are the same in whatever order they come', () => {
  // 0.1 + 0.2 + 0.3 is 0.6000000000000001 as doubles, and 0.6 the other way round.
  const forwards = [0.1, 0.2, 0.3];
  for (const quantities of [forwards, forwards.toReversed()]) {
    const table = new ChildTable();
    quantities.forEach((quantity, childNo) => {
      table.route(0, childNo, quantity, '');
      table.addFill(0, childNo, quantity);
      table.end(0, childNo, ChildEnd.CANCELED);
    });
    assert.deepEqual(table.totals(0), { count: 3, endedRoutedQuantity: 0.6, endedFilledQuantity: 0.6, rejectedCount: 0 });
  }
});
