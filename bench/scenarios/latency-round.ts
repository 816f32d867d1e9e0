/**
 * One round of open-loop latency against one target: fills at a fixed rate, each followed from its planned time to the
 * update that shows it and to the answer of its request.
 */

import type { Histogram } from 'hdr-histogram-js';
import { setTimeout as sleep } from 'node:timers/promises';

import { monotonicUs } from '../measure/clock.ts';
import type { CpuSeconds } from '../measure/cpu.ts';
import { record } from '../measure/latencies.ts';
import type { Target, TargetName } from '../targets/target.ts';
import { ledgerOf, makeFills } from '../workload/fills.ts';
import { firstMeasuredFill, type OpenLoopSpec, plannedFillUs } from '../workload/timetable.ts';
import type { Bench } from './bench.ts';

export interface LatencyPlan {
  readonly fillsPerSecond: number;
  readonly measuredSeconds: number;
  readonly warmupSeconds: number;
  readonly orderCount: number;
  readonly symbolCount: number;
  readonly connections: number;
}

export interface LatencyRound {
  readonly target: TargetName;
  readonly pair: number;
  readonly fillCount: number;
  readonly measuredFills: number;
  /** Fills that an update has shown over those sent, warm-up included. */
  readonly deliveredShare: number;
  readonly fillToUpdate: Histogram;
  readonly fillToAnswer: Histogram;
  readonly generatorLag: Histogram;
  readonly quoteCount: number;
  readonly updateFrames: number;
  readonly otherFrames: number;
  readonly receivedBytes: number;
  readonly waitingMax: number;
  readonly retries: number;
  readonly settleSeconds: number;
  /** Seconds of load that `cpu` is about, warm-up included. */
  readonly loadSeconds: number;
  readonly cpu: CpuSeconds;
  readonly faults: readonly string[];
}

const US_PER_SECOND = 1_000_000;
/** From giving the start time to the start: every process must be waiting by then. */
const START_AFTER_US = 300_000;
/** How long updates may come after the last planned fill. */
const UPDATES_US_MAX = 10_000_000;
const PAUSE_MS = 300;

export async function runLatencyRound(bench: Bench, target: Target, plan: LatencyPlan, pair: number): Promise<LatencyRound> {
  const spec: OpenLoopSpec = {
    roundId: bench.nextRoundId('latency', target),
    seed: pair + 1,
    fillCount: Math.round((plan.warmupSeconds + plan.measuredSeconds) * plan.fillsPerSecond),
    orderCount: plan.orderCount,
    symbolCount: plan.symbolCount,
    fillsPerSecond: plan.fillsPerSecond,
    warmupUs: plan.warmupSeconds * US_PER_SECOND,
  };
  const ledger = ledgerOf(spec, makeFills(spec));
  const { url } = target;
  await target.announce(spec, ledger);
  await bench.subscriber.call('open', { url, spec, followedCount: spec.orderCount, reading: target.reading });
  await sleep(PAUSE_MS);

  const cpuSince = bench.countCpu();
  const startUs = monotonicUs() + START_AFTER_US;
  const untilUs = startUs + (spec.fillCount / spec.fillsPerSecond) * US_PER_SECOND + UPDATES_US_MAX;
  const [sent, shown] = await Promise.all([
    bench.generator.call('openLoop', { url, spec, connections: plan.connections, startUs, checkAnswers: target.countsEvents }),
    bench.subscriber.call('finish', { startUs, untilUs }),
  ]);
  const cpu = cpuSince();
  const loadSeconds = (monotonicUs() - startUs) / US_PER_SECOND;

  const { faults } = await target.check({ ledger, fillCount: spec.fillCount, sentBytes: sent.sentBytes });
  const { missing } = shown;
  const first = firstMeasuredFill(spec);
  return {
    target: target.name,
    pair,
    fillCount: spec.fillCount,
    measuredFills: spec.fillCount - first,
    deliveredShare: 1 - missing / spec.fillCount,
    fillToUpdate: record(shown.shownUs.map((us, fillNo) => us - plannedFillUs(spec, fillNo)), first),
    fillToAnswer: record(sent.acknowledgedUs, first),
    generatorLag: record(sent.lagUs, first),
    quoteCount: sent.quoteCount,
    updateFrames: shown.updateFrames,
    otherFrames: shown.otherFrames,
    receivedBytes: shown.receivedBytes,
    waitingMax: sent.waitingMax,
    retries: sent.retries,
    settleSeconds: await target.settle(),
    loadSeconds,
    cpu,
    faults: [...(missing > 0 ? [`${missing} of ${spec.fillCount} fills were never shown by an update`] : []), ...sent.faults, ...shown.faults, ...faults],
  };
}
