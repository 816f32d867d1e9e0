/**
 * The same load with the database at work and with all its processes stopped (SIGSTOP): intake, updates and questions must not
 * notice, and afterwards every row must be there once.
 */

import { storedFills } from '../database/stored-rows.ts';
import { childrenOf } from '../measure/cpu.ts';
import { summarize } from '../measure/latencies.ts';
import { median, type RatioSummary, ratiosOf, spreadOf } from '../measure/ratios.ts';
import { plainSteady, type SteadyLatency } from '../report/steady-results.ts';
import { fixed, ratioText } from '../report/table.ts';
import { pause } from '../targets/pause.ts';
import type { Door } from '../workload/batches.ts';
import { ledgerOf, makeFills } from '../workload/fills.ts';
import { type Question, type Scenario, type ScenarioReport, type Size, tell } from './scenario.ts';
import { runSteadyRound, type SteadyPlanSize, type SteadyRound, steadySpec } from './steady-round.ts';

interface Plan extends SteadyPlanSize {
  readonly fillsPerSecond: number;
  readonly measuredSeconds: number;
}

const PLANS: Readonly<Record<Size, Plan>> = {
  smoke: { orderCount: 20, symbolCount: 10, followedCount: 10, batchEvents: 50, lanes: 2, probesPerSecond: 20, warmupSeconds: 0.2, fillsPerSecond: 200, measuredSeconds: 0.5 },
  default: { orderCount: 100, symbolCount: 20, followedCount: 20, batchEvents: 50, lanes: 4, probesPerSecond: 100, warmupSeconds: 1, fillsPerSecond: 2_000, measuredSeconds: 8 },
  // More rows than memory has room for.
  full: { orderCount: 100, symbolCount: 20, followedCount: 20, batchEvents: 50, lanes: 4, probesPerSecond: 100, warmupSeconds: 1, fillsPerSecond: 15_000, measuredSeconds: 40 },
};

const BYTES_PER_MIB = 1 << 20;
const DOOR: Door = 'ws-msgpack';
const LATENCIES = { fillToAnswer: 'fill -> answer', fillToUpdate: 'fill -> update', getStatus: 'GET status' } as const satisfies Partial<Record<SteadyLatency, string>>;

interface StoppedRound {
  readonly isStopped: boolean;
  readonly pair: number;
  readonly steady: SteadyRound;
  /** Rows that waited when the load was over, of them those in files, and what the service had in RAM. */
  readonly heldRows: number;
  readonly spilledRows: number;
  readonly residentBytes: number;
  /** From the end of the load until the database had everything. */
  readonly storedSeconds: number;
  readonly faults: readonly string[];
}

export const databaseStopped: Scenario = {
  asks: `the same load with the database at work and stopped for ${PLANS.full.measuredSeconds} s: does intake wait, is every row there afterwards`,
  async run(question) {
    const plan = PLANS[question.size];
    const rounds: StoppedRound[] = [];
    for (let pair = 0; pair < question.pairs; pair++) {
      for (const isStopped of pair % 2 === 0 ? [false, true] : [true, false]) rounds.push(await runRound(question, plan, isStopped, pair));
    }
    return reportOf(plan, rounds);
  },
};

async function runRound({ bench }: Question, plan: Plan, isStopped: boolean, pair: number): Promise<StoppedRound> {
  const service = await bench.targets.service();
  const load = { door: DOOR, fillsPerSecond: plan.fillsPerSecond, measuredSeconds: plan.measuredSeconds, seed: pair + 1 } as const;
  const announced = bench.nextRoundId(`database-${isStopped ? 'stopped' : 'running'}`, service);
  const spec = steadySpec(announced, plan, load);
  await service.announce(spec, ledgerOf(spec, makeFills(spec)));
  await service.stored();
  let [heldRows, spilledRows, residentBytes, storedSeconds] = [0, 0, Number.NaN, Number.NaN];
  // Its backends are its children; none can come or go while it is stopped itself.
  const goOn = isStopped ? pause([service.databasePid, ...childrenOf(service.databasePid)]) : (): void => undefined;
  const afterLoad = async (): Promise<void> => {
    ({ held_rows: heldRows, spilled_rows: spilledRows } = (await service.health()).storage);
    residentBytes = service.memory().bytes;
    goOn();
    storedSeconds = await service.stored();
  };
  const steady = await runSteadyRound(bench, service, plan, load, { announced, afterLoad }).finally(goOn);
  const stored = await storedFills(service.databaseUrl, announced);
  const faults = [...steady.faults, ...(stored === steady.fillCount ? [] : [`${stored} of ${steady.fillCount} fills are stored`])];
  tell(`database ${isStopped ? 'stopped' : 'at work'}, pair ${pair}`, `fill -> answer P99 ${fixed(summarize(steady.fillToAnswer).p99Ms, 2)} ms, ${heldRows} rows held, ${spilledRows} of them in files, ${fixed(residentBytes / BYTES_PER_MIB, 0)} MiB resident, stored after ${fixed(storedSeconds, 1)} s`, faults);
  return { isStopped, pair, steady, heldRows, spilledRows, residentBytes, storedSeconds, faults };
}

function reportOf(plan: Plan, rounds: readonly StoppedRound[]): ScenarioReport {
  const of = (isStopped: boolean): StoppedRound[] => rounds.filter((round) => round.isStopped === isStopped).sort((a, b) => a.pair - b.pair);
  const [running, stopped] = [of(false), of(true)];
  const p99Of = ({ steady }: StoppedRound, name: keyof typeof LATENCIES): number => summarize(steady[name]).p99Ms;
  const ratioOf = (name: keyof typeof LATENCIES): RatioSummary => ratiosOf(stopped.map((round, i) => ({ a: p99Of(round, name), b: p99Of(running[i]!, name) })));
  const names = Object.keys(LATENCIES) as (keyof typeof LATENCIES)[];
  const rowOf = (title: string, side: readonly StoppedRound[]): string[] => [
    title,
    ...names.map((name) => fixed(median(side.map((round) => p99Of(round, name))), 2)),
    String(side.reduce((sum, { steady }) => sum + steady.retries, 0)),
    fixed(median(side.map(({ heldRows }) => heldRows)), 0),
    fixed(median(side.map(({ spilledRows }) => spilledRows)), 0),
    fixed(median(side.map(({ residentBytes }) => residentBytes / BYTES_PER_MIB)), 0),
    fixed(median(side.map(({ storedSeconds }) => storedSeconds)), 1),
  ];
  return {
    title: `THE DATABASE STOPPED for ${plan.warmupSeconds + plan.measuredSeconds} s at ${fixed(plan.fillsPerSecond, 0)} fills/s; P99 in ms of this run on this machine, median of the rounds`,
    tables: [
      {
        head: [...Object.values(LATENCIES), 'refused', 'rows held', 'in files', 'resident MiB', 'stored after s'],
        rows: [rowOf('at work', running), rowOf('stopped', stopped), ['stopped/at work', ...names.map((name) => ratioText(ratioOf(name))), '', '', '', '', '']],
      },
    ],
    notes: ['rows wait in the memory of the service, at most 400,000 or 64 MiB, beyond that in files (docs/operations.md)'],
    figures: [{ what: 'batches refused while the database was stopped', figure: spreadOf(stopped.map(({ steady }) => steady.retries)), limit: 0, isLeast: false, unit: 'batches' }],
    cpu: [{ head: 'at work', rounds: running.map(({ steady }) => steady) }, { head: 'stopped', rounds: stopped.map(({ steady }) => steady) }],
    plots: [],
    faults: rounds.flatMap(({ isStopped, faults }) => faults.map((fault) => `database ${isStopped ? 'stopped' : 'at work'}: ${fault}`)),
    rounds: rounds.map((round) => ({ ...round, steady: plainSteady(round.steady) })),
  };
}
