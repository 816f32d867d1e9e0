/**
 * Engine alone: from a filled mailbox to the published state, fills and quotes 1:4 on 10,000 active orders, through
 * ShardAgent.doWork; against the naive object engine on the same events. Filling, collecting garbage in between and emptying
 * the rows' ring are outside the time.
 */

import { OrderCell } from '../../engine/orders/order-row.ts';
import { allocatedBytes } from './allocation.ts';
import { collectGarbage } from './collector.ts';
import { MixedFlow, type FlowSpec } from './mixed-flow.ts';
import { NaiveLane } from './naive-lane.ts';
import { bytesBelow, type Measurement, type Operation, type Outcome, rateAtLeast, ratioAtLeast } from './operation.ts';
import type { Size } from './size.ts';
import { interleaved, repeated, type Round } from './rounds.ts';
import { type Rows, ShardLane } from './shard-lane.ts';
import { threadNs } from './thread-clock.ts';

const EVENTS_PER_SECOND_MIN = 2_000_000;
const NAIVE_RATIO_MIN = 3;
const BYTES_LIMIT = 1;
/** Rounding of the two ways to divide by the plan's length. */
const TOLERANCE = 1e-12;

interface Plan extends FlowSpec {
  /** What fits into a mailbox. */
  readonly chunkEvents: number;
  readonly chunks: number;
}

const PLANS: Readonly<Record<Size, Plan>> = {
  full: { symbols: 100, orders: 10_000, chunkEvents: 320_000, chunks: 3 },
  smoke: { symbols: 10, orders: 100, chunkEvents: 4_000, chunks: 1 },
};

export const engineAlone: Operation = {
  run(size) {
    const plan = PLANS[size];
    const discarded = runAgainstNaive(size, plan);
    const encoded = new EngineSide(plan, 'encoded');
    const ns = repeated(size, encoded.round);
    const bytes = encoded.bytesPerEvent();
    const eager = new NaiveSide(plan, 'eager');
    const eagerEvents = plan.chunkEvents / 10;
    const eagerNs = repeated(size, () => eager.load(eagerEvents).timeNs() / eagerEvents);
    return {
      measurements: [
        ...discarded.measurements,
        { what: 'engine alone, rows encoded into their ring', ns, bytes },
        { what: 'naive engine that recomputes at each quote', ns: eagerNs },
      ],
      faults: discarded.faults,
    };
  },
};

function runAgainstNaive(size: Size, plan: Plan): Outcome {
  const engine = new EngineSide(plan, 'discarded');
  const naive = new NaiveSide(plan, 'lazy');
  const { a, b, ratio: inverse } = interleaved(size, naive.round, engine.round);
  const ratio = { ...inverse, of: 'naive ns / engine ns' };
  const bytes = engine.bytesPerEvent();
  const naiveBytes = naive.bytesPerEvent();
  const measurements: Measurement[] = [
    {
      what: 'engine alone, rows discarded',
      ns: b,
      bytes,
      ratio,
      targets: [rateAtLeast(b, EVENTS_PER_SECOND_MIN), ratioAtLeast(ratio, NAIVE_RATIO_MIN), bytesBelow(bytes, BYTES_LIMIT)],
    },
    { what: 'naive engine', ns: a, bytes: naiveBytes },
  ];
  return { measurements, faults: differences(plan, engine.lane, naive.lane) };
}

abstract class Side {
  private readonly plan: Plan;
  protected abstract readonly flow: MixedFlow;

  constructor(plan: Plan) {
    this.plan = plan;
  }

  abstract publish(): void;

  load(events: number): this {
    this.flow.send(events);
    collectGarbage();
    return this;
  }

  timeNs(): number {
    const startNs = threadNs();
    this.publish();
    return threadNs() - startNs;
  }

  readonly round: Round = () => {
    const { chunks, chunkEvents } = this.plan;
    let ns = 0;
    for (let chunk = 0; chunk < chunks; chunk++) {
      ns += this.load(chunkEvents).timeNs();
      this.afterwards();
    }
    return ns / (chunks * chunkEvents);
  };

  /** Allocated in a round like the others. */
  bytesPerEvent(): number {
    const { chunks, chunkEvents } = this.plan;
    let bytes = 0;
    for (let chunk = 0; chunk < chunks; chunk++) {
      this.load(chunkEvents);
      bytes += allocatedBytes(() => this.publish());
      this.afterwards();
    }
    return bytes / (chunks * chunkEvents);
  }

  protected afterwards(): void {}
}

class EngineSide extends Side {
  readonly lane: ShardLane;
  protected readonly flow: MixedFlow;

  constructor(plan: Plan, rows: Rows) {
    super(plan);
    this.lane = new ShardLane(plan.orders, rows);
    this.flow = new MixedFlow(plan, this.lane.feed);
    this.flow.announce();
    this.lane.publish();
    this.afterwards();
  }

  override publish(): void {
    this.lane.publish();
  }

  protected override afterwards(): void {
    this.lane.emptyRows();
  }
}

class NaiveSide extends Side {
  readonly lane: NaiveLane;
  protected readonly flow: MixedFlow;

  constructor(plan: Plan, recomputes: 'lazy' | 'eager') {
    super(plan);
    this.lane = new NaiveLane(recomputes);
    this.flow = new MixedFlow(plan, this.lane);
    this.flow.announce();
    this.lane.publish();
  }

  override publish(): void {
    this.lane.publish();
  }
}

const SAME_NUMBERS = [
  ['FILLED_QUANTITY', 'filledQuantity'],
  ['AVERAGE_PRICE', 'averagePrice'],
  ['EXECUTION_PROGRESS', 'executionProgress'],
  ['EXPECTED_PROGRESS', 'expectedProgress'],
  ['EXECUTION_SPEED', 'executionSpeed'],
  ['FILL_RATE', 'fillRate'],
  ['SLIPPAGE_BPS', 'slippageBps'],
  ['MARKET_IMPACT_BPS', 'marketImpactBps'],
  ['PERFORMANCE_SCORE', 'performanceScore'],
] as const;

/** The numbers in which both disagree, for all orders. */
function differences(plan: Plan, engine: ShardLane, naive: NaiveLane): string[] {
  const faults: string[] = [];
  for (let orderNo = 0; orderNo < plan.orders; orderNo++) {
    const view = naive.engine.orders.get(`O${orderNo}`)!.view;
    for (const [cell, field] of SAME_NUMBERS) {
      const ours = engine.cell(orderNo, cell as keyof typeof OrderCell);
      const theirs = view[field];
      const isSame = Object.is(ours, theirs) || Math.abs(ours - theirs) <= TOLERANCE * Math.max(1, Math.abs(theirs));
      if (!isSame) faults.push(`O${orderNo} ${field}: engine ${ours}, naive ${theirs}`);
    }
  }
  return faults;
}
