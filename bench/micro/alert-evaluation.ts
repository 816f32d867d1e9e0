/** Alert evaluation of one order: on its way with the default rules, behind its plan, and with thresholds of its session. */

import { US_PER_SECOND } from '../../engine/domain/units.ts';
import { evaluateAlerts } from '../../engine/shard/alert-desk.ts';
import { allocatedBytes } from './allocation.ts';
import { type AnnouncedLane, announcedLane } from './announced-lane.ts';
import type { Measurement, Operation } from './operation.ts';
import type { Size } from './size.ts';
import { PLAN_US } from './mixed-flow.ts';
import { repeated, timed } from './rounds.ts';

const SIZES = {
  full: { orders: 10_000, symbols: 100, rounds: 50 },
  smoke: { orders: 100, symbols: 10, rounds: 10 },
} as const;
const THRESHOLDS = { EXECUTION_SPEED: 0.5, SLIPPAGE: 8, MARKET_IMPACT: 20 };
/** Of the plan: nothing is filled by then, so that the default SLOW_EXECUTION holds. */
const BEHIND_SHARE = 0.5;
const HOLD_SECONDS = 5;

export const alertEvaluation: Operation = {
  run(size) {
    const { orders } = SIZES[size];
    const calm = announcedLane(SIZES[size]);
    const behind = announcedLane(SIZES[size]);
    const given = announcedLane(SIZES[size]);
    for (let orderNo = 0; orderNo < orders; orderNo++) given.lane.feed.session(orderNo, orderNo % SIZES[size].symbols, given.flow.us, THRESHOLDS);
    for (const { lane, flow } of [behind, given]) {
      for (let second = 0; second < HOLD_SECONDS; second++) lane.feed.tick(flow.us + PLAN_US * BEHIND_SHARE + second * US_PER_SECOND);
      lane.publish();
    }
    const faults: string[] = [];
    for (let orderNo = 0; orderNo < orders; orderNo++) {
      const firing = [calm, behind, given].map(({ lane }) => lane.cell(orderNo, 'ALERTS_FIRING'));
      if (firing[0] !== 0 || firing[1] !== 1 || firing[2] !== 1) faults.push(`order ${orderNo}: alerts firing are ${firing.join(', ')}`);
    }
    return {
      measurements: [
        evaluation(size, 'alert evaluation, default rules, calm', calm),
        evaluation(size, 'alert evaluation, default rules, behind its plan', behind),
        evaluation(size, 'alert evaluation, three thresholds', given),
      ],
      faults,
    };
  },
};

function evaluation(size: Size, what: string, { lane }: AnnouncedLane): Measurement {
  const { orders, rounds } = SIZES[size];
  const run = (): void => {
    for (let round = 0; round < rounds; round++) {
      for (let orderNo = 0; orderNo < orders; orderNo++) evaluateAlerts(lane.shard, orderNo, orderNo * lane.orders.rowDoubles);
    }
  };
  const ns = repeated(size, timed(rounds * orders, run));
  return { what, ns, bytes: allocatedBytes(run) / (rounds * orders) };
}
