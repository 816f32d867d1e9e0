/** The results as text. Absolute figures are always said to be of this run and this machine. */

import { median } from '../measure/ratios.ts';
import { QUOTES_PER_FILL } from '../workload/events.ts';
import { roundsOf } from '../scenarios/pairs.ts';
import { cpuLines, noiseLines } from './print-cpu.ts';
import { scenarioLines } from './print-scenario.ts';
import { halfRateLines, heldLines } from './print-steady.ts';
import { targetLines } from './print-targets.ts';
import { LATENCIES, PERCENTILES, type Results } from './results.ts';
import { fixed, ratioText, table } from './table.ts';

const LATENCY_NAMES: Readonly<Record<(typeof LATENCIES)[number], string>> = {
  fillToUpdate: 'fill -> update',
  fillToAnswer: 'fill -> answer (durable)',
  generatorLag: 'of it: generator late',
};
const PERCENTILE_NAMES = ['P50', 'P90', 'P99', 'P99.9', 'max'];
/** What the specification demands of fill -> update. */
const REQUIRED_P99_MS = 100;

export function printed(results: Results): string {
  return [
    '',
    ...headLines(results),
    '',
    ...latencyLines(results),
    ...throughputLines(results),
    ...(results.held.length === 0 ? [] : [...heldLines(results), '']),
    ...(results.halfRate.length === 0 ? [] : [...halfRateLines(results), '']),
    ...cpuLines(results),
    ...Object.values(results.scenarios).flatMap(scenarioLines),
    ...targetLines(results),
    ...noiseLines(results),
    ...verdictLines(results),
    '',
  ].join('\n');
}

function headLines({ machine, options }: Results): string[] {
  return [
    `execution monitor ${machine.commit}, ${machine.at}, size ${options.size}, ${options.pairs} rounds of each target in the order A B C C B A`,
    `${machine.cores} cores ${machine.cpu}, ${machine.memoryGib} GiB, Linux ${machine.kernel}, Node ${machine.node}, load before ${fixed(machine.loadBefore, 2)}`,
    `the floor ${options.floorWithout.length === 0 ? 'logs, pushes and stores a row a fill, as does the naive service' : `is without ${options.floorWithout.join(', ')}, as is the naive service`}; the service always with storage`,
    ...(options.profileDir === undefined ? [] : ['the service ran under its profiler: slower than it is']),
  ];
}

function latencyLines(results: Results): string[] {
  if (results.latencyRounds.length === 0) return [];
  const { fillsPerSecond, orderCount, symbolCount, measuredSeconds, warmupSeconds, connections } = results.options.latency;
  return [
    'LATENCY, open loop, from the planned send time; ms of this run on this machine',
    latencyTable(results),
    ...latencyNotes(results),
    `  ${fillsPerSecond} fills/s and ${fillsPerSecond * QUOTES_PER_FILL} quotes/s, ${orderCount} orders on ${symbolCount} symbols, each followed by a WebSocket;`,
    `  ${measuredSeconds} s measured a round, ${warmupSeconds} s before them excluded; each fill its own request, JSON, ${connections} connections`,
    '',
  ];
}

function throughputLines(results: Results): string[] {
  if (results.throughput.length === 0) return [];
  const { events, warmupShare, batchEvents, lanes } = results.options.throughput;
  return [
    'INTAKE, closed loop, batches; events/s of this run on this machine, median of the rounds',
    throughputTable(results),
    ...throughputNotes(results),
    `  ${events} events a round (the floor gets them several times), the first ${warmupShare * 100} % excluded; batches of ${batchEvents}, ${lanes} connections,`,
    '  over HTTP one batch in flight on each, over the WebSocket eight',
    '',
  ];
}

function latencyTable({ latency }: Results): string {
  const rows = LATENCIES.flatMap((name) => {
    const { service, floor, ratios } = latency[name];
    const row = (who: string, cells: readonly string[]): string[] => [`${LATENCY_NAMES[name]}, ${who}`, ...cells];
    return [
      row('service', PERCENTILES.map((percentile) => fixed(service[percentile], 2))),
      row('floor', PERCENTILES.map((percentile) => fixed(floor[percentile], 2))),
      ...(name === 'generatorLag' ? [] : [row('ratio', PERCENTILES.map((percentile) => ratioText(ratios[percentile])))]),
    ];
  });
  return table(['', ...PERCENTILE_NAMES], rows);
}

function latencyNotes({ latencyRounds }: Results): string[] {
  const services = latencyRounds.map(({ service }) => service);
  const shares = latencyRounds.flatMap(({ service, floor }) => [service.deliveredShare, floor.deliveredShare]);
  const perFill = median(services.map((round) => round.updateFrames / round.fillCount));
  const perSecond = median(services.map((round) => round.updateFrames / round.loadSeconds));
  return [
    '  ratio: service/floor, median of the pairs (least..most)',
    `  delivered share ${Math.min(...shares)} (worst round); the service sent ${fixed(perFill, 1)} updates a fill, ${fixed(perSecond, 0)} a second;`,
    `  most fills waiting for one connection: ${Math.max(...services.map((round) => round.waitingMax))}; 503 waited out: ${services.reduce((sum, round) => sum + round.retries, 0)}; rows all stored ${fixed(Math.max(...services.map((round) => round.settleSeconds)), 1)} s after the last answer at worst`,
  ];
}

function throughputTable({ throughput }: Results): string {
  const rows = throughput.map((row) => [
    row.door,
    fixed(row.serviceAcknowledgedPerSecond, 0),
    fixed(row.serviceShownPerSecond, 0),
    fixed(row.floorAcknowledgedPerSecond, 0),
    fixed(row.naiveAcknowledgedPerSecond, 0),
    ratioText(row.acknowledgedRatio),
    ratioText(row.shownRatio),
    ratioText(row.naiveRatio),
  ]);
  return table(['door', 'service, durable', 'service, shown', 'floor, durable', 'naive, durable', 'service/floor', 'shown/floor', 'service/naive'], rows);
}

function throughputNotes({ throughputRounds }: Results): string[] {
  const services = roundsOf(throughputRounds).filter(({ target }) => target === 'service');
  return [
    '  durable: answered; shown: until GET status has the last fill of every order',
    `  503 waited out: ${services.reduce((sum, round) => sum + round.retries, 0)}; rows all stored ${fixed(Math.max(...services.map((round) => round.settleSeconds)), 1)} s after the last was shown at worst`,
  ];
}

function verdictLines({ latency, latencyRounds, options, faults }: Results): string[] {
  const { p99Ms } = latency.fillToUpdate.service;
  const isMet = p99Ms < REQUIRED_P99_MS ? 'met' : 'NOT MET';
  const latencyVerdict = [
    `P99 fill -> update below ${REQUIRED_P99_MS} ms at ${options.latency.fillsPerSecond} fills/s: ${isMet} in this run (${fixed(p99Ms, 2)} ms)`,
    `  by round: ${latencyRounds.map(({ service }) => `${fixed(service.fillToUpdate.p99Ms, 2)} ms (others ${fixed(service.cpu['others']! / service.loadSeconds, 2)} cores)`).join(', ')}`,
  ];
  return [
    ...(latencyRounds.length === 0 ? [] : latencyVerdict),
    faults.length === 0 ? 'answers: all equal to the ledger, no update missing' : `FAILED\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
  ];
}
