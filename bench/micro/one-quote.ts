/**
 * One quote on a symbol with 1 active order and with 1,000: applied, while more input waits; and applied with all orders of the
 * symbol shown anew before the next comes, as when a shard has nothing else to do.
 */

import { BPS } from '../../engine/domain/units.ts';
import { PRICE_TICK } from '../workload/fills.ts';
import { allocatedBytes } from './allocation.ts';
import { type AnnouncedLane, announcedLane } from './announced-lane.ts';
import { collectGarbage } from './collector.ts';
import { isBuy } from './mixed-flow.ts';
import { type Operation, ratioAtMost } from './operation.ts';
import { interleaved, type Round, timed } from './rounds.ts';

const SIZES = {
  full: { orders: 1_000, quotes: 300_000, shownQuotes: 200 },
  smoke: { orders: 50, quotes: 2_000, shownQuotes: 20 },
} as const;
const COST_RATIO_MAX = 2;
const MID_TICKS = 6_400;
const WANDER_TICKS = 9;

export const oneQuote: Operation = {
  run(size) {
    const { orders, quotes, shownQuotes } = SIZES[size];
    const one = announcedLane({ symbols: 1, orders: 1 });
    const many = announcedLane({ symbols: 1, orders });
    const applied = interleaved(size, appliedRound(many, quotes), appliedRound(one, quotes));
    const ratio = { ...applied.ratio, of: 'many / one order' };
    load(many, quotes);
    const bytes = allocatedBytes(() => many.lane.apply()) / quotes;
    const shown = interleaved(size, shownRound(many, shownQuotes), shownRound(one, quotes));
    const mid = load(many, 1);
    many.lane.publish();
    const faults: string[] = [];
    for (let orderNo = 0; orderNo < orders; orderNo++) {
      const arrival = many.lane.cell(orderNo, 'ARRIVAL_PRICE');
      const expected = ((isBuy(orderNo) ? 1 : -1) * (mid - arrival) * BPS) / arrival;
      if (many.lane.cell(orderNo, 'MARKET_IMPACT_BPS') !== expected) faults.push(`order ${orderNo} does not show the newest mid`);
    }
    return {
      measurements: [
        { what: 'one quote, 1 active order on its symbol', ns: applied.b },
        { what: 'one quote, 1,000 active orders on its symbol', ns: applied.a, bytes, ratio, targets: [ratioAtMost(ratio, COST_RATIO_MAX)] },
        { what: 'one quote and all is shown, 1 active order', ns: shown.b },
        { what: 'one quote and all is shown, 1,000 active orders', ns: shown.a },
      ],
      faults,
    };
  },
};

/** Puts quotes into the mailbox, each other than the one before; returns the last mid. */
function load({ lane, flow }: AnnouncedLane, quotes: number): number {
  let mid = Number.NaN;
  for (let i = 0; i < quotes; i++) {
    const midTicks = MID_TICKS + (i % WANDER_TICKS);
    lane.feed.quote(0, flow.us, (midTicks - 1) * PRICE_TICK, (midTicks + 1) * PRICE_TICK);
    mid = midTicks * PRICE_TICK;
  }
  collectGarbage();
  return mid;
}

function appliedRound(side: AnnouncedLane, quotes: number): Round {
  const apply = timed(quotes, () => side.lane.apply());
  return () => {
    load(side, quotes);
    const ns = apply();
    side.lane.publish();
    return ns;
  };
}

function shownRound(side: AnnouncedLane, quotes: number): Round {
  return timed(quotes, () => {
    for (let i = 0; i < quotes; i++) {
      const midTicks = MID_TICKS + (i % WANDER_TICKS);
      side.lane.feed.quote(0, side.flow.us, (midTicks - 1) * PRICE_TICK, (midTicks + 1) * PRICE_TICK);
      side.lane.publish();
    }
  });
}
