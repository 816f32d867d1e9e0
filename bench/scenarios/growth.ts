/**
 * Services with more and more active orders, each given the same load: what an event costs and how long a fill takes to its
 * update should not grow with the orders that are there.
 *
 * Each service is a process of its own with a database of its own. While one is measured the others are stopped (SIGSTOP), so
 * that the work that they do each second is not in its figures; its own is. Fills go to as many orders in each of them, so that
 * as many updates are looked at; quotes go to all symbols, on which all the others stand.
 */

import { setTimeout as sleep } from 'node:timers/promises';

import { storedMonitoringRows } from '../database/stored-rows.ts';
import { monotonicUs } from '../measure/clock.ts';
import { merge, percentileCurve, summarize } from '../measure/latencies.ts';
import { median, type RatioSummary, ratiosOf } from '../measure/ratios.ts';
import { percentilePlot } from '../report/percentile-plot.ts';
import { plainSteady } from '../report/steady-results.ts';
import { fixed, ratioText } from '../report/table.ts';
import { pause } from '../targets/pause.ts';
import type { ServiceTarget } from '../targets/service-target.ts';
import { QUOTES_PER_FILL } from '../workload/events.ts';
import type { Bench } from './bench.ts';
import { type Question, type Scenario, type ScenarioReport, type Size, tell } from './scenario.ts';
import { runSteadyRound, type SteadyPlanSize, type SteadyRound } from './steady-round.ts';

interface Plan extends Omit<SteadyPlanSize, 'orderCount'> {
  /** Active orders of each service, rising. */
  readonly populations: readonly number[];
  readonly fillsPerSecond: number;
  readonly measuredSeconds: number;
  /** Before each round: what a service has to catch up with after it was stopped. */
  readonly restMs: number;
  /** How long each is looked at without a load. */
  readonly idleMs: number;
}

const PLANS: Readonly<Record<Size, Plan>> = {
  smoke: {
    populations: [20, 200], fillsPerSecond: 100, measuredSeconds: 0.5, warmupSeconds: 0.2, restMs: 0, idleMs: 100,
    symbolCount: 10, batchEvents: 50, lanes: 2, followedCount: 10, probesPerSecond: 20,
  },
  default: {
    populations: [1_000, 10_000, 100_000], fillsPerSecond: 500, measuredSeconds: 4, warmupSeconds: 1, restMs: 2_000, idleMs: 2_000,
    symbolCount: 100, batchEvents: 25, lanes: 4, followedCount: 50, probesPerSecond: 50,
  },
  full: {
    populations: [1_000, 10_000, 100_000], fillsPerSecond: 500, measuredSeconds: 15, warmupSeconds: 2, restMs: 2_000, idleMs: 5_000,
    symbolCount: 100, batchEvents: 25, lanes: 4, followedCount: 50, probesPerSecond: 50,
  },
};

const DOOR = 'ws-msgpack';
const GROWTH_MAX = 1.3;
const BATCH_ORDERS = 2_000;
const US_PER_SECOND = 1_000_000;

interface Populated {
  readonly population: number;
  readonly service: ServiceTarget;
  goOn(): void;
}

interface GrowthRound {
  readonly population: number;
  readonly pair: number;
  readonly steady: SteadyRound;
  /** CPU of the service, microseconds an event. */
  readonly cpuUsPerEvent: number;
  /** Cores that the service uses without a load. */
  readonly idleCores: number;
  /** Rows of the monitoring table that came meanwhile, a second of the load: whether storage has more to do too. */
  readonly monitoringRowsPerSecond: number;
}

export const growth: Scenario = {
  asks: `${PLANS.full.populations.map((each) => fixed(each, 0)).join(' -> ')} active orders at the same load: CPU of an event, fill -> update`,
  async run(question) {
    const plan = PLANS[question.size];
    const { bench, pairs } = question;
    const populated = await populate(bench, plan, pairs);
    const rounds: GrowthRound[] = [];
    const faults: string[] = [];
    try {
      for (let pair = 0; pair < pairs; pair++) {
        for (const each of pair % 2 === 0 ? populated : populated.toReversed()) rounds.push(await runRound(question, plan, each, pair));
      }
    } finally {
      for (const { service, goOn } of populated) {
        goOn();
        faults.push(...(await bench.targets.stop(service)));
      }
    }
    return reportOf(plan, rounds, faults);
  },
};

const prefixOf = (population: number, pair: number): string => `growth-${population}-${pair}`;

/** Orders that get the fills of a round: those of the least population, shared out to the rounds. */
const filledOrders = ({ populations }: Plan, pairs: number): number => Math.floor(populations[0]! / pairs);

/** Starts the services, gives each its orders, those of each round and the others, and stops them until they are measured. */
async function populate({ targets, generator }: Bench, plan: Plan, pairs: number): Promise<Populated[]> {
  const { populations, symbolCount } = plan;
  const populated = await Promise.all(populations.map(async (population) => ({ population, service: await targets.freshService(), goOn: (): void => undefined })));
  for (const { population, service } of populated) {
    const load = async (prefix: string, orderCount: number): Promise<void> => {
      const { faults } = await generator.call('loadOrders', { url: service.url, prefix, orderCount, symbolCount, batchOrders: BATCH_ORDERS });
      if (faults.length > 0) throw new Error(`orders were not taken: ${faults[0]}`);
    };
    for (let pair = 0; pair < pairs; pair++) await load(prefixOf(population, pair), filledOrders(plan, pairs));
    await load(`growth-${population}-others`, population - pairs * filledOrders(plan, pairs));
    await service.stored();
  }
  return populated.map((each) => ({ ...each, goOn: pause([each.service.pid]) }));
}

async function runRound({ bench, pairs }: Question, plan: Plan, populated: Populated, pair: number): Promise<GrowthRound> {
  const load = { door: DOOR, fillsPerSecond: plan.fillsPerSecond, measuredSeconds: plan.measuredSeconds, seed: pair + 1 } as const;
  const { population, service } = populated;
  populated.goOn();
  await sleep(plan.restMs);
  const idleSince = bench.countCpu(service.cpu);
  const idleFromUs = monotonicUs();
  await sleep(plan.idleMs);
  const idleCores = (idleSince()['service']! * US_PER_SECOND) / (monotonicUs() - idleFromUs);
  const orderCount = filledOrders(plan, pairs);
  const rowsBefore = await storedMonitoringRows(service.databaseUrl);
  const steady = await runSteadyRound(bench, service, { ...plan, orderCount, followedCount: Math.min(plan.followedCount, orderCount) }, load, { announced: prefixOf(population, pair) });
  await service.stored();
  const monitoringRowsPerSecond = ((await storedMonitoringRows(service.databaseUrl)) - rowsBefore) / steady.loadSeconds;
  populated.goOn = pause([service.pid]);
  const cpuUsPerEvent = (steady.cpu['service']! * US_PER_SECOND) / (steady.fillCount * (1 + QUOTES_PER_FILL));
  tell(`growth, ${fixed(population, 0)} orders, pair ${pair}`, `${fixed(cpuUsPerEvent, 1)} us of CPU an event, fill -> update P99 ${fixed(summarize(steady.fillToUpdate).p99Ms, 2)} ms`, steady.faults);
  return { population, pair, steady, cpuUsPerEvent, idleCores, monitoringRowsPerSecond };
}

function reportOf(plan: Plan, rounds: readonly GrowthRound[], faultsAtEnd: readonly string[]): ScenarioReport {
  const { populations } = plan;
  const [least, most] = [populations[0]!, populations.at(-1)!];
  const at = (population: number): GrowthRound[] => rounds.filter((round) => round.population === population).sort((a, b) => a.pair - b.pair);
  const ratioOf = (population: number, value: (round: GrowthRound) => number): RatioSummary => ratiosOf(at(population).map((round, i) => ({ a: value(round), b: value(at(least)[i]!) })));
  const cpuOf = ({ cpuUsPerEvent }: GrowthRound): number => cpuUsPerEvent;
  const cpuOverIdle = ({ cpuUsPerEvent, idleCores, steady }: GrowthRound): number => cpuUsPerEvent - (idleCores * steady.loadSeconds * US_PER_SECOND) / (steady.fillCount * (1 + QUOTES_PER_FILL));
  const databaseOf = ({ steady }: GrowthRound): number => steady.cpu['database']! / steady.loadSeconds;
  const p99Of = ({ steady }: GrowthRound): number => summarize(steady.fillToUpdate).p99Ms;
  const curveOf = (population: number) => percentileCurve(merge(at(population).map(({ steady }) => steady.fillToUpdate)));
  const rows = populations.map((population) => {
    const middle = (value: (round: GrowthRound) => number, decimals: number): string => fixed(median(at(population).map(value)), decimals);
    const ratios = population === least ? ['', ''] : [ratioText(ratioOf(population, cpuOf)), ratioText(ratioOf(population, p99Of))];
    return [
      `${fixed(population, 0)} active orders`, middle(cpuOf, 1), middle(cpuOverIdle, 1), middle(({ idleCores }) => idleCores, 2), middle(databaseOf, 2),
      middle(({ monitoringRowsPerSecond }) => monitoringRowsPerSecond, 0), middle(({ steady }) => steady.settleSeconds, 1),
      middle(p99Of, 2), middle(({ steady }) => summarize(steady.getStatus).p99Ms, 2), ...ratios,
    ];
  });
  const head = ['CPU us an event', 'of it above idle', 'idle cores', 'database cores', 'monitoring rows/s', 'stored after s', 'update P99 ms', 'GET status P99 ms', `CPU to ${fixed(least, 0)}`, `P99 to ${fixed(least, 0)}`];
  return {
    title: `GROWTH: the same ${fixed(plan.fillsPerSecond, 0)} fills/s and ${fixed(plan.fillsPerSecond * QUOTES_PER_FILL, 0)} quotes/s on ${fixed(plan.symbolCount, 0)} symbols, whatever orders are there`,
    tables: [{ head, rows }],
    notes: ['CPU an event: all that the service used during the load over the events, the work of each second on idle orders included'],
    figures: [
      { what: `CPU an event, ${fixed(most, 0)}/${fixed(least, 0)} active orders`, figure: ratioOf(most, cpuOf), limit: GROWTH_MAX, isLeast: false },
      { what: `fill -> update P99, ${fixed(most, 0)}/${fixed(least, 0)} active orders`, figure: ratioOf(most, p99Of), limit: GROWTH_MAX, isLeast: false },
    ],
    cpu: populations.map((population) => ({ head: `${fixed(population, 0)} orders`, rounds: at(population).map(({ steady }) => steady) })),
    plots: [percentilePlot('Fill to update by active orders', populations.map((population) => ({ name: `${fixed(population, 0)} orders`, curve: curveOf(population) })))],
    faults: [...rounds.flatMap(({ population, steady }) => steady.faults.map((fault) => `growth, ${population} orders: ${fault}`)), ...faultsAtEnd],
    rounds: rounds.map((round) => ({ ...round, steady: plainSteady(round.steady) })),
  };
}
