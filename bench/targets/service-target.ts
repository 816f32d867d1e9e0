/** The real service as a child process with a data folder and an embedded database of its own, asked over its public API. */

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { startService } from '../../test/support/service.ts';
import { familyCpu, mainThreadCpu, processCpu } from '../measure/cpu.ts';
import { monotonicUs } from '../measure/clock.ts';
import { PROFILE_DIR_VARIABLE } from '../measure/profile-thread.ts';
import { DOORS } from '../workload/batches.ts';
import { announceOrders, checkOrders } from './order-answers.ts';
import type { Target } from './target.ts';

const PROFILER = new URL('../measure/profile-thread.js', import.meta.url);
const SETTLE_MS_MAX = 120_000;
const SETTLE_POLL_MS = 50;
const US_PER_SECOND = 1_000_000;

interface Health {
  readonly journal: { readonly last_sequence: number };
  readonly storage: { readonly committed_sequence: number };
}

export interface ServiceTargetOptions {
  /** Folder for CPU profiles of the service's threads, written when it ends. Profiling makes it slower. */
  readonly profileDir?: string;
  /**
   * After each round it is left alone until every row is stored, and so long after that: orders that have ended are looked
   * at for another second. Undefined: rounds follow at once.
   */
  readonly restMs: number | undefined;
}

export interface ServiceTarget extends Target {
  readonly databaseUrl: string;
}

export async function startServiceTarget({ profileDir, restMs }: ServiceTargetOptions): Promise<ServiceTarget> {
  const env: Record<string, string> =
    profileDir === undefined ? {} : { NODE_OPTIONS: `--import ${PROFILER.href}`, [PROFILE_DIR_VARIABLE]: resolve(profileDir) };
  const service = await startService({ flags: ['--log-level', 'warn'], env });
  const pid = service.process.pid!;
  const databasePid = Number.parseInt(readFileSync(join(service.dataDir, 'postgres/cluster/postmaster.pid'), 'utf8'), 10);
  const health = async (): Promise<Health> => (await (await fetch(new URL('/health/ready', service.url))).json()) as Health;

  return {
    name: 'service',
    url: service.url,
    reading: 'filled_quantity',
    countsEvents: true,
    doors: DOORS,
    databaseUrl: readFileSync(join(service.dataDir, 'database-url'), 'utf8').trim(),
    cpu: {
      service: () => processCpu(pid),
      'service main thread': () => mainThreadCpu(pid),
      database: () => familyCpu(databasePid),
    },
    announce: (spec, ledger) => announceOrders(service.url, spec, ledger),
    check: ({ ledger }) => checkOrders(service.url, ledger),
    async settle() {
      if (restMs === undefined) return Number.NaN;
      const startUs = monotonicUs();
      const { journal } = await health();
      while ((await health()).storage.committed_sequence < journal.last_sequence) {
        if (monotonicUs() - startUs > SETTLE_MS_MAX * 1_000) return Number.NaN;
        await sleep(SETTLE_POLL_MS);
      }
      const seconds = (monotonicUs() - startUs) / US_PER_SECOND;
      await sleep(restMs);
      return seconds;
    },
    async stop() {
      const code = await service.stop();
      return code === 0 ? [] : [`the service ended with exit code ${code}: ${service.stderr()}`];
    },
  };
}
