/**
 * Very many orders in one service: how long they take to load through the API, what memory and database they need, whether
 * random ones are answered right, and how fills and questions do among them.
 */

import { createApi } from '../../test/support/api.ts';
import { type OrdersOutcome, orderIdAt, quantityAt } from '../load/order-load.ts';
import { monotonicUs } from '../measure/clock.ts';
import type { CpuSeconds } from '../measure/cpu.ts';
import { summarize } from '../measure/latencies.ts';
import { spreadOf } from '../measure/ratios.ts';
import { plainSteady } from '../report/steady-results.ts';
import { fixed } from '../report/table.ts';
import { randomNumbers } from '../workload/random-numbers.ts';
import { type Scenario, type ScenarioReport, type Size, tell } from './scenario.ts';
import { runSteadyRound, type SteadyRound } from './steady-round.ts';

interface Plan {
  readonly orders: number;
  readonly symbolCount: number;
  readonly asked: number;
  readonly fillsPerSecond: number;
  readonly measuredSeconds: number;
  /** How long the database may take to have them all. */
  readonly storedMsMax: number;
}

const PLANS: Readonly<Record<Size, Plan>> = {
  smoke: { orders: 3_000, symbolCount: 100, asked: 50, fillsPerSecond: 100, measuredSeconds: 0.5, storedMsMax: 60_000 },
  default: { orders: 100_000, symbolCount: 1_000, asked: 2_000, fillsPerSecond: 500, measuredSeconds: 4, storedMsMax: 120_000 },
  full: { orders: 1_000_000, symbolCount: 1_000, asked: 5_000, fillsPerSecond: 500, measuredSeconds: 10, storedMsMax: 900_000 },
};

const PREFIX = 'million';
const BATCH_ORDERS = 2_000;
const STEADY = { orderCount: 1_000, batchEvents: 25, lanes: 4, followedCount: 50, warmupSeconds: 0.2, probesPerSecond: 100 } as const;
const DOOR = 'ws-msgpack';
/** How long the last of what was acknowledged may take to be seen. */
const SEEN_MS_MAX = 60_000;
const BYTES_PER_ORDER_MAX = 1_024;
const FAULTS_MAX = 10;
const US_PER_SECOND = 1_000_000;
const BYTES_PER_MIB = 2 ** 20;

interface MillionRound extends OrdersOutcome {
  readonly orders: number;
  readonly residentBytesBefore: number;
  readonly residentBytesAfter: number;
  readonly storedSeconds: number;
  readonly cpu: CpuSeconds;
  /** Until the database had everything. */
  readonly loadSeconds: number;
  readonly steady: SteadyRound;
}

export const millionOrders: Scenario = {
  asks: `${fixed(PLANS.full.orders, 0)} orders loaded and served (${fixed(PLANS.default.orders, 0)} without --full): time, memory, answers of random ones`,
  async run({ bench, size }) {
    const plan = PLANS[size];
    const service = await bench.targets.freshService();
    const residentBytesBefore = service.memory().bytes;
    const cpuSince = bench.countCpu(service.cpu);
    const startUs = monotonicUs();
    const loaded = await bench.generator.call('loadOrders', { url: service.url, prefix: PREFIX, orderCount: plan.orders, symbolCount: plan.symbolCount, batchOrders: BATCH_ORDERS });
    const storedSeconds = await service.stored(plan.storedMsMax);
    const loadSeconds = (monotonicUs() - startUs) / US_PER_SECOND;
    const cpu = cpuSince();
    const residentBytesAfter = service.memory().bytes;
    const faults = [...loaded.faults, ...(await wrongAnswers(service.url, plan))];
    if (Number.isNaN(storedSeconds)) faults.push(`the database has not got every row in ${plan.storedMsMax / 1_000} s`);
    tell('million-orders', `${fixed(plan.orders, 0)} orders in ${fixed(loaded.seconds, 1)} s, stored ${fixed(storedSeconds, 1)} s later`, faults);
    const load = { door: DOOR, fillsPerSecond: plan.fillsPerSecond, measuredSeconds: plan.measuredSeconds, seed: 1 } as const;
    const steady = await runSteadyRound(bench, service, { ...STEADY, symbolCount: plan.symbolCount }, load, { announced: PREFIX });
    const faultsAtEnd = await bench.targets.stop(service);
    return reportOf({ ...loaded, orders: plan.orders, residentBytesBefore, residentBytesAfter, storedSeconds, cpu, loadSeconds, steady, faults: [...faults, ...steady.faults, ...faultsAtEnd] });
  },
};

/** Asks for random orders, and for the last one until it is there. */
async function wrongAnswers(url: string, { orders, asked }: Plan): Promise<string[]> {
  const api = createApi(url);
  const next = randomNumbers(1);
  const faults: string[] = [];
  const untilUs = monotonicUs() + SEEN_MS_MAX * 1_000;
  const orderNos = [orders - 1, ...Array.from({ length: asked }, () => Math.floor(next() * orders))];
  for (const orderNo of orderNos) {
    const orderId = orderIdAt({ prefix: PREFIX }, orderNo);
    let answer = await api.status(orderId).catch((error: unknown) => error as Error);
    while (answer instanceof Error && monotonicUs() < untilUs) answer = await api.status(orderId).catch((error: unknown) => error as Error);
    if (answer instanceof Error) faults.push(`order ${orderId}: ${answer.message}`);
    else if (answer.order_id !== orderId || answer.quantity !== quantityAt(orderNo) || answer.state !== 'NEW' || answer.filled_quantity !== 0) {
      faults.push(`order ${orderId}: ${answer.order_id} ${answer.state} ${answer.filled_quantity} of ${answer.quantity}, it was announced with ${quantityAt(orderNo)}`);
    }
    if (faults.length === FAULTS_MAX) break;
  }
  return faults;
}

function reportOf(round: MillionRound): ScenarioReport {
  const { orders, seconds, retries, residentBytesBefore, residentBytesAfter, storedSeconds, steady, faults } = round;
  const [update, get] = [summarize(steady.fillToUpdate), summarize(steady.getStatus)];
  const bytesPerOrder = (residentBytesAfter - residentBytesBefore) / orders;
  const mib = (bytes: number): string => fixed(bytes / BYTES_PER_MIB, 0);
  return {
    title: `MANY ORDERS: ${fixed(orders, 0)} announced through the fast door, then ${fixed(steady.fillsPerSecond, 0)} fills/s among them`,
    tables: [
      {
        head: ['loaded in s', 'orders/s', 'refused and sent again', 'stored after s', 'resident MiB before', 'after', 'bytes an order', 'update P99 ms', 'GET status P99 ms'],
        rows: [['service', fixed(seconds, 1), fixed(orders / seconds, 0), String(retries), fixed(storedSeconds, 1), mib(residentBytesBefore), mib(residentBytesAfter), fixed(bytesPerOrder, 0), fixed(update.p99Ms, 2), fixed(get.p99Ms, 2)]],
      },
    ],
    notes: ['bytes an order: what the service grew by, with what its heap keeps free and what storage holds; bench:micro has what an order itself keeps'],
    figures: [{ what: `resident bytes an order, ${fixed(orders, 0)} orders`, figure: spreadOf([bytesPerOrder]), limit: BYTES_PER_ORDER_MAX, isLeast: false, unit: 'bytes' }],
    cpu: [{ head: 'loading and storing', rounds: [round] }, { head: 'fills among them', rounds: [steady] }],
    plots: [],
    faults: faults.map((fault) => `million-orders: ${fault}`),
    rounds: { ...round, steady: plainSteady(steady) },
  };
}
