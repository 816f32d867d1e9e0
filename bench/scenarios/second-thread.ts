/**
 * What the way of an update costs by itself: the floor, the floor with a second thread that its frames go through, the same with as
 * much CPU a fill on both threads as the service takes, and the service. Where the third is no better than the service, no
 * cleverness on the way of an update makes its percentiles better: less CPU would, or more cores.
 */

import { percentilePlot } from '../report/percentile-plot.ts';
import { plainSteady } from '../report/steady-results.ts';
import { fixed, ratioText } from '../report/table.ts';
import { merge, percentileCurve, summarize } from '../measure/latencies.ts';
import { ratiosOf } from '../measure/ratios.ts';
import type { SecondThreadWork } from '../floor/second-thread.ts';
import type { Target } from '../targets/target.ts';
import type { Door } from '../workload/batches.ts';
import { type Question, type Scenario, type ScenarioReport, tell } from './scenario.ts';
import { runSteadyRound, type SteadyRound } from './steady-round.ts';

const SIDES = ['floor', 'floor, second thread', 'the same, with CPU', 'service'] as const;
type Side = (typeof SIDES)[number];
type Rounds = Readonly<Record<Side, SteadyRound>>;

interface OfDoor {
  readonly door: Door;
  readonly fillsPerSecond: number;
  readonly work: SecondThreadWork;
  readonly turns: readonly Rounds[];
}

const US_PER_SECOND = 1_000_000;
const P99_TO_FLOOR_MAX = 2;

export const secondThread: Scenario = {
  asks: 'update and GET at half of the held rate beside a floor with a second thread, without and with as much CPU as the service takes',
  async run(question) {
    const doors: OfDoor[] = [];
    for (const door of question.held.doors) doors.push(await measured(question, door));
    return reportOf(doors);
  },
};

async function measured({ bench, held, heldRate, pairs }: Question, door: Door): Promise<OfDoor> {
  const fillsPerSecond = Math.ceil((await heldRate(door)) / 2);
  const [service, floor] = [await bench.targets.service(), await bench.targets.floor()];
  const round = async (side: string, target: Target, seed: number): Promise<SteadyRound> => {
    const result = await runSteadyRound(bench, target, held, { door, fillsPerSecond, measuredSeconds: held.halfRateSeconds, seed });
    const { p50Ms, p99Ms } = summarize(result.fillToUpdate);
    tell(`second-thread ${door} ${side}`, `update P50 ${fixed(p50Ms, 2)} P99 ${fixed(p99Ms, 2)} ms at ${fillsPerSecond} fills/s`, result.faults);
    return result;
  };
  const work = workBetween(await round('service', service, 1), await round('floor', floor, 1));
  const [alone, loaded] = [await bench.targets.floorWithSecondThread({ mainUs: 0, threadUs: 0 }), await bench.targets.floorWithSecondThread(work)];
  const targets: Readonly<Record<Side, Target>> = { floor, 'floor, second thread': alone, 'the same, with CPU': loaded, service };
  const turns: Rounds[] = [];
  for (let turn = 0; turn < pairs; turn++) {
    const rounds: Partial<Record<Side, SteadyRound>> = {};
    for (const side of turn % 2 === 0 ? SIDES : SIDES.toReversed()) rounds[side] = await round(side, targets[side], turn + 2);
    turns.push(rounds as Rounds);
  }
  for (const target of [loaded, alone]) await bench.targets.stop(target);
  return { door, fillsPerSecond, work, turns };
}

/** What the service takes more than the floor: that of its shards on the second thread, all else on the first. */
function workBetween(service: SteadyRound, floor: SteadyRound): SecondThreadWork {
  const usPerFill = ({ fillCount }: SteadyRound, seconds: number): number => (seconds * US_PER_SECOND) / fillCount;
  const threadUs = usPerFill(service, service.cpu['service shards'] ?? 0);
  const moreUs = usPerFill(service, service.cpu['service'] ?? 0) - usPerFill(floor, floor.cpu['floor'] ?? 0);
  return { mainUs: Math.max(0, moreUs - threadUs), threadUs };
}

function reportOf(doors: readonly OfDoor[]): ScenarioReport {
  const p99Of = ({ fillToUpdate }: SteadyRound): number => summarize(fillToUpdate).p99Ms;
  const getOf = ({ getStatus }: SteadyRound): number => summarize(getStatus).p99Ms;
  const rows = doors.flatMap(({ door, turns }) =>
    SIDES.map((side) => {
      const update = summarize(merge(turns.map((rounds) => rounds[side].fillToUpdate)));
      const get = summarize(merge(turns.map((rounds) => rounds[side].getStatus)));
      const ratio = (of: (round: SteadyRound) => number): string => ratioText(ratiosOf(turns.map((rounds) => ({ a: of(rounds[side]), b: of(rounds.floor) }))));
      return [`${door}, ${side}`, ...[update.p50Ms, update.p99Ms, update.p999Ms].map((ms) => fixed(ms, 2)), ratio(p99Of), fixed(get.p99Ms, 2), ratio(getOf)];
    }),
  );
  return {
    title: 'A SECOND THREAD: fill -> update and GET status at half of the held rate, ms of this run on this machine',
    tables: [{ head: ['P50', 'P99', 'P99.9', 'P99 to the floor', 'GET P99', 'to the floor'], rows }],
    notes: doors.map(({ door, fillsPerSecond, work: { mainUs, threadUs } }) => `${door}: ${fixed(fillsPerSecond, 0)} fills/s; CPU added to a fill of the floor: ${fixed(mainUs, 1)} us on its main thread, ${fixed(threadUs, 1)} us on the second`),
    figures: doors.map(({ door, turns }) => ({
      what: `fill -> update P99, service/floor in turns with a second thread, ${door}`,
      figure: ratiosOf(turns.map((rounds) => ({ a: p99Of(rounds.service), b: p99Of(rounds.floor) }))),
      limit: P99_TO_FLOOR_MAX,
      isLeast: false,
    })),
    cpu: doors.flatMap(({ door, turns }) => SIDES.map((side) => ({ head: `${door}, ${side}`, rounds: turns.map((rounds) => rounds[side]) }))),
    plots: doors.map(({ door, turns }) =>
      percentilePlot(`Fill to update at half of the held rate, ${door}`, SIDES.map((side) => ({ name: side, curve: percentileCurve(merge(turns.map((rounds) => rounds[side].fillToUpdate))) }))),
    ),
    faults: doors.flatMap(({ door, turns }) => turns.flatMap((rounds) => SIDES.flatMap((side) => rounds[side].faults.map((fault) => `${side}, ${door}: ${fault}`)))),
    rounds: doors.map(({ door, work, turns }) => ({ door, work, turns: turns.map((rounds) => Object.fromEntries(SIDES.map((side) => [side, plainSteady(rounds[side])]))) })),
  };
}
