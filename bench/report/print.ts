/** The results as text. Absolute figures are always said to be of this run and this machine. */

import type { CpuSeconds } from '../measure/cpu.ts';
import { median, type RatioSummary } from '../measure/ratios.ts';
import { QUOTES_PER_FILL } from '../workload/events.ts';
import { LATENCIES, PERCENTILES, type Results } from './results.ts';
import { fixed, table } from './table.ts';

const LATENCY_NAMES: Readonly<Record<(typeof LATENCIES)[number], string>> = {
  fillToUpdate: 'fill -> update',
  fillToAnswer: 'fill -> answer (durable)',
  generatorLag: 'of it: generator late',
};
const PERCENTILE_NAMES = ['P50', 'P90', 'P99', 'P99.9', 'max'];
/** What the specification demands of fill -> update. */
const REQUIRED_P99_MS = 100;

/** Cores that others may use before the times are said to be theirs too. */
const OTHERS_CORES_MAX = 0.2;
/** Above it a process that has one busy thread is near its end. */
const SATURATED_SHARE = 0.8;

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
    'CPU, seconds used per second of load, median of the rounds (1.00 is one core)',
    cpuTable(results),
    '',
    ...noiseLines(results),
    ...verdictLines(results),
    '',
  ].join('\n');
}

function headLines({ machine, options }: Results): string[] {
  const { latency, throughput } = options;
  return [
    `execution monitor ${machine.commit}, ${machine.at}, size ${options.size}, ${options.pairs} pairs service/floor in the order A B B A`,
    `${machine.cores} cores ${machine.cpu}, ${machine.memoryGib} GiB, Linux ${machine.kernel}, Node ${machine.node}, load before ${fixed(machine.loadBefore, 2)}`,
    `latency: ${latency.fillsPerSecond} fills/s and ${latency.fillsPerSecond * QUOTES_PER_FILL} quotes/s, ${latency.orderCount} orders on ${latency.symbolCount} symbols, each followed by a WebSocket;`,
    `         ${latency.measuredSeconds} s measured a round, ${latency.warmupSeconds} s before them excluded; each fill its own request, JSON, ${latency.connections} connections`,
    `intake:  ${throughput.events} events a round (the floor gets them several times), the first ${throughput.warmupShare * 100} % excluded; batches of ${throughput.batchEvents}, ${throughput.lanes} connections, one batch in flight on each`,
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
    row.format,
    fixed(row.serviceAcknowledgedPerSecond, 0),
    fixed(row.serviceShownPerSecond, 0),
    fixed(row.floorAcknowledgedPerSecond, 0),
    ratioText(row.acknowledgedRatio),
    ratioText(row.shownRatio),
  ]);
  return table(['format', 'service, durable', 'service, shown', 'floor, durable', 'durable/durable', 'shown/durable'], rows);
}

function throughputNotes({ throughputRounds }: Results): string[] {
  const services = throughputRounds.map(({ service }) => service);
  return [
    '  durable: answered; shown: until GET status has the last fill of every order',
    `  503 waited out: ${services.reduce((sum, round) => sum + round.retries, 0)}; rows all stored ${fixed(Math.max(...services.map((round) => round.settleSeconds)), 1)} s after the last was shown at worst`,
  ];
}

function cpuTable({ latencyRounds, throughputRounds }: Results): string {
  const columns: { readonly name: string; readonly rounds: readonly { readonly cpu: CpuSeconds; readonly seconds: number }[] }[] = [
    { name: 'latency, service', rounds: latencyRounds.map(({ service }) => ({ cpu: service.cpu, seconds: service.loadSeconds })) },
    { name: 'latency, floor', rounds: latencyRounds.map(({ floor }) => ({ cpu: floor.cpu, seconds: floor.loadSeconds })) },
    { name: 'intake, service', rounds: throughputRounds.map(({ service }) => ({ cpu: service.cpu, seconds: service.loadSeconds })) },
    { name: 'intake, floor', rounds: throughputRounds.map(({ floor }) => ({ cpu: floor.cpu, seconds: floor.loadSeconds })) },
  ];
  const names = Object.keys(columns[0]?.rounds[0]?.cpu ?? {});
  const share = (name: string, rounds: (typeof columns)[number]['rounds']): number => median(rounds.map(({ cpu, seconds }) => cpu[name]! / seconds));
  const rows = names.map((name) => [
    name,
    ...columns.map(({ rounds }) => {
      const used = share(name, rounds);
      return fixed(used, 2) + (name === 'generator' && used > SATURATED_SHARE ? ' SATURATED' : '');
    }),
  ]);
  return table(['', ...columns.map(({ name }) => name)], rows);
}

function noiseLines({ latencyRounds, throughputRounds }: Results): string[] {
  const rounds = [...latencyRounds, ...throughputRounds].flatMap(({ service, floor }) => [service, floor]);
  const others = median(rounds.map(({ cpu, loadSeconds }) => cpu['others']! / loadSeconds));
  if (others <= OTHERS_CORES_MAX) return [];
  return [`NOISE: others used ${fixed(others, 2)} cores of this machine meanwhile; the high percentiles and the intake are theirs too`];
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

function ratioText({ median: middle, min, max }: RatioSummary): string {
  return Number.isNaN(middle) ? '-' : `${fixed(middle, 2)} (${fixed(min, 2)}..${fixed(max, 2)})`;
}
