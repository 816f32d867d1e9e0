/** The floor: it has no answers to compare, so it is asked whether it kept every byte and stored a row for every fill. */

import { processCpu } from '../measure/cpu.ts';
import { DOORS } from '../workload/batches.ts';
import { type ChildServerOptions, startChildServer } from './child-server.ts';
import type { Target } from './target.ts';

const MAIN = new URL('../floor/main.js', import.meta.url);

export async function startFloor(options: ChildServerOptions): Promise<Target> {
  const server = await startChildServer('floor', MAIN, options);
  return {
    name: 'floor',
    url: server.url,
    reading: 'frame_count',
    countsEvents: false,
    doors: DOORS,
    cpu: { floor: () => processCpu(server.pid) },
    announce: () => Promise.resolve(),
    check: async ({ sentBytes, fillCount }) => ({ faults: await server.keptFaults(sentBytes, fillCount), shownAtUs: Number.NaN }),
    settle: () => server.settle(),
    async stop() {
      await server.stop();
      return [];
    },
  };
}
