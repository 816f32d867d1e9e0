/**
 * One quote, and one fill, that come behind so many others of their symbol or order that are newer, beside one that comes in
 * time; as when feeds or drop copies are read side by side, or one of them catches up.
 */

import { PRICE_TICK } from '../workload/fills.ts';
import { type AnnouncedLane, announcedLane } from './announced-lane.ts';
import { collectGarbage } from './collector.ts';
import type { Measurement, Operation } from './operation.ts';
import { interleaved, type Round, timed } from './rounds.ts';
import type { Size } from './size.ts';

interface Plan {
  /** There before the first that is late, one a microsecond. */
  readonly before: number;
  /** In a round. */
  readonly inTime: number;
  readonly late: readonly { readonly count: number; readonly behind: number }[];
}

const SIZES: Readonly<Record<Size, { readonly quotes: Plan; readonly fills: Plan }>> = {
  full: {
    quotes: { before: 60_000, inTime: 150_000, late: [{ count: 100_000, behind: 1_500 }, { count: 100_000, behind: 16_000 }] },
    fills: { before: 30_000, inTime: 60_000, late: [{ count: 10_000, behind: 100 }, { count: 1_000, behind: 1_000 }, { count: 200, behind: 10_000 }] },
  },
  smoke: {
    quotes: { before: 3_000, inTime: 500, late: [{ count: 200, behind: 1_500 }] },
    fills: { before: 2_000, inTime: 500, late: [{ count: 50, behind: 100 }, { count: 50, behind: 1_000 }] },
  },
};
const ORDER_NO = 0;
const SYMBOL_NO = 0;
const QUANTITY = 100;
const PRICE = 6_401 * PRICE_TICK;
const MID_TICKS = 6_400;
const WANDER_TICKS = 9;

type Kind = 'quotes' | 'fills';

export const lateEvents: Operation = {
  run(size) {
    const faults: string[] = [];
    const measurements = (['quotes', 'fills'] as const).flatMap((kind) => measured(kind, size, faults));
    return { measurements, faults };
  },
};

function measured(kind: Kind, size: Size, faults: string[]): Measurement[] {
  const plan = SIZES[size][kind];
  const measurements: Measurement[] = [];
  for (const { count, behind } of plan.late) {
    const [late, inTime] = [new Side(kind, plan.before), new Side(kind, plan.before)];
    const { a, b, ratio } = interleaved(size, late.round(count, behind), inTime.round(plan.inTime, 0));
    for (const side of [late, inTime]) faults.push(...side.faults());
    const what = kind === 'quotes' ? 'one quote' : 'one fill';
    if (measurements.length === 0) measurements.push({ what: `${what} in time`, ns: b });
    measurements.push({ what: `${what}, ${behind.toLocaleString('en-US')} newer ones are there`, ns: a, ratio: { ...ratio, of: 'late / in time' } });
  }
  return measurements;
}

class Side {
  private readonly kind: Kind;
  private readonly side: AnnouncedLane = announcedLane({ symbols: 1, orders: 1 });
  private newestUs = this.side.flow.us;
  private sent = 0;
  /** Of the last quote in time. */
  private newestMid = Number.NaN;

  constructor(kind: Kind, before: number) {
    this.kind = kind;
    for (let i = 0; i < before; i++) this.send(0);
    this.side.lane.publish();
  }

  round(count: number, behind: number): Round {
    const { lane } = this.side;
    const apply = timed(count, () => lane.publish());
    return () => {
      for (let i = 0; i < count; i++) this.send(behind);
      collectGarbage();
      return apply();
    };
  }

  faults(): string[] {
    const { lane } = this.side;
    if (this.kind === 'fills') {
      const filled = lane.cell(ORDER_NO, 'FILLED_QUANTITY');
      return filled === this.sent * QUANTITY ? [] : [`${this.sent} fills of ${QUANTITY} add up to ${filled}`];
    }
    const { lastMid, lastUs } = lane.shard.market(SYMBOL_NO).quotes;
    return lastMid === this.newestMid && lastUs === this.newestUs ? [] : [`the newest of ${this.sent} quotes is not that of the market`];
  }

  private send(behind: number): void {
    const { feed } = this.side.lane;
    const us = behind === 0 ? ++this.newestUs : this.newestUs - behind;
    this.sent++;
    if (this.kind === 'fills') return feed.fill(ORDER_NO, SYMBOL_NO, us, QUANTITY, PRICE);
    const midTicks = MID_TICKS + (this.sent % WANDER_TICKS);
    if (behind === 0) this.newestMid = midTicks * PRICE_TICK;
    feed.quote(SYMBOL_NO, us, (midTicks - 1) * PRICE_TICK, (midTicks + 1) * PRICE_TICK);
  }
}
