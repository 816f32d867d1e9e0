/** The naive service: its answers are compared with the ledger like the service's own. */

import { processCpu } from '../measure/cpu.ts';
import { type ChildServerOptions, startChildServer } from './child-server.ts';
import { announceOrders, checkOrders } from './order-answers.ts';
import type { Target } from './target.ts';

const MAIN = new URL('../naive/main.js', import.meta.url);

export async function startNaive(options: ChildServerOptions): Promise<Target> {
  const server = await startChildServer('naive service', MAIN, options);
  return {
    name: 'naive',
    url: server.url,
    reading: 'filled_quantity',
    countsEvents: true,
    doors: ['http-json', 'http-msgpack'],
    cpu: { naive: () => processCpu(server.pid) },
    announce: (spec, ledger) => announceOrders(server.url, spec, ledger),
    async check({ ledger, fillCount }) {
      const { faults, shownAtUs } = await checkOrders(server.url, ledger);
      // The announcements are in its log too: only the rows are counted.
      return { faults: [...faults, ...(await server.keptFaults(undefined, fillCount))], shownAtUs };
    },
    settle: () => server.settle(),
    async stop() {
      await server.stop();
      return [];
    },
  };
}
