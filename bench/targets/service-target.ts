/** The real service as a child process with a data folder and an embedded database of its own, asked over its public API. */

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { createApi, type StatusAnswer } from '../../test/support/api.ts';
import { startService } from '../../test/support/service.ts';
import { familyCpu, mainThreadCpu, processCpu } from '../measure/cpu.ts';
import { monotonicUs, wallUs } from '../measure/clock.ts';
import { PROFILE_DIR_VARIABLE } from '../measure/profile-thread.ts';
import { orderEvent } from '../workload/events.ts';
import type { LedgerEntry } from '../workload/fills.ts';
import type { Target } from './target.ts';

const PROFILER = new URL('../measure/profile-thread.js', import.meta.url);
const SHOWN_MS_MAX = 60_000;
const SETTLE_MS_MAX = 120_000;
const POLL_MS = 2;
const SETTLE_POLL_MS = 50;
const FAULTS_MAX = 10;
const MS_PER_SECOND = 1_000;
const US_PER_SECOND = 1_000_000;

interface Health {
  readonly journal: { readonly last_sequence: number };
  readonly storage: { readonly committed_sequence: number };
}

export interface ServiceTargetOptions {
  /** Folder for CPU profiles of the service's threads, written when it ends. Profiling makes it slower. */
  readonly profileDir?: string;
}

export async function startServiceTarget({ profileDir }: ServiceTargetOptions): Promise<Target> {
  const env: Record<string, string> =
    profileDir === undefined ? {} : { NODE_OPTIONS: `--import ${PROFILER.href}`, [PROFILE_DIR_VARIABLE]: resolve(profileDir) };
  const service = await startService({ flags: ['--log-level', 'warn'], env });
  const pid = service.process.pid!;
  const databasePid = Number.parseInt(readFileSync(join(service.dataDir, 'postgres/cluster/postmaster.pid'), 'utf8'), 10);
  const api = createApi(service.url);
  const health = async (): Promise<Health> => (await (await fetch(new URL('/health/ready', service.url))).json()) as Health;

  /** The status once it has the quantity, or the last one when that takes too long. */
  const shownStatus = async (entry: LedgerEntry, untilUs: number): Promise<StatusAnswer> => {
    for (;;) {
      const status = await api.status(entry.orderId);
      if (status.filled_quantity === entry.filledQuantity || monotonicUs() > untilUs) return status;
      await sleep(POLL_MS);
    }
  };

  return {
    name: 'service',
    url: service.url,
    reading: 'filled_quantity',
    countsEvents: true,
    cpu: {
      service: () => processCpu(pid),
      'service main thread': () => mainThreadCpu(pid),
      database: () => familyCpu(databasePid),
    },
    async announce(spec, ledger) {
      const answer = await api.postEvents(ledger.map((entry, orderNo) => orderEvent(spec, entry, orderNo, wallUs())));
      if (answer.accepted !== ledger.length) throw new Error(`orders were not accepted: ${JSON.stringify(answer.rejected.slice(0, 1))}`);
      for (const entry of ledger) await api.start({ order_id: entry.orderId, real_time_updates: true });
      // A stream may be opened once its order is known to its shard too.
      for (const entry of ledger) await untilKnown(() => api.status(entry.orderId));
    },
    async check({ ledger }) {
      const untilUs = monotonicUs() + SHOWN_MS_MAX * 1_000;
      const statuses: StatusAnswer[] = [];
      for (const entry of ledger) statuses.push(await shownStatus(entry, untilUs));
      const shownAtUs = monotonicUs();
      const faults = ledger.flatMap((entry, orderNo) => faultsOf(entry, statuses[orderNo]!));
      return { faults: faults.slice(0, FAULTS_MAX), shownAtUs };
    },
    async settle() {
      const startUs = monotonicUs();
      const { journal } = await health();
      while ((await health()).storage.committed_sequence < journal.last_sequence) {
        if (monotonicUs() - startUs > SETTLE_MS_MAX * 1_000) return Number.NaN;
        await sleep(SETTLE_POLL_MS);
      }
      const seconds = (monotonicUs() - startUs) / US_PER_SECOND;
      // Orders that have ended are looked at for another second.
      await sleep(MS_PER_SECOND);
      return seconds;
    },
    async stop() {
      const code = await service.stop();
      return code === 0 ? [] : [`the service ended with exit code ${code}: ${service.stderr()}`];
    },
  };
}

function faultsOf(entry: LedgerEntry, status: StatusAnswer): string[] {
  const faults: string[] = [];
  const compare = (field: 'filled_quantity' | 'average_price', expected: number | null): void => {
    if (status[field] !== expected) faults.push(`order ${entry.orderId}: ${field} is ${status[field]}, the ledger has ${expected}`);
  };
  compare('filled_quantity', entry.filledQuantity);
  compare('average_price', entry.averagePrice);
  return faults;
}

async function untilKnown(ask: () => Promise<unknown>): Promise<void> {
  const untilUs = monotonicUs() + SHOWN_MS_MAX * 1_000;
  for (;;) {
    try {
      await ask();
      return;
    } catch (error) {
      if (monotonicUs() > untilUs) throw error;
      await sleep(POLL_MS);
    }
  }
}
