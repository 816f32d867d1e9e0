/** The results as text. Absolute figures are always said to be of this run and this machine. */

import { median } from '../measure/ratios.ts';
import { QUOTES_PER_FILL } from '../workload/events.ts';
import { roundsOf } from '../scenarios/pairs.ts';
import { cpuTable, noiseLines, saturationLines } from './print-cpu.ts';
import { halfRateLines, heldLines, targetLines } from './print-steady.ts';
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
    'LATENCY, open loop, from the planned send time; ms of this run on this machine',
    latencyTable(results),
    ...latencyNotes(results),
    '',
    'INTAKE, closed loop, batches; events/s of this run on this machine, median of the rounds',
    throughputTable(results),
    ...throughputNotes(results),
    '',
    ...heldLines(results),
    '',
    ...halfRateLines(results),
    '',
    'CPU, seconds used per second of load, median of the rounds (1.00 is one core)',
    cpuTable(results),
    ...saturationLines(results),
    '',
    ...targetLines(results),
    '',
    ...noiseLines(results),
    ...verdictLines(results),
    '',
  ].join('\n');
}

function headLines({ machine, options }: Results): string[] {
  const { latency, throughput } = options;
  return [
    `execution monitor ${machine.commit}, ${machine.at}, size ${options.size}, ${options.pairs} rounds of each target in the order A B C C B A`,
    `${machine.cores} cores ${machine.cpu}, ${machine.memoryGib} GiB, Linux ${machine.kernel}, Node ${machine.node}, load before ${fixed(machine.loadBefore, 2)}`,
    `latency: ${latency.fillsPerSecond} fills/s and ${latency.fillsPerSecond * QUOTES_PER_FILL} quotes/s, ${latency.orderCount} orders on ${latency.symbolCount} symbols, each followed by a WebSocket;`,
    `         ${latency.measuredSeconds} s measured a round, ${latency.warmupSeconds} s before them excluded; each fill its own request, JSON, ${latency.connections} connections`,
    `intake:  ${throughput.events} events a round (the floor gets them several times), the first ${throughput.warmupShare * 100} % excluded; batches of ${throughput.batchEvents}, ${throughput.lanes} connections, over HTTP one batch in flight on each,
         over the WebSocket eight`,
    `the floor ${options.floorWithout.length === 0 ? 'logs, pushes and stores a row a fill, as does the naive service' : `is without ${options.floorWithout.join(', ')}, as is the naive service`}; the service always with storage`,
    ...(options.profileDir === undefined ? [] : ['the service ran under its profiler: slower than it is']),
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
  return [
    `P99 fill -> update below ${REQUIRED_P99_MS} ms at ${options.latency.fillsPerSecond} fills/s: ${isMet} in this run (${fixed(p99Ms, 2)} ms)`,
    `  by round: ${latencyRounds.map(({ service }) => `${fixed(service.fillToUpdate.p99Ms, 2)} ms (others ${fixed(service.cpu['others']! / service.loadSeconds, 2)} cores)`).join(', ')}`,
    faults.length === 0 ? 'answers: all equal to the ledger, no update missing' : `FAILED\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
  ];
}
