/** One data folder through its lives: start, load, a fault, start again, check. What most cases are made of. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { checkDatabase } from '../check/check-database.ts';
import { checkOrders, takenOfOpen } from '../check/check-orders.ts';
import { Load } from '../load/load.ts';
import type { ServiceProcess } from '../service/service-process.ts';
import type { CaseRun } from './chaos-case.ts';

/** Nothing but events moves the clock, and no tick is journaled between batches. */
export const EVENT_CLOCK = ['--clock', 'event'] as const;
const CLOCK_AHEAD_MS = 3_000;
/** Batches of each client that were answered and are sent again after each fault. */
const REPEATS = 6;

export interface LifeOptions {
  dataDir: string;
  /** What the service is told; undefined: the embedded database. */
  databaseUrl?: string | undefined;
  /** Where the checker looks, when that is not what the service is told. */
  readonly checkedDatabaseUrl?: string | undefined;
  readonly flags?: readonly string[];
  readonly preloads?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

export class Life {
  readonly load: Load;
  readonly options: LifeOptions;
  private readonly run: CaseRun;
  private running: ServiceProcess | undefined;

  constructor(run: CaseRun, options: LifeOptions) {
    this.run = run;
    this.options = options;
    this.load = new Load(run.seed, run.fault);
  }

  get service(): ServiceProcess {
    if (this.running === undefined) throw new Error('the service was not started');
    return this.running;
  }

  async start(): Promise<void> {
    const { dataDir, databaseUrl, flags, preloads, env } = this.options;
    this.running = await this.run.startService({ dataDir, flags: flags ?? [], preloads: preloads ?? [], env: env ?? {}, ...(databaseUrl === undefined ? {} : { databaseUrl }) });
    this.run.count('starts');
  }

  /** After a fault, on a service that runs again: what is there, what is sent again, and then everything. Ends early when that is wrong. */
  async settle(): Promise<void> {
    const { url } = this.service;
    for (const { ledger } of this.load.lanes) {
      const taken = await takenOfOpen(url, ledger, this.run.fault);
      this.run.count('open batches', ledger.open.length);
      this.run.count('of them taken', taken ?? 0);
    }
    if (this.run.faults.length > 0) return;
    this.run.count('batches repeated', await this.load.resend(url, REPEATS));
    await this.check();
  }

  /** Nothing is open: every order, row and session. */
  async check(): Promise<void> {
    const { url } = this.service;
    if (this.options.flags?.join(' ') === EVENT_CLOCK.join(' ')) await this.moveClock();
    for (const { ledger, sessions } of this.load.lanes) {
      this.run.count('orders', await checkOrders(url, ledger, this.run.fault));
      this.run.count('sessions', await sessions.check(url));
    }
    if (this.run.faults.length > 0) return;
    const ledgers = this.load.lanes.map(({ ledger }) => ledger);
    const rows = await checkDatabase(await this.databaseUrl(), url, ledgers, this.load.lastSequence, this.run.fault);
    for (const [table, count] of Object.entries(rows)) this.run.count(`rows of ${table}`, count);
  }

  /** SIGTERM; anything but exit code 0 is a fault. */
  async stop(limitMs = 10_000): Promise<void> {
    const code = await this.service.terminate(limitMs);
    if (code !== 0) this.run.fault(`SIGTERM: ${code === undefined ? `still there after ${limitMs} ms` : `exit code ${code}`}; stderr: ${this.service.stderr.slice(-1_000)}`);
    this.run.count('events acknowledged', this.load.acknowledgedEvents);
  }

  /** Rows of what changed last are written when an event of a later second comes. */
  private async moveClock(): Promise<void> {
    const later = new Date(Date.now() + CLOCK_AHEAD_MS).toISOString();
    await fetch(new URL('/api/v1/events', this.service.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify([{ type: 'quote', timestamp: later, symbol: 'CLOCK', bid: 1, ask: 2 }]),
    });
  }

  private async databaseUrl(): Promise<string> {
    const { checkedDatabaseUrl, databaseUrl, dataDir } = this.options;
    return checkedDatabaseUrl ?? databaseUrl ?? (await readFile(join(dataDir, 'database-url'), 'utf8')).trim();
  }
}
