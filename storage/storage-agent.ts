/**
 * The storage worker's one loop: take rows in, write them when they are due, say how it goes.
 *
 * It owns the timing: batches, retries, maintenance of partitions, the deadline of a stop. Intake goes on while a
 * transaction runs and while the database is away: rows that memory has no room for are spilled. It is no thread: worker.ts
 * runs it in one, tests run it in their own.
 */

import { AssertionError } from 'node:assert';
import { type AgentClock, machineClock } from './agent-clock.ts';
import { BATCH_LIMITS, Batcher, type BatchLimits } from './batcher.ts';
import { CopyWriter } from './copy-writer.ts';
import { DatabaseError, type DatabaseConnect } from './database.ts';
import type { Migration } from './migrations.ts';
import { ROWS_PER_TURN_MAX, RowIntake } from './row-intake.ts';
import type { SpillDisk } from './spill-disk.ts';
import { WatermarkWentBack } from './watermark.ts';
import type { FromStorageWorker, StorageStatus, StorageWorkerData, ToStorageWorker } from './worker-messages.ts';

/**
 * How often the rings are looked into: far below the age of a batch, and they hold many times what a shard sends in between.
 * Looking again at once would find a row or two each time, and take a core from the shards.
 */
const POLL_MS = 5;
const STATUS_MS_MAX = 1_000;
/** While inputs make no rows the watermark alone is moved, this often; it also notices a lost connection. */
const BARE_WATERMARK_MS = 1_000;
const PARTITION_MAINTENANCE_MS = 10 * 60_000;
const RETRY_WHILE_STOPPING_MS_MAX = 200;

export interface StorageAgentOptions extends Omit<StorageWorkerData, 'databaseUrl' | 'spillFolder'> {
  readonly connect: DatabaseConnect;
  readonly spillDisk: SpillDisk;
  readonly post: (message: FromStorageWorker) => void;
  readonly limits?: Partial<BatchLimits>;
  readonly clock?: AgentClock;
  /** Those of this version, when not given. */
  readonly migrations?: readonly Migration[];
}

export class StorageAgent {
  private readonly writer: CopyWriter;
  private readonly intake: RowIntake;
  private readonly batcher: Batcher;
  private readonly post: (message: FromStorageWorker) => void;
  private readonly clock: AgentClock;
  private writing = false;
  /** Ends the sleep. */
  private wake: () => void = () => undefined;
  /** The last attempt to write failed: a new connection alone is no sign of recovery then. */
  private writeFailed = false;
  private fatal: Error | undefined;
  private readonly durable: Float64Array;
  private error: string | undefined;
  private attemptAtMs = 0;
  private maintainAtMs = 0;
  private writtenAtMs = 0;
  /** When the oldest held row came, or a moment before; NaN while none is held. */
  private oldestAtMs = Number.NaN;
  private stopping: { readonly upTo: number; readonly deadlineAtMs: number } | undefined;
  private posted: StorageStatus = { connected: false, committedSequence: 0, heldRows: 0, spilledRows: 0 };
  private postedAtMs = 0;

  constructor(options: StorageAgentOptions) {
    const limits = { ...BATCH_LIMITS, ...options.limits };
    const { connect, journalId, rowRings, appliedSequences, durableSequence } = options;
    this.durable = durableSequence === undefined ? Float64Array.of(Number.POSITIVE_INFINITY) : new Float64Array(durableSequence);
    const { migrations } = options;
    this.clock = options.clock ?? machineClock;
    this.writer = new CopyWriter({ connect, journalId, sourceCount: rowRings.length, ...(migrations === undefined ? {} : { migrations }) });
    this.intake = new RowIntake(rowRings, appliedSequences, this.writer, options.spillDisk, limits);
    this.batcher = new Batcher(limits);
    this.post = options.post;
  }

  onMessage(message: ToStorageWorker): void {
    switch (message.type) {
      case 'stop':
        this.stopping = { upTo: message.upTo, deadlineAtMs: this.clock.nowMs() + message.deadlineMs };
        this.attemptAtMs = 0;
        return;
      case 'shard-restarted':
        return this.intake.replaceRing(message.shard, message.rowRing, message.appliedSequence);
    }
  }

  /** Runs until it is stopped. Throws `WatermarkWentBack`, and what an invariant found; the caller dies of it. */
  async run(): Promise<void> {
    this.post({ type: 'ready' });
    while (!this.finished()) {
      const taken = this.doWork();
      if (this.fatal !== undefined) throw this.fatal;
      await (taken >= ROWS_PER_TURN_MAX ? this.clock.turn() : this.sleep(POLL_MS));
    }
    this.intake.forgetSpilled();
    await this.writer.close();
    this.post({ type: 'stopped', committedSequence: this.writer.committedSequence });
  }

  private doWork(): number {
    const nowMs = this.clock.nowMs();
    const taken = this.intake.drain();
    if (this.writer.heldRows === 0) this.oldestAtMs = Number.NaN;
    else if (Number.isNaN(this.oldestAtMs)) this.oldestAtMs = nowMs;
    if (!this.writing && nowMs >= this.attemptAtMs) this.startWriting(nowMs);
    this.tell(nowMs);
    return taken;
  }

  /** Until so long has passed, or something that was being written is over. */
  private sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.clock.after(ms, resolve);
      this.wake = () => {
        cancel();
        resolve();
      };
    });
  }

  private finished(): boolean {
    if (this.stopping === undefined) return false;
    if (this.clock.nowMs() >= this.stopping.deadlineAtMs) return true;
    return !this.writing && this.writer.connected && this.writer.committedSequence >= this.stopping.upTo;
  }

  /** Starts what is to be done on the connection now, if anything; one thing at a time. */
  private startWriting(nowMs: number): void {
    const connecting = !this.writer.connected;
    const work = connecting ? () => this.writer.connect() : this.nextWork(nowMs);
    if (work === undefined) return;
    this.writing = true;
    void work()
      .then(() => {
        if (!connecting) this.writeFailed = false;
        if (!this.writeFailed) this.onHealthy();
      })
      .catch((error: unknown) => {
        if (!connecting) this.writeFailed = true;
        this.onFailed(error);
      })
      .finally(() => {
        this.writing = false;
        this.wake();
      });
  }

  private nextWork(nowMs: number): (() => Promise<void>) | undefined {
    if (nowMs >= this.maintainAtMs) {
      this.maintainAtMs = nowMs + PARTITION_MAINTENANCE_MS;
      return () => this.writer.prepareHoursAhead(this.clock.wallUs());
    }
    // A row must not outlive the record that caused it: what a power cut takes from the journal is not in the database.
    const complete = Math.min(this.intake.completeThrough, this.durable[0]!);
    if (complete <= this.writer.committedSequence) return undefined;
    const rowCount = this.writer.countThrough(complete);
    const due = this.batcher.due(rowCount, this.writer.heldBytes, nowMs - this.oldestAtMs);
    const bareDue = rowCount === 0 && nowMs - this.writtenAtMs >= BARE_WATERMARK_MS;
    if (!due && !bareDue && this.stopping === undefined) return undefined;
    const upTo = this.writer.batchEnd(complete, this.batcher.batchRowsMax);
    return async () => {
      await this.writer.commit(upTo);
      this.writtenAtMs = nowMs;
      this.oldestAtMs = this.writer.heldRows === 0 ? Number.NaN : nowMs;
    };
  }

  private onHealthy(): void {
    this.batcher.onSuccess();
    this.error = undefined;
  }

  private onFailed(error: unknown): void {
    if (isBrokenInvariant(error)) this.fatal = error;
    const delayMs = this.batcher.onFailure(error instanceof DatabaseError ? error.sqlState : undefined);
    const cappedMs = this.stopping === undefined ? delayMs : Math.min(delayMs, RETRY_WHILE_STOPPING_MS_MAX);
    this.attemptAtMs = this.clock.nowMs() + cappedMs;
    this.error = error instanceof Error ? error.message : String(error);
  }

  /** Posts the status when it changed: at once for the connection and the watermark, each second for the rows held. */
  private tell(nowMs: number): void {
    const { spilledRows } = this.intake;
    const status: StorageStatus = {
      connected: this.writer.connected,
      committedSequence: this.writer.committedSequence,
      heldRows: this.writer.heldRows + spilledRows,
      spilledRows,
      ...(this.error === undefined ? {} : { error: this.error }),
    };
    const { posted } = this;
    const turned =
      status.connected !== posted.connected ||
      status.committedSequence !== posted.committedSequence ||
      status.error !== posted.error;
    const aged = nowMs - this.postedAtMs >= STATUS_MS_MAX && status.heldRows !== posted.heldRows;
    if (!turned && !aged) return;
    this.posted = status;
    this.postedAtMs = nowMs;
    this.post({ type: 'status', ...status });
  }
}

/** The database failing is expected; a bug of ours, or rows that only the journal can bring back, is not. */
function isBrokenInvariant(error: unknown): error is Error {
  return error instanceof WatermarkWentBack || error instanceof AssertionError || error instanceof TypeError;
}
