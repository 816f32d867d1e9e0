/**
 * Many WebSocket subscribers: how many frames a second reach them from the service, beside the library's own publish in a bare
 * server with frames of the same size; and what a socket costs in memory.
 *
 * A sweep is one fill of every order, in one batch. The next one leaves when every subscriber has the update of the last, so
 * that nothing is conflated and the frames of both sides are the same. (An update that no fill has caused lets the next sweep
 * leave early; it is a frame like the others. What was shown last is compared with the ledger in any case.)
 */

import { setTimeout as sleep } from 'node:timers/promises';

import { RemoteCalls } from '../load/remote-calls.ts';
import type { ReceiverCalls } from '../load/receiver-process.ts';
import { monotonicUs } from '../measure/clock.ts';
import { type CpuReaders, type CpuSeconds, processCpu } from '../measure/cpu.ts';
import { median, ratiosOf, spreadOf } from '../measure/ratios.ts';
import { residentMemory } from '../measure/resident-memory.ts';
import { socketRoom } from '../measure/socket-room.ts';
import { fixed } from '../report/table.ts';
import { type ReadyChild, startReadyChild } from '../targets/ready-child.ts';
import type { ServiceTarget } from '../targets/service-target.ts';
import type { BatchesSpec } from '../workload/batches.ts';
import { ledgerOf, makeFills, orderIdOf } from '../workload/fills.ts';
import type { Bench } from './bench.ts';
import { type Scenario, type ScenarioReport, type Size, tell } from './scenario.ts';

interface Plan {
  readonly sockets: number;
  readonly orderCount: number;
  readonly symbolCount: number;
  readonly sweeps: number;
  /** Sweeps before them that are not measured. */
  readonly warmupSweeps: number;
}

const PLANS: Readonly<Record<Size, Plan>> = {
  smoke: { sockets: 60, orderCount: 20, symbolCount: 10, sweeps: 4, warmupSweeps: 1 },
  default: { sockets: 10_000, orderCount: 1_000, symbolCount: 100, sweeps: 30, warmupSweeps: 3 },
  full: { sockets: 10_000, orderCount: 1_000, symbolCount: 100, sweeps: 150, warmupSweeps: 10 },
};

const RECEIVERS = 2;
const RATIO_MIN = 0.7;
const KIB_PER_SOCKET_MAX = 32;
const BYTES_PER_KIB = 1_024;
const US_PER_SECOND = 1_000_000;
const FAULTS_MAX = 10;
const LAST_UPDATES_US_MAX = 10_000_000;
const LAST_UPDATES_POLL_MS = 50;
const PUBLISH_FLOOR = new URL('../floor/publish-main.js', import.meta.url);

/** Who sends the frames. */
interface Side {
  readonly name: 'service' | 'publish';
  readonly url: string;
  readonly cpu: CpuReaders;
  residentBytes(): number;
}

interface FanOutRound {
  readonly target: Side['name'];
  readonly pair: number;
  readonly sockets: number;
  readonly updates: number;
  readonly framesPerSecond: number;
  readonly frameBytes: number;
  /** CPU of the server alone. */
  readonly cpuUsPerFrame: number;
  readonly residentBytesPerSocket: number;
  readonly loadSeconds: number;
  readonly cpu: CpuSeconds;
  readonly faults: readonly string[];
}

export const fanOut: Scenario = {
  asks: `${fixed(PLANS.full.sockets, 0)} subscribers on ${fixed(PLANS.full.orderCount, 0)} orders: frames a second beside the library's own publish, memory of a socket`,
  async run(question) {
    const { bench, size, pairs } = question;
    const plan = PLANS[size];
    const room = socketRoom();
    const sockets = Math.min(plan.sockets, room.descriptors, room.ports);
    const service = await bench.targets.freshService();
    const receivers = Array.from({ length: RECEIVERS }, () => new RemoteCalls<ReceiverCalls>(new URL('../load/receiver-process.js', import.meta.url)));
    const rounds: FanOutRound[] = [];
    let publish: ReadyChild | undefined;
    try {
      const round = async (side: Side, pair: number): Promise<void> => void rounds.push(await runRound(bench, side, { ...plan, sockets }, receivers, pair, service));
      const ofService: Side = { name: 'service', url: service.url, cpu: service.cpu, residentBytes: () => service.memory().bytes };
      for (let pair = 0; pair < pairs; pair++) {
        if (publish === undefined) {
          // The first round of the service says how long its frames are.
          await round(ofService, pair);
          publish = await startReadyChild('fan-out floor', PUBLISH_FLOOR, [`--frame-bytes=${Math.round(rounds[0]!.frameBytes)}`]);
        } else if (pair % 2 === 0) await round(ofService, pair);
        const { url, pid } = publish;
        await round({ name: 'publish', url, cpu: { 'fan-out floor': () => processCpu(pid) }, residentBytes: () => residentMemory(pid).bytes }, pair);
        if (pair % 2 === 1) await round(ofService, pair);
      }
    } finally {
      await Promise.all([publish?.stop(), ...receivers.map((each) => each.stop())]);
    }
    return reportOf(plan, sockets, rounds, await bench.targets.stop(service));
  },
};

async function runRound(bench: Bench, side: Side, plan: Plan, receivers: readonly RemoteCalls<ReceiverCalls>[], pair: number, service: ServiceTarget): Promise<FanOutRound> {
  const { sockets, orderCount, symbolCount, sweeps, warmupSweeps } = plan;
  const sweepCount = warmupSweeps + sweeps + 1;
  const spec: BatchesSpec = {
    roundId: `fan-out-${pair}-${side.name}`, seed: pair + 1, fillCount: sweepCount * orderCount, orderCount, symbolCount,
    areInTurns: true, door: 'ws-msgpack', batchEvents: orderCount, lanes: 1, quotesPerFill: 0,
  };
  const isService = side.name === 'service';
  const ledger = ledgerOf(spec, makeFills(spec));
  if (isService) await service.announce(spec, ledger);
  const pathOf = (socketNo: number): string => `/api/v1/monitoring/${orderIdOf(spec, socketNo % orderCount)}/stream`;
  const pathsOf = (receiverNo: number): string[] => Array.from({ length: sockets }, (_, socketNo) => socketNo).filter((socketNo) => socketNo % receivers.length === receiverNo).map(pathOf);

  const residentBefore = side.residentBytes();
  await bench.generator.call('openSweeps', { url: side.url, spec, checkAnswers: true });
  await Promise.all(receivers.map((receiver, receiverNo) => receiver.call('open', { url: side.url, paths: pathsOf(receiverNo) })));
  const faults: string[] = [];
  /** Returns when the last subscriber had it. */
  const sweep = async (sweepNo: number): Promise<number> => {
    const [fault, ...atUs] = await Promise.all([bench.generator.call('sweep', sweepNo), ...receivers.map((receiver) => receiver.call('allHave', sweepNo + 1))]);
    if (fault !== undefined) faults.push(fault);
    return Math.max(...atUs);
  };
  const counted = async (): Promise<{ updates: number; bytes: number }> => {
    const each = await Promise.all(receivers.map((receiver) => receiver.call('counted', undefined)));
    return { updates: each.reduce((sum, { updates }) => sum + updates, 0), bytes: each.reduce((sum, { updateBytes }) => sum + updateBytes, 0) };
  };
  for (let sweepNo = 0; sweepNo < warmupSweeps; sweepNo++) await sweep(sweepNo);

  const before = await counted();
  const readers = Object.fromEntries(receivers.map(({ pid }, receiverNo) => [`receiver ${receiverNo + 1}`, () => processCpu(pid)]));
  const cpuSince = bench.countCpu({ ...side.cpu, ...readers });
  const startUs = monotonicUs();
  let endUs = startUs;
  for (let sweepNo = warmupSweeps; sweepNo < warmupSweeps + sweeps; sweepNo++) endUs = await sweep(sweepNo);
  const cpu = cpuSince();
  const residentAfter = side.residentBytes();
  const after = await counted();
  const updates = after.updates - before.updates;

  await Promise.all(receivers.map((receiver) => receiver.call('keepLast', undefined)));
  await sweep(sweepCount - 1);
  if (isService) faults.push(...(await lastFaults(receivers, (socketNo) => ledger[socketNo % orderCount]!.filledQuantity)));
  if (isService) faults.push(...(await service.check({ ledger, fillCount: spec.fillCount, sentBytes: 0 })).faults);
  await Promise.all([...receivers.map((receiver) => receiver.call('close', undefined)), bench.generator.call('closeSweeps', undefined)]);
  if (isService) await service.settle();
  const loadSeconds = (endUs - startUs) / US_PER_SECOND;
  const round: FanOutRound = {
    target: side.name,
    pair,
    sockets,
    updates,
    framesPerSecond: updates / loadSeconds,
    frameBytes: (after.bytes - before.bytes) / updates,
    cpuUsPerFrame: (cpu[isService ? 'service' : 'fan-out floor']! * US_PER_SECOND) / updates,
    residentBytesPerSocket: (residentAfter - residentBefore) / sockets,
    loadSeconds,
    cpu,
    faults: faults.slice(0, FAULTS_MAX),
  };
  tell(`fan-out ${side.name}, pair ${pair}`, `${fixed(round.framesPerSecond, 0)} frames/s of ${fixed(round.frameBytes, 0)} bytes to ${sockets} sockets`, faults);
  return round;
}

/** Whether the newest update of each subscriber shows everything, at last. */
async function lastFaults(receivers: readonly RemoteCalls<ReceiverCalls>[], filledQuantityOf: (socketNo: number) => number): Promise<string[]> {
  const untilUs = monotonicUs() + LAST_UPDATES_US_MAX;
  for (;;) {
    const faults = await lastFaultsNow(receivers, filledQuantityOf);
    if (faults.length === 0 || monotonicUs() > untilUs) return faults;
    await sleep(LAST_UPDATES_POLL_MS);
  }
}

async function lastFaultsNow(receivers: readonly RemoteCalls<ReceiverCalls>[], filledQuantityOf: (socketNo: number) => number): Promise<string[]> {
  const lasts = await Promise.all(receivers.map((receiver) => receiver.call('lastUpdates', undefined)));
  return lasts.flatMap((texts, receiverNo) =>
    texts.flatMap((text, place) => {
      const socketNo = place * receivers.length + receiverNo;
      const shown = text === '' ? undefined : (JSON.parse(text) as { filled_quantity: number }).filled_quantity;
      return shown === filledQuantityOf(socketNo) ? [] : [`socket ${socketNo} was last shown ${shown}, the ledger has ${filledQuantityOf(socketNo)}`];
    }),
  );
}

function reportOf(plan: Plan, sockets: number, rounds: readonly FanOutRound[], faultsAtEnd: readonly string[]): ScenarioReport {
  const of = (name: Side['name']): FanOutRound[] => rounds.filter(({ target }) => target === name).sort((a, b) => a.pair - b.pair);
  const [services, publishes] = [of('service'), of('publish')];
  const pairsOf = (value: (round: FanOutRound) => number) => services.map((service, i) => ({ a: value(service), b: value(publishes[i]!) }));
  const middle = (side: readonly FanOutRound[], value: (round: FanOutRound) => number, decimals: number): string => fixed(median(side.map(value)), decimals);
  const rows = ([['service', services], ["the library's publish", publishes]] as const).map(([name, side]) => [
    name,
    middle(side, ({ framesPerSecond }) => framesPerSecond, 0),
    middle(side, ({ frameBytes }) => frameBytes, 0),
    middle(side, ({ cpuUsPerFrame }) => cpuUsPerFrame, 2),
    fixed(side[0]!.residentBytesPerSocket / BYTES_PER_KIB, 1),
  ]);
  const unlike = sockets < plan.sockets ? `${sockets} sockets` : undefined;
  return {
    title: `FAN-OUT: ${fixed(sockets, 0)} WebSocket subscribers on ${fixed(plan.orderCount, 0)} orders, ${plan.sweeps} fills of each order, median of the rounds`,
    tables: [{ head: ['frames/s', 'bytes a frame', 'server CPU us a frame', 'KiB a socket, first round'], rows }],
    notes: [
      `readers: ${RECEIVERS} processes on the same cores that count frames and parse none`,
      'memory: what the server grew by from before the first socket to after the last fill; buffers of the kernel not included',
      ...(sockets < plan.sockets ? [`ONLY ${sockets} SOCKETS: this machine has no room for ${plan.sockets} (open files, ports of loopback)`] : []),
    ],
    figures: [
      { what: 'fan-out frames/s, service/publish', figure: ratiosOf(pairsOf(({ framesPerSecond }) => framesPerSecond)), limit: RATIO_MIN, isLeast: true, unlike },
      { what: 'fan-out frames per server CPU, service/publish', figure: ratiosOf(pairsOf(({ cpuUsPerFrame }) => 1 / cpuUsPerFrame)), limit: RATIO_MIN, isLeast: true, unlike },
      { what: 'KiB a socket', figure: spreadOf([services[0]!.residentBytesPerSocket / BYTES_PER_KIB]), limit: KIB_PER_SOCKET_MAX, isLeast: false, unit: 'KiB' },
    ],
    cpu: [{ head: 'fan-out, service', rounds: services }, { head: 'fan-out, publish', rounds: publishes }],
    plots: [],
    faults: [...rounds.flatMap(({ target, pair, faults }) => faults.map((fault) => `${target}, fan-out, pair ${pair}: ${fault}`)), ...faultsAtEnd],
    rounds,
  };
}
