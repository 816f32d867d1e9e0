/**
 * Cost of an event with 1,000, 10,000 and 100,000 active orders on 100 symbols: fills and quotes 1:4 with the work of each
 * second in it, and that work alone.
 */

import { US_PER_SECOND } from '../../engine/domain/units.ts';
import { type AnnouncedLane, announcedLane } from './announced-lane.ts';
import { collectGarbage } from './collector.ts';
import { type Operation, ratioAtMost } from './operation.ts';
import { interleaved, type Round, timed } from './rounds.ts';

const SIZES = {
  full: { symbols: 100, few: 1_000, more: [10_000, 100_000], events: 320_000, seconds: 10 },
  smoke: { symbols: 10, few: 10, more: [100], events: 2_000, seconds: 2 },
} as const;
const GROWTH_MAX = 1.3;

export const activeOrders: Operation = {
  run(size) {
    const { symbols, few, more, events, seconds } = SIZES[size];
    const measurements = [];
    for (const orders of more) {
      const a = announcedLane({ symbols, orders });
      const b = announcedLane({ symbols, orders: few });
      const cost = interleaved(size, mixedRound(a, events), mixedRound(b, events));
      const ratio = { ...cost.ratio, of: `${orders} / ${few} orders` };
      const name = orders.toLocaleString('en-US');
      measurements.push({ what: `an event, ${few.toLocaleString('en-US')} active orders`, ns: cost.b });
      measurements.push({ what: `an event, ${name} active orders`, ns: cost.a, ratio, targets: [ratioAtMost(ratio, GROWTH_MAX)] });
      const second = interleaved(size, secondsRound(a, seconds, orders), secondsRound(b, seconds * Math.round(orders / few), few));
      measurements.push({ what: `a second of now, for each of ${name} orders`, ns: second.a, ratio: { ...second.ratio, of: `${orders} / ${few} orders` } });
    }
    return { measurements, faults: [] };
  },
};

function mixedRound({ lane, flow }: AnnouncedLane, events: number): Round {
  const apply = timed(events, () => lane.apply());
  return () => {
    flow.send(events);
    collectGarbage();
    const ns = apply();
    lane.publish();
    return ns;
  };
}

/** Nanoseconds an order. */
function secondsRound({ lane, flow }: AnnouncedLane, seconds: number, orders: number): Round {
  let second = 0;
  return timed(seconds * orders, () => {
    for (let i = 0; i < seconds; i++) {
      lane.feed.tick(flow.us + ++second * US_PER_SECOND);
      lane.apply();
    }
  });
}
