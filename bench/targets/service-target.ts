/** The real service as a child process with a data folder and an embedded database of its own, asked over its public API. */

import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { startService } from '../../test/support/service.ts';
import { familyCpu, processCpu } from '../measure/cpu.ts';
import { monotonicUs } from '../measure/clock.ts';
import { PROFILE_DIR_VARIABLE } from '../measure/profile-thread.ts';
import { type ResidentMemory, residentMemory } from '../measure/resident-memory.ts';
import { DOORS } from '../workload/batches.ts';
import { announceOrders, checkOrders } from './order-answers.ts';
import { ServiceThreads } from './service-threads.ts';
import type { Target } from './target.ts';

const PROFILER = new URL('../measure/profile-thread.js', import.meta.url);
const SETTLE_MS_MAX = 120_000;
const SETTLE_POLL_MS = 50;
const CONNECTED_US_MAX = 30_000_000;
const US_PER_SECOND = 1_000_000;

export interface ServiceHealth {
  readonly orders: { readonly in_memory: number };
  readonly journal: { readonly last_sequence: number };
  readonly storage: { readonly connected: boolean; readonly committed_sequence: number; readonly held_rows: number; readonly spilled_rows: number };
}

export interface ServiceTargetOptions {
  /** Folder for CPU profiles of the service's threads, written when it ends. Profiling makes it slower. */
  readonly profileDir?: string | undefined;
  /**
   * After each round it is left alone until every row is stored, and so long after that: orders that have ended are looked
   * at for another second. Undefined: rounds follow at once.
   */
  readonly restMs: number | undefined;
  /** False: it runs without a database. */
  readonly hasDatabase: boolean;
}

export interface ServiceTarget extends Target {
  /** Empty without a database. */
  readonly databaseUrl: string;
  readonly pid: number;
  /** NaN without one. Of the embedded database's server; its backends are its children. */
  readonly databasePid: number;
  memory(): ResidentMemory;
  health(): Promise<ServiceHealth>;
  /** Seconds until every row of what was accepted so far is stored; NaN when that takes longer than `msMax`. */
  stored(msMax?: number): Promise<number>;
}

export async function startServiceTarget({ profileDir, restMs, hasDatabase }: ServiceTargetOptions): Promise<ServiceTarget> {
  const threads = new ServiceThreads();
  const profiling = profileDir === undefined ? undefined : { option: `--import ${PROFILER.href}`, env: { [PROFILE_DIR_VARIABLE]: resolve(profileDir) } };
  const env = { ...threads.env, ...profiling?.env, NODE_OPTIONS: [threads.nodeOption, profiling?.option ?? ''].join(' ').trim() };
  const service = await startService({ warmsUp: true, flags: ['--log-level', 'warn', ...(hasDatabase ? [] : ['--database-url', 'none'])], env });
  const pid = service.process.pid!;
  const databasePid = hasDatabase ? Number.parseInt(readFileSync(join(service.dataDir, 'postgres/cluster/postmaster.pid'), 'utf8'), 10) : Number.NaN;
  const health = async (): Promise<ServiceHealth> => (await (await fetch(new URL('/health/ready', service.url))).json()) as ServiceHealth;
  const stored = async (msMax = SETTLE_MS_MAX): Promise<number> => {
    if (!hasDatabase) return 0;
    const startUs = monotonicUs();
    const { journal } = await health();
    while ((await health()).storage.committed_sequence < journal.last_sequence) {
      if (monotonicUs() - startUs > msMax * 1_000) return Number.NaN;
      await sleep(SETTLE_POLL_MS);
    }
    return (monotonicUs() - startUs) / US_PER_SECOND;
  };
  // The service is ready without its database; the floor and the naive service need its tables.
  for (const untilUs = monotonicUs() + CONNECTED_US_MAX; hasDatabase && !(await health()).storage.connected; await sleep(SETTLE_POLL_MS)) {
    if (monotonicUs() > untilUs) throw new Error('the service is not connected to its database');
  }

  return {
    name: 'service',
    url: service.url,
    reading: 'filled_quantity',
    countsEvents: true,
    doors: DOORS,
    databaseUrl: hasDatabase ? readFileSync(join(service.dataDir, 'database-url'), 'utf8').trim() : '',
    pid,
    databasePid,
    cpu: {
      service: () => processCpu(pid),
      ...threads.cpuReaders(pid),
      database: () => (hasDatabase ? familyCpu(databasePid) : 0),
    },
    announce: (spec, ledger) => announceOrders(service.url, spec, ledger),
    check: ({ ledger }) => checkOrders(service.url, ledger),
    memory: () => residentMemory(pid),
    health,
    stored,
    async settle() {
      if (restMs === undefined) return Number.NaN;
      const seconds = await stored();
      if (!Number.isNaN(seconds)) await sleep(restMs);
      return seconds;
    },
    async stop() {
      const code = await service.stop();
      threads.forget();
      return code === 0 ? [] : [`the service ended with exit code ${code}: ${service.stderr()}`];
    },
  };
}
