/**
 * Three times the highest held rate, for a while: what is shed, whether anything acknowledged is lost, and how soon fills are
 * shown as fast as before.
 *
 * A small load of its own, one fill a request, runs before, during and after it on connections of its own; its latencies by
 * the second tell. It is back when the P99 of a second is no worse than that of the worst second before.
 */

import type { PlotSeries } from '../../simulation/realism/svg-plot.ts';
import { storedFills } from '../database/stored-rows.ts';
import type { GeneratorCalls } from '../load/generator-process.ts';
import type { OverloadOutcome } from '../load/overload.ts';
import { RemoteCalls } from '../load/remote-calls.ts';
import { monotonicUs } from '../measure/clock.ts';
import { type CpuSeconds, processCpu } from '../measure/cpu.ts';
import { record, summarize } from '../measure/latencies.ts';
import { spreadOf } from '../measure/ratios.ts';
import { logRange } from '../report/percentile-plot.ts';
import { fixed } from '../report/table.ts';
import { type BatchesSpec, type Door, isSocketDoor } from '../workload/batches.ts';
import { QUOTES_PER_FILL } from '../workload/events.ts';
import { ledgerOf, makeFills } from '../workload/fills.ts';
import { type OpenLoopSpec, plannedFillUs } from '../workload/timetable.ts';
import { type Question, type Scenario, type ScenarioReport, type Size, tell } from './scenario.ts';

interface Plan {
  readonly doors: readonly Door[];
  readonly beforeSeconds: number;
  readonly overloadSeconds: number;
  readonly afterSeconds: number;
  /** Of the small load. */
  readonly fillsPerSecond: number;
  readonly symbolCount: number;
}

const PLANS: Readonly<Record<Size, Plan>> = {
  smoke: { doors: ['ws-msgpack'], beforeSeconds: 1, overloadSeconds: 1, afterSeconds: 1, fillsPerSecond: 50, symbolCount: 20 },
  default: { doors: ['http-json', 'ws-msgpack'], beforeSeconds: 5, overloadSeconds: 10, afterSeconds: 12, fillsPerSecond: 200, symbolCount: 100 },
  full: { doors: ['http-json', 'ws-msgpack'], beforeSeconds: 10, overloadSeconds: 60, afterSeconds: 15, fillsPerSecond: 200, symbolCount: 100 },
};

/** Times the held rate. */
const FACTOR = 3;
/** Batches that are ready, of those that the held rate would take: all that are planned, for a target may take more than it holds. */
const READY_FACTOR = FACTOR;
/** Above it the generator has offered less than is said. */
const MISSING_SHARE_MAX = 0.1;
const BATCH_EVENTS = 200;
/** Over HTTP a connection has one batch in flight, over the WebSocket as many as it has credit for. */
const HTTP_LANES = 100;
const SOCKET_LANES = 20;
const SMALL_LOAD = { orderCount: 50, symbolCount: 20, connections: 20 } as const;
const BACK_SECONDS_MAX = 10;
const START_AFTER_US = 500_000;
const UPDATES_US_MAX = 30_000_000;
const MEMORY_POLL_MS = 200;
const US_PER_SECOND = 1_000_000;
const BYTES_PER_MIB = 2 ** 20;

export interface OverloadRound extends Omit<OverloadOutcome, 'acknowledged'> {
  readonly door: Door;
  readonly heldFillsPerSecond: number;
  readonly acknowledgedFills: number;
  /** P99 of fill -> update of the small load, by the second of its planned time. */
  readonly p99MsBySecond: readonly number[];
  readonly retriesOfSmallLoad: number;
  /** From the end of the overload to the end of the first second that is as before; NaN when there is none. */
  readonly backSeconds: number;
  readonly residentBytesBefore: number;
  readonly residentBytesMax: number;
  readonly settleSeconds: number;
  readonly loadSeconds: number;
  readonly cpu: CpuSeconds;
}

export const overload: Scenario = {
  asks: `${FACTOR} times the held rate for ${PLANS.full.overloadSeconds} s (${PLANS.default.overloadSeconds} s without --full): what is shed, back to normal within ${BACK_SECONDS_MAX} s, nothing acknowledged lost`,
  async run(question) {
    const plan = PLANS[question.size];
    const rounds: OverloadRound[] = [];
    for (const door of plan.doors) for (let pair = 0; pair < question.pairs; pair++) rounds.push(await runRound(question, plan, door, pair));
    return reportOf(plan, rounds);
  },
};

async function runRound({ bench, heldRate }: Question, plan: Plan, door: Door, pair: number): Promise<OverloadRound> {
  const service = await bench.targets.service();
  const heldFillsPerSecond = await heldRate(door);
  const { url } = service;
  const fillsPerBatch = BATCH_EVENTS / (1 + QUOTES_PER_FILL);
  const load: BatchesSpec = {
    roundId: bench.nextRoundId(`overload-${door}`, service),
    seed: pair + 1,
    fillCount: Math.ceil(READY_FACTOR * heldFillsPerSecond * plan.overloadSeconds),
    orderCount: plan.symbolCount,
    symbolCount: plan.symbolCount,
    door,
    batchEvents: BATCH_EVENTS,
    lanes: Math.min(plan.symbolCount, isSocketDoor(door) ? SOCKET_LANES : HTTP_LANES),
  };
  const small: OpenLoopSpec = {
    ...SMALL_LOAD,
    roundId: bench.nextRoundId('overload-small', service),
    seed: pair + 1,
    fillCount: Math.round((plan.beforeSeconds + plan.overloadSeconds + plan.afterSeconds) * plan.fillsPerSecond),
    fillsPerSecond: plan.fillsPerSecond,
    warmupUs: 0,
  };
  const fills = makeFills(load);
  const smallLedger = ledgerOf(small, makeFills(small));
  await service.announce(load, ledgerOf(load, fills));
  await service.announce(small, smallLedger);
  await bench.generator.call('prepareOverload', load);
  await bench.subscriber.call('open', { url, spec: small, followedCount: small.orderCount, reading: service.reading });

  const smallGenerator = new RemoteCalls<GeneratorCalls>(new URL('../load/generator-process.js', import.meta.url));
  const residentBytesBefore = service.memory().bytes;
  let residentBytesMax = residentBytesBefore;
  const watching = setInterval(() => (residentBytesMax = Math.max(residentBytesMax, service.memory().bytes)), MEMORY_POLL_MS);
  const cpuSince = bench.countCpu({ ...service.cpu, 'generator of the small load': () => processCpu(smallGenerator.pid) });
  const startUs = monotonicUs() + START_AFTER_US;
  const endUs = startUs + plannedFillUs(small, small.fillCount);
  const [sent, sentSmall, shown] = await Promise.all([
    bench.generator.call('overload', {
      url,
      startUs: startUs + plan.beforeSeconds * US_PER_SECOND,
      seconds: plan.overloadSeconds,
      batchesPerSecond: (FACTOR * heldFillsPerSecond) / fillsPerBatch,
    }),
    smallGenerator.call('openLoop', { url, spec: small, connections: SMALL_LOAD.connections, startUs, checkAnswers: true }),
    bench.subscriber.call('finish', { startUs, untilUs: endUs + UPDATES_US_MAX }),
  ]).finally(() => {
    clearInterval(watching);
    return smallGenerator.stop();
  });
  const loadSeconds = (monotonicUs() - startUs) / US_PER_SECOND;
  const cpu = cpuSince();

  const { acknowledged, ...counted } = sent;
  const acknowledgedFills = acknowledged.reduce((sum, each) => sum + each, 0);
  const checks = [
    await service.check({ ledger: ledgerOf(load, fills, (fillNo) => acknowledged[fillNo] === 1), fillCount: acknowledgedFills, sentBytes: 0 }),
    await service.check({ ledger: smallLedger, fillCount: small.fillCount, sentBytes: 0 }),
  ];
  const settleSeconds = await service.stored();
  const stored = (await storedFills(service.databaseUrl, load.roundId)) + (await storedFills(service.databaseUrl, small.roundId));
  const p99MsBySecond = p99BySecond(small, shown.shownUs);
  const faults = [
    ...sent.faults, ...sentSmall.faults, ...shown.faults, ...checks.flatMap((check) => check.faults),
    ...(shown.missing > 0 ? [`${shown.missing} fills of the small load were never shown by an update`] : []),
    ...(stored === acknowledgedFills + small.fillCount ? [] : [`${stored} of ${acknowledgedFills + small.fillCount} acknowledged fills are stored`]),
  ];
  const backSeconds = secondsUntilBack(plan, p99MsBySecond);
  tell(
    `overload ${door}, ${fixed(FACTOR * heldFillsPerSecond, 0)} fills/s`,
    `${sent.acknowledgedBatches} batches acknowledged, ${sent.refusedBatches} refused, ${sent.heldBackBatches} held back; back after ${fixed(backSeconds, 0)} s`,
    faults,
  );
  return {
    ...counted, faults, door, heldFillsPerSecond, acknowledgedFills, p99MsBySecond, retriesOfSmallLoad: sentSmall.retries, backSeconds,
    residentBytesBefore, residentBytesMax, settleSeconds, loadSeconds, cpu,
  };
}

function p99BySecond(spec: OpenLoopSpec, shownUs: Float64Array): number[] {
  const seconds = Math.ceil(plannedFillUs(spec, spec.fillCount) / US_PER_SECOND);
  return Array.from({ length: seconds }, (_, second) => {
    const latencies: number[] = [];
    for (let fillNo = 0; fillNo < spec.fillCount; fillNo++) {
      const plannedUs = plannedFillUs(spec, fillNo);
      if (Math.floor(plannedUs / US_PER_SECOND) === second) latencies.push(shownUs[fillNo]! - plannedUs);
    }
    return summarize(record(Float64Array.from(latencies), 0)).p99Ms;
  });
}

/** The first second is the warm-up, unless it is the only one. */
function secondsUntilBack({ beforeSeconds, overloadSeconds }: Plan, p99MsBySecond: readonly number[]): number {
  const worstBefore = Math.max(...p99MsBySecond.slice(Math.min(1, beforeSeconds - 1), beforeSeconds));
  const place = p99MsBySecond.slice(beforeSeconds + overloadSeconds).findIndex((p99Ms) => p99Ms <= worstBefore);
  return place < 0 ? Number.NaN : place + 1;
}

function reportOf(plan: Plan, rounds: readonly OverloadRound[]): ScenarioReport {
  const { beforeSeconds, overloadSeconds, afterSeconds } = plan;
  const worst = (round: OverloadRound, from: number, to: number): string => fixed(Math.max(...round.p99MsBySecond.slice(from, to)), 1);
  const share = (batches: number, round: OverloadRound): string => `${fixed((100 * batches) / round.plannedBatches, 1)} %`;
  const rows = rounds.map((round) => [
    `${round.door} at ${fixed(FACTOR * round.heldFillsPerSecond, 0)} fills/s`,
    ...[round.acknowledgedBatches, round.refusedBatches, round.heldBackBatches, round.missingBatches].map((batches) => share(batches, round)),
    fixed(round.acknowledgedFills / overloadSeconds, 0),
    worst(round, Math.min(1, beforeSeconds - 1), beforeSeconds),
    worst(round, beforeSeconds, beforeSeconds + overloadSeconds),
    worst(round, beforeSeconds + overloadSeconds, Number.POSITIVE_INFINITY),
    fixed(round.backSeconds, 0),
    `${fixed(round.residentBytesBefore / BYTES_PER_MIB, 0)}..${fixed(round.residentBytesMax / BYTES_PER_MIB, 0)}`,
    fixed(round.settleSeconds, 1),
  ]);
  const head = ['acknowledged', 'refused', 'held back', 'not offered', 'acknowledged fills/s', 'P99 before', 'during', 'after', 'back after s', 'resident MiB', 'stored after s'];
  return {
    title: `OVERLOAD: ${FACTOR} times the highest held rate for ${overloadSeconds} s, ${beforeSeconds} s before and ${afterSeconds} s after it; P99 in ms of the worst second of a small load of ${plan.fillsPerSecond} fills/s`,
    tables: [{ head, rows }],
    notes: [
      'shares are of the planned batches; refused: answered 503 or overloaded; held back: not sent for lack of credit or of a free connection',
      'a small load whose request was answered 503 waits as it is told (Retry-After) and tries again; that is in its latency',
    ],
    figures: plan.doors.map((door) => ({
      what: `seconds until back after overload, ${door}`,
      // Never back in the time that was looked at is as bad as it gets.
      figure: spreadOf(rounds.filter((round) => round.door === door).map(({ backSeconds }) => (Number.isNaN(backSeconds) ? afterSeconds + 1 : backSeconds))),
      limit: BACK_SECONDS_MAX,
      isLeast: false,
      unit: 's',
      unlike: rounds.some((round) => round.door === door && round.missingBatches > MISSING_SHARE_MAX * round.plannedBatches) ? 'overload too small' : undefined,
    })),
    cpu: plan.doors.map((door) => ({ head: `overload ${door}, before and after included`, rounds: rounds.filter((round) => round.door === door) })),
    plots: plan.doors.map((door) => bySecondPlot(plan, door, rounds.filter((round) => round.door === door))),
    faults: rounds.flatMap(({ door, faults }) => faults.map((fault) => `overload ${door}: ${fault}`)),
    rounds,
  };
}

function bySecondPlot({ beforeSeconds, overloadSeconds }: Plan, door: Door, rounds: readonly OverloadRound[]): ScenarioReport['plots'][number] {
  const series = rounds.map(({ p99MsBySecond }, roundNo): PlotSeries => {
    const points = p99MsBySecond.map((y, x) => ({ x, y })).filter(({ y }) => Number.isFinite(y));
    return { name: `round ${roundNo + 1}`, style: 'line', colourNo: roundNo % 4, points };
  });
  const seconds = Math.max(...rounds.map(({ p99MsBySecond }) => p99MsBySecond.length));
  const range = logRange(series.flatMap(({ points }) => points.map(({ y }) => y)));
  const edge = (x: number): PlotSeries => ({ name: 'overload', style: 'dashed', colourNo: 4, points: [{ x, y: range.low }, { x, y: range.high }] });
  return {
    title: `P99 of fill -> update by the second, overload through ${door}`,
    x: { label: 's', scale: 'linear', low: 0, high: seconds },
    y: { label: 'P99 of the small load, ms', scale: 'log', ...range },
    series: [...series, edge(beforeSeconds), edge(beforeSeconds + overloadSeconds)],
  };
}
