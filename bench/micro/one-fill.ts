/** One fill: from the mailbox to the published state of its order. */

import { PRICE_TICK } from '../workload/fills.ts';
import { allocatedBytes } from './allocation.ts';
import { announcedLane } from './announced-lane.ts';
import { collectGarbage } from './collector.ts';
import type { Operation } from './operation.ts';
import { repeated, timed } from './rounds.ts';

const SIZES = {
  full: { orders: 10_000, symbols: 100, fills: 250_000 },
  smoke: { orders: 100, symbols: 10, fills: 2_000 },
} as const;
const QUANTITY = 100;
const PRICE = 6_401 * PRICE_TICK;
/** Coprime to the number of orders: each has its turn. */
const STEP = 7_919;

export const oneFill: Operation = {
  run(size) {
    const { orders, symbols, fills } = SIZES[size];
    const { lane, flow } = announcedLane({ orders, symbols });
    let sent = 0;
    const load = (): void => {
      for (let i = 0; i < fills; i++) {
        const orderNo = (sent++ * STEP) % orders;
        lane.feed.fill(orderNo, orderNo % symbols, flow.us, QUANTITY, PRICE);
      }
      collectGarbage();
    };
    const drain = timed(fills, () => lane.publish());
    const ns = repeated(size, () => {
      load();
      return drain();
    });
    load();
    const bytes = allocatedBytes(() => lane.publish()) / fills;
    let filled = 0;
    for (let orderNo = 0; orderNo < orders; orderNo++) filled += lane.cell(orderNo, 'FILLED_QUANTITY');
    const faults = filled === sent * QUANTITY ? [] : [`${sent} fills of ${QUANTITY} add up to ${filled}`];
    return { measurements: [{ what: 'one fill, 10,000 active orders, row discarded', ns, bytes }], faults };
  },
};
