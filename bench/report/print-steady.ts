/** The steady load as text: held rates, latencies at half of them, and the ratios beside what is to be reached. */

import { QUOTES_PER_FILL } from '../workload/events.ts';
import type { Results } from './results.ts';
import { fixed, ratioText, table } from './table.ts';

const HALF_RATE_NAMES = { fillToUpdate: 'fill -> update', fillToAnswer: 'fill -> answer (durable)', getStatus: 'GET status', generatorLag: 'of it: generator late' } as const;
const HALF_RATE_PERCENTILES = ['p50Ms', 'p99Ms', 'p999Ms', 'maxMs'] as const;

export function heldLines({ held, options }: Results): string[] {
  const { batchEvents, lanes, followedCount, orderCount, measuredSeconds } = options.held;
  const rows = held.map(({ door, fillsPerSecond, serviceToFloor, serviceToNaive }) => [
    door,
    ...(['service', 'floor', 'naive'] as const).map((name) => fixed(fillsPerSecond[name] ?? Number.NaN, 0)),
    ratioText(serviceToFloor),
    ratioText(serviceToNaive),
  ]);
  return [
    `HIGHEST HELD RATE, open loop, fills/s with ${QUOTES_PER_FILL} quotes each on top, median of the searches`,
    table(['door', 'service', 'floor', 'naive', 'service/floor', 'service/naive'], rows),
    '  held: P99 of fill -> answer and of fill -> update below 100 ms, 99.9 % delivered, the last answer within 100 ms of the last send',
    `  batches of ${batchEvents} events on ${lanes} connections, ${followedCount} of ${orderCount} orders followed, ${measuredSeconds} s measured a rate`,
  ];
}

export function halfRateLines({ halfRate, options }: Results): string[] {
  const rows = halfRate.flatMap(({ door, fillsPerSecond, service, floor, ratios }) =>
    (['fillToUpdate', 'fillToAnswer', 'getStatus', 'generatorLag'] as const).flatMap((name) => {
      const title = `${door} at ${fixed(fillsPerSecond, 0)}, ${HALF_RATE_NAMES[name]}`;
      const figures = [service, floor].map((side, i) => [`${title}, ${['service', 'floor'][i]}`, ...HALF_RATE_PERCENTILES.map((percentile) => fixed(side[name][percentile], 2))]);
      if (name === 'generatorLag') return figures;
      return [...figures, [`${title}, ratio`, ratioText(ratios[name].p50Ms), ratioText(ratios[name].p99Ms), ratioText(ratios[name].p999Ms), '']];
    }),
  );
  return [
    `AT HALF OF THE SERVICE'S HELD RATE, both at the same rate, ${options.held.halfRateSeconds} s measured a round; ms of this run on this machine`,
    table(['', 'P50', 'P99', 'P99.9', 'max'], rows),
  ];
}

