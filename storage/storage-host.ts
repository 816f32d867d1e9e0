/** Storage as the main thread sees it: the embedded server where one is wanted, the worker, its last word on its state. */

import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

import { type EmbeddedPostgres, startEmbeddedPostgres } from './embedded.ts';
import { pgConnect } from './pg-database.ts';
import { StoredAnalytics } from './stored-analytics.ts';
import type { FromStorageWorker, StorageStatus, StorageWorkerData, ToStorageWorker } from './worker-messages.ts';

/** Whoever asks for history waits no longer than this for one statement. */
const READ_MS_MAX = 5_000;

export interface StorageStart {
  readonly journalId: string;
  readonly rowRings: readonly SharedArrayBuffer[];
  readonly appliedSequences: readonly SharedArrayBuffer[];
  readonly durableSequence: SharedArrayBuffer;
  /** No row up to here comes: the database is expected to have them. */
  readonly beginsAfter: number;
  onDeath(error: Error): void;
}

export class StorageHost {
  readonly databaseUrl: string;
  private readonly spillFolder: string;
  private readonly embedded: EmbeddedPostgres | undefined;
  private readonly log: (message: string) => void;
  private analytics: StoredAnalytics | undefined;
  private worker: Worker | undefined;
  private status: StorageStatus = { connected: false, committedSequence: 0, heldRows: 0, spilledRows: 0 };
  private onStopped: (() => void) | undefined;
  private beginsAfter = 0;

  private constructor(databaseUrl: string, dataDir: string, embedded: EmbeddedPostgres | undefined, log: (message: string) => void) {
    this.databaseUrl = databaseUrl;
    this.spillFolder = join(dataDir, 'spilled-rows');
    this.embedded = embedded;
    this.log = log;
  }

  /** An empty `databaseUrl` starts the embedded server in the data folder. */
  static async open(options: { dataDir: string; databaseUrl: string; log: (message: string) => void }): Promise<StorageHost> {
    if (options.databaseUrl !== '') return new StorageHost(options.databaseUrl, options.dataDir, undefined, options.log);
    const embedded = await startEmbeddedPostgres({ dataDir: options.dataDir, log: options.log });
    return new StorageHost(embedded.databaseUrl, options.dataDir, embedded, options.log);
  }

  /** Begins to take rows. */
  start({ journalId, rowRings, appliedSequences, durableSequence, beginsAfter, onDeath }: StorageStart): void {
    const workerData: StorageWorkerData = { journalId, rowRings, appliedSequences, durableSequence, databaseUrl: this.databaseUrl, spillFolder: this.spillFolder };
    this.analytics = new StoredAnalytics(pgConnect(this.databaseUrl, 'execution-monitor reads', READ_MS_MAX), journalId);
    this.worker = new Worker(new URL('./worker.js', import.meta.url), { workerData, name: 'storage' });
    this.beginsAfter = beginsAfter;
    this.worker.on('message', (message: FromStorageWorker) => this.onMessage(message));
    this.worker.on('error', (error) => onDeath(error as Error));
  }

  /** A shard is started again: its successor sends its rows into this ring, those that came before once more. */
  replaceShard(shard: number, rowRing: SharedArrayBuffer, appliedSequence: SharedArrayBuffer): void {
    this.worker?.postMessage({ type: 'shard-restarted', shard, rowRing, appliedSequence } satisfies ToStorageWorker);
  }

  /** Explained analytics of an order that has left memory; undefined where they are not written yet. Throws `DatabaseError`. */
  async storedAnalytics(orderId: string): Promise<string | undefined> {
    return this.analytics?.find(orderId);
  }

  /** Every row up to here is in the database, as far as is known; 0 before the first connection. */
  get committedSequence(): number {
    return this.status.committedSequence;
  }

  health(): Record<string, unknown> {
    const { connected, committedSequence, heldRows, spilledRows, error } = this.status;
    return {
      kind: this.embedded === undefined ? 'external' : 'embedded',
      connected,
      committed_sequence: committedSequence,
      held_rows: heldRows,
      spilled_rows: spilledRows,
      ...(error === undefined ? {} : { error }),
    };
  }

  /** Writes the rows up to a sequence, for at most so long, and ends the worker and the embedded server. */
  async stop(upTo: number, deadlineMs: number): Promise<void> {
    await this.analytics?.close();
    const { worker } = this;
    if (worker !== undefined) {
      const stopped = new Promise<void>((resolve) => (this.onStopped = resolve));
      worker.postMessage({ type: 'stop', upTo, deadlineMs } satisfies ToStorageWorker);
      await stopped;
      await worker.terminate();
    }
    await this.embedded?.stop();
  }

  /** Ends the embedded server without writing anything more: the next start writes what is missing. */
  async abandon(): Promise<void> {
    await this.analytics?.close();
    await this.worker?.terminate();
    await this.embedded?.stop();
  }

  private onMessage(message: FromStorageWorker): void {
    if (message.type === 'stopped') this.onStopped?.();
    if (message.type !== 'status') return;
    if (message.connected && !this.status.connected && message.committedSequence < this.beginsAfter) {
      this.log(`the database has rows up to sequence ${message.committedSequence}; those up to ${this.beginsAfter} are only written by a start with --ignore-snapshots`);
    }
    if (message.connected !== this.status.connected) this.log(message.connected ? 'database connected' : `database not connected: ${message.error ?? ''}`);
    this.status = message;
  }
}
