/**
 * One round of steady load against one target: batches through one door at planned times, each fill followed to its answer
 * and, for some of the orders, to the update that shows it; and GET status asked meanwhile.
 */

import type { Histogram } from 'hdr-histogram-js';

import { monotonicUs } from '../measure/clock.ts';
import type { CpuReaders, CpuSeconds } from '../measure/cpu.ts';
import { record } from '../measure/latencies.ts';
import type { Target, TargetName } from '../targets/target.ts';
import type { Door } from '../workload/batches.ts';
import { ledgerOf } from '../workload/fills.ts';
import { planSteady, type SteadySpec } from '../workload/steady.ts';
import type { Bench } from './bench.ts';

export interface SteadyPlanSize {
  readonly batchEvents: number;
  readonly lanes: number;
  readonly orderCount: number;
  readonly symbolCount: number;
  /** So many of the orders are followed by a WebSocket. */
  readonly followedCount: number;
  readonly warmupSeconds: number;
  readonly probesPerSecond: number;
  /** QUOTES_PER_FILL without it. */
  readonly quotesPerFill?: number;
}

export interface SteadyLoadSize {
  readonly door: Door;
  readonly fillsPerSecond: number;
  readonly measuredSeconds: number;
  readonly seed: number;
}

export interface SteadyRound extends SteadyLoadSize {
  readonly target: TargetName;
  readonly fillCount: number;
  readonly fillToUpdate: Histogram;
  readonly fillToAnswer: Histogram;
  readonly generatorLag: Histogram;
  readonly getStatus: Histogram;
  /** Updates that came more than SLOW_MS after the planned time of their fill. */
  readonly slowUpdates: number;
  /** Of the fills of followed orders, those that an update has shown. */
  readonly deliveredShare: number;
  /** From the last planned send time to the last answer. */
  readonly drainMs: number;
  readonly retries: number;
  readonly settleSeconds: number;
  readonly loadSeconds: number;
  readonly cpu: CpuSeconds;
  readonly faults: readonly string[];
}

/** No update may take longer. */
export const SLOW_MS = 100;

const US_PER_SECOND = 1_000_000;
const US_PER_MS = 1_000;
/** From giving the start time to the start: every process must be waiting by then. */
const START_AFTER_US = 300_000;
/** How long updates may come after the last planned fill. */
const UPDATES_US_MAX = 30_000_000;

export interface SteadyBeside {
  /** What begins the ids of orders that the target knows already; without it new ones are announced. */
  readonly announced?: string;
  /** Of who is at work beside the round. */
  readonly cpu?: CpuReaders;
  /** When the last fill is answered and shown, before the answers are looked at. */
  afterLoad?(): Promise<void>;
}

export async function runSteadyRound(bench: Bench, target: Target, plan: SteadyPlanSize, load: SteadyLoadSize, { announced, cpu: besideCpu, afterLoad }: SteadyBeside = {}): Promise<SteadyRound> {
  const { door, fillsPerSecond } = load;
  const spec = steadySpec(announced ?? bench.nextRoundId(`steady-${door}`, target), plan, load);
  const { fills, fillDueUs } = planSteady(spec);
  const ledger = ledgerOf(spec, fills);
  const { url } = target;
  if (announced === undefined) await target.announce(spec, ledger);
  await bench.generator.call('prepareSteady', spec);
  await bench.subscriber.call('open', { url, spec, followedCount: plan.followedCount, reading: target.reading });

  const cpuSince = bench.countCpu({ ...target.cpu, ...besideCpu });
  const startUs = monotonicUs() + START_AFTER_US;
  const loadUs = (spec.fillCount / fillsPerSecond) * US_PER_SECOND;
  const [sent, shown, probed] = await Promise.all([
    bench.generator.call('steady', { url, startUs, checkAnswers: target.countsEvents }),
    bench.subscriber.call('finish', { startUs, untilUs: startUs + loadUs + UPDATES_US_MAX }),
    bench.subscriber.call('probe', {
      url,
      orderIds: ledger.map(({ orderId }) => orderId),
      requestsPerSecond: plan.probesPerSecond,
      requestCount: Math.ceil((loadUs / US_PER_SECOND) * plan.probesPerSecond),
      startUs,
    }),
  ]);
  const cpu = cpuSince();
  const loadSeconds = (monotonicUs() - startUs) / US_PER_SECOND;
  await afterLoad?.();

  const { faults } = await target.check({ ledger, fillCount: spec.fillCount, sentBytes: sent.sentBytes });
  const followedFills = fills.orderNos.reduce((count, orderNo) => count + (orderNo < plan.followedCount ? 1 : 0), 0);
  /** Fills of the warm-up are left out. */
  const measured = (us: Float64Array): Float64Array => us.filter((_, fillNo) => fillDueUs[fillNo]! >= spec.warmupUs);
  const updateUs = measured(shown.shownUs.map((us, fillNo) => us - fillDueUs[fillNo]!));
  return {
    ...load,
    target: target.name,
    fillCount: spec.fillCount,
    fillToUpdate: record(updateUs, 0),
    slowUpdates: updateUs.filter((us) => us > SLOW_MS * US_PER_MS).length,
    fillToAnswer: record(measured(sent.acknowledgedUs), 0),
    generatorLag: record(measured(sent.lagUs), 0),
    getStatus: record(probed.answeredUs, Math.floor(plan.warmupSeconds * plan.probesPerSecond)),
    deliveredShare: followedFills === 0 ? 1 : 1 - shown.missing / followedFills,
    drainMs: sent.drainUs / US_PER_MS,
    retries: sent.retries,
    settleSeconds: await target.settle(),
    loadSeconds,
    cpu,
    faults: [
      ...(shown.missing > 0 ? [`${shown.missing} of ${followedFills} fills were never shown by an update`] : []),
      ...sent.faults, ...shown.faults, ...probed.faults, ...faults,
    ],
  };
}

/** What a round sends: the same for the same arguments, so that its orders can be announced long before it. */
export function steadySpec(roundId: string, plan: SteadyPlanSize, { door, fillsPerSecond, measuredSeconds, seed }: SteadyLoadSize): SteadySpec {
  return {
    roundId,
    seed,
    fillCount: Math.ceil((plan.warmupSeconds + measuredSeconds) * fillsPerSecond),
    orderCount: plan.orderCount,
    symbolCount: plan.symbolCount,
    door,
    batchEvents: plan.batchEvents,
    lanes: plan.lanes,
    fillsPerSecond,
    ...(plan.quotesPerFill === undefined ? {} : { quotesPerFill: plan.quotesPerFill }),
    warmupUs: plan.warmupSeconds * US_PER_SECOND,
  };
}
