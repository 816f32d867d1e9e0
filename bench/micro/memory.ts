/**
 * Memory that an active order keeps, and a fill with its exec_id and its place in the index: growth of this process over many of
 * each, sequenced and applied on one thread by a journal that keeps nothing.
 *
 * Kept is the heap and what is outside of it (typed arrays, Buffers) after collections, and the orders' rows in shared memory,
 * which are counted by their size. The resident set is beside it: it has the pages that doubling columns left behind, too.
 */

import { heldBytes } from './kept-bytes.ts';
import { batchOf, InputEvents } from './input-events.ts';
import { MixedFlow } from './mixed-flow.ts';
import { bytesAtMost, type Operation } from './operation.ts';
import { SequencerLane } from './sequencer-lane.ts';

const SIZES = {
  full: { orders: 200_000, symbols: 100, fills: 1_000_000 },
  smoke: { orders: 2_000, symbols: 10, fills: 10_000 },
} as const;
const BATCH = 1_000;
const QUANTITY = 100;
const PRICE = 100;
const ORDER_BYTES_MAX = 1_024;
const FILL_BYTES_MAX = 160;
/** The first of each make what is there once. */
const FIRST_ORDERS = 1_000;

export const memory: Operation = {
  run(size) {
    const { orders, symbols, fills } = SIZES[size];
    const events = new InputEvents();
    const lane = new SequencerLane(orders, new MixedFlow({ orders, symbols }, events).us).attach();
    const accept = (): void => {
      const { rejected, duplicates } = lane.sequencer.accept(batchOf(events.take()));
      if (rejected.length + duplicates > 0) throw new Error('an event was not taken');
      lane.publish();
    };
    const flow = new MixedFlow({ orders: FIRST_ORDERS, symbols }, events);
    flow.announce();
    accept();
    const growthOfOrders = growth(() => {
      for (let no = FIRST_ORDERS; no < orders; no++) {
        events.order(no, no % symbols, flow.us, fills * QUANTITY, flow.us + 3_600_000_000);
        if ((no + 1) % BATCH === 0) accept();
      }
    });
    const growthOfFills = growth(() => {
      for (let no = 0; no < fills; no++) {
        events.fill(no % orders, 0, flow.us, QUANTITY, PRICE);
        if ((no + 1) % BATCH === 0) accept();
      }
    });
    let filled = 0;
    for (let no = 0; no < orders; no++) filled += lane.cell(no, 'FILLED_QUANTITY');
    const orderBytes = growthOfOrders.kept / (orders - FIRST_ORDERS) + lane.orders.rowDoubles * 8;
    const fillBytes = growthOfFills.kept / fills;
    return {
      measurements: [
        { what: 'kept for an active order, its row of 512 included', bytes: orderBytes, targets: [bytesAtMost(orderBytes, ORDER_BYTES_MAX)] },
        { what: 'resident growth for an active order', bytes: growthOfOrders.resident / (orders - FIRST_ORDERS) },
        { what: 'kept for a fill with exec_id and index', bytes: fillBytes, targets: [bytesAtMost(fillBytes, FILL_BYTES_MAX)] },
        { what: 'resident growth for a fill', bytes: growthOfFills.resident / fills },
      ],
      faults: filled === fills * QUANTITY ? [] : [`${fills} fills of ${QUANTITY} add up to ${filled}`],
    };
  },
};

/** Bytes. */
function growth(run: () => void): { readonly kept: number; readonly resident: number } {
  const heldBefore = heldBytes();
  const residentBefore = process.memoryUsage.rss();
  run();
  const kept = heldBytes() - heldBefore;
  return { kept, resident: process.memoryUsage.rss() - residentBefore };
}
