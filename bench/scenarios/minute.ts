/**
 * A long round at half of the held rate, against the service and the floor in turns: is there ever an update that takes
 * longer than 100 ms? The floor says how many of them are the machine's.
 */

import type { Plot } from '../../simulation/realism/svg-plot.ts';
import { percentilePlot } from '../report/percentile-plot.ts';
import { fixed, ratioText } from '../report/table.ts';
import { merge, percentileCurve, summarize } from '../measure/latencies.ts';
import { ratiosOf, spreadOf } from '../measure/ratios.ts';
import type { Door } from '../workload/batches.ts';
import { type Pair, roundsOf, runPairs } from './pairs.ts';
import { type Question, type Scenario, type ScenarioReport, type Size, tell } from './scenario.ts';
import { runSteadyRound, SLOW_MS, type SteadyRound } from './steady-round.ts';
import { plainSteady } from '../report/steady-results.ts';

const SECONDS: Readonly<Record<Size, number>> = { smoke: 1, default: 20, full: 60 };
const SIDES = ['service', 'floor'] as const;

export const minute: Scenario = {
  asks: `${SECONDS.full} s at half of the held rate (${SECONDS.default} s without --full): updates over ${SLOW_MS} ms, beside the floor`,
  async run(question) {
    const pairsOf = new Map<Door, Pair<SteadyRound>[]>();
    for (const door of question.held.doors) pairsOf.set(door, await measured(question, door));
    return reportOf(question, pairsOf);
  },
};

async function measured({ bench, held, heldRate, pairs, size }: Question, door: Door): Promise<Pair<SteadyRound>[]> {
  const fillsPerSecond = Math.ceil((await heldRate(door)) / 2);
  const sides = [await bench.targets.service(), await bench.targets.floor()];
  return runPairs(sides, pairs, async (target, pair) => {
    const round = await runSteadyRound(bench, target, held, { door, fillsPerSecond, measuredSeconds: SECONDS[size], seed: pair + 1 });
    tell(`minute ${door} ${target.name}`, `${round.slowUpdates} of ${round.fillToUpdate.totalCount} updates over ${SLOW_MS} ms, at ${fillsPerSecond} fills/s`, round.faults);
    return round;
  });
}

function reportOf({ size }: Question, pairsOf: ReadonlyMap<Door, readonly Pair<SteadyRound>[]>): ScenarioReport {
  const doors = [...pairsOf];
  const plots: Plot[] = [];
  const rows: string[][] = [];
  for (const [door, pairs] of doors) {
    const all = SIDES.map((name) => merge(pairs.map((pair) => pair[name].fillToUpdate)));
    const fillsPerSecond = pairs[0]!.service.fillsPerSecond;
    SIDES.forEach((name, i) => {
      const { count, p50Ms, p99Ms, p999Ms, maxMs } = summarize(all[i]!);
      const slow = pairs.map((pair) => String(pair[name].slowUpdates));
      rows.push([`${door} at ${fixed(fillsPerSecond, 0)}, ${name}`, fixed(count, 0), ...[p50Ms, p99Ms, p999Ms, maxMs].map((ms) => fixed(ms, 2)), slow.join(' ')]);
    });
    plots.push(percentilePlot(`Fill to update, ${SECONDS[size]} s at ${fixed(fillsPerSecond, 0)} fills/s, ${door}`, SIDES.map((name, i) => ({ name, curve: percentileCurve(all[i]!) }))));
  }
  const maxMs = (round: SteadyRound): number => summarize(round.fillToUpdate).maxMs;
  return {
    title: `A MINUTE: ${SECONDS[size]} s at half of the held rate, fill -> update, ms of this run on this machine`,
    tables: [{ head: ['updates', 'P50', 'P99', 'P99.9', 'max', `over ${SLOW_MS} ms, by round`], rows }],
    notes: doors.map(([door, pairs]) => `${door}: slowest update, service/floor: ${ratioText(ratiosOf(pairs.map(({ service, floor }) => ({ a: maxMs(service), b: maxMs(floor) }))))}`),
    figures: doors.map(([door, pairs]) => ({
      what: `updates over ${SLOW_MS} ms in ${SECONDS[size]} s, ${door}`,
      figure: spreadOf(pairs.map(({ service }) => service.slowUpdates)),
      limit: 0,
      isLeast: false,
      unit: 'updates',
    })),
    cpu: doors.flatMap(([door, pairs]) => SIDES.map((name) => ({ head: `minute ${door}, ${name}`, rounds: pairs.map((pair) => pair[name]) }))),
    plots,
    faults: doors.flatMap(([door, pairs]) => roundsOf(pairs).flatMap(({ target, faults }) => faults.map((fault) => `${target}, minute ${door}: ${fault}`))),
    rounds: doors.flatMap(([, pairs]) => roundsOf(pairs).map(plainSteady)),
  };
}
