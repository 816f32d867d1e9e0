/** Snapshot read: an order's row copied out of shared memory through its seqlock, row after row. */

import { allocatedBytes } from './allocation.ts';
import { announcedLane } from './announced-lane.ts';
import type { Operation } from './operation.ts';
import { OrderCell } from '../../engine/orders/order-row.ts';
import { repeated, timed } from './rounds.ts';

const SIZES = {
  full: { orders: 10_000, symbols: 100, reads: 1_000_000 },
  smoke: { orders: 100, symbols: 10, reads: 10_000 },
} as const;

export const snapshotRead: Operation = {
  run(size) {
    const { orders, symbols, reads } = SIZES[size];
    const { lane } = announcedLane({ orders, symbols });
    const row = new Float64Array(lane.orders.rowDoubles);
    let wrong = 0;
    const run = (): void => {
      for (let i = 0; i < reads; i++) {
        const orderNo = i % orders;
        if (lane.orders.read(orderNo, row) < 0 || row[OrderCell.SYMBOL_NO] !== orderNo % symbols) wrong++;
      }
    };
    const ns = repeated(size, timed(reads, run));
    const bytes = allocatedBytes(run) / reads;
    return { measurements: [{ what: 'snapshot read of a row of 64 doubles', ns, bytes }], faults: wrong > 0 ? [`snapshot read: ${wrong} rows are wrong`] : [] };
  },
};
