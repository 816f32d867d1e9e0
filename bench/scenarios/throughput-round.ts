/** One round of closed-loop intake against one target: how many events a second it takes in batches, and shows. */

import { monotonicUs } from '../measure/clock.ts';
import type { CpuSeconds } from '../measure/cpu.ts';
import type { Target, TargetName } from '../targets/target.ts';
import type { BatchesSpec, Door } from '../workload/batches.ts';
import { QUOTES_PER_FILL } from '../workload/events.ts';
import { ledgerOf, makeFills } from '../workload/fills.ts';
import type { Bench } from './bench.ts';

export interface ThroughputPlan {
  readonly events: number;
  /** Share of the events that is not measured, at the beginning. */
  readonly warmupShare: number;
  readonly batchEvents: number;
  readonly lanes: number;
  readonly orderCount: number;
  readonly symbolCount: number;
}

export interface ThroughputRound {
  readonly target: TargetName;
  readonly door: Door;
  readonly pair: number;
  readonly events: number;
  readonly sentBytes: number;
  readonly measuredSeconds: number;
  /** Events answered as durable in a second. */
  readonly acknowledgedPerSecond: number;
  /** The same events over the time until all of them were in the answers of GET status; NaN where there is none. */
  readonly shownPerSecond: number;
  /** From when all was shown until the database had every row; NaN when that took too long. */
  readonly settleSeconds: number;
  readonly retries: number;
  /** Seconds of load that `cpu` is about, warm-up included. */
  readonly loadSeconds: number;
  readonly cpu: CpuSeconds;
  readonly faults: readonly string[];
}

const US_PER_SECOND = 1_000_000;
/** A floor is so much faster that one lap of the events would be too short to measure. It does not know them again. */
const FLOOR_LAPS = 2;

export async function runThroughputRound(bench: Bench, target: Target, plan: ThroughputPlan, door: Door, pair: number): Promise<ThroughputRound> {
  const spec: BatchesSpec = {
    roundId: bench.nextRoundId(`intake-${door}`, target),
    seed: pair + 1,
    fillCount: Math.ceil(plan.events / (1 + QUOTES_PER_FILL)),
    orderCount: plan.orderCount,
    symbolCount: plan.symbolCount,
    door,
    batchEvents: plan.batchEvents,
    lanes: plan.lanes,
  };
  const ledger = ledgerOf(spec, makeFills(spec));
  await target.announce(spec, ledger);
  await bench.generator.call('prepareClosedLoop', spec);

  const laps = target.countsEvents ? 1 : FLOOR_LAPS;
  const cpuSince = bench.countCpu();
  const startUs = monotonicUs();
  const sent = await bench.generator.call('closedLoop', {
    url: target.url,
    laps,
    warmupEvents: plan.events * laps * plan.warmupShare,
    checkAnswers: target.countsEvents,
  });
  const loadSeconds = (monotonicUs() - startUs) / US_PER_SECOND;
  const cpu = cpuSince();
  const { faults, shownAtUs } = await target.check({ ledger, fillCount: spec.fillCount * laps, sentBytes: sent.sentBytes });
  return {
    target: target.name,
    door,
    pair,
    events: sent.eventCount,
    sentBytes: sent.sentBytes,
    measuredSeconds: sent.measuredUs / US_PER_SECOND,
    acknowledgedPerSecond: (sent.measuredEvents / sent.measuredUs) * US_PER_SECOND,
    shownPerSecond: (sent.measuredEvents / (shownAtUs - sent.measuredFromUs)) * US_PER_SECOND,
    settleSeconds: await target.settle(),
    retries: sent.retries,
    loadSeconds,
    cpu,
    faults: [...sent.faults, ...faults],
  };
}
