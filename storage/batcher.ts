/**
 * When to write: by rows, by bytes or by age, and after a failure how long to wait.
 *
 * It owns the limits of a batch and the delay of the next attempt. It reads no clock and holds no rows.
 */

export interface BatchLimits {
  /** Rows of one transaction. */
  readonly batchRowsMax: number;
  /** Encoded bytes held that make a batch due. */
  readonly batchBytes: number;
  /** How long a row waits for others, ms. */
  readonly batchAgeMsMax: number;
  /** Rows and bytes held in memory for all shards together; beyond, they are spilled (spilled-rows.ts). */
  readonly heldRowsMax: number;
  readonly heldBytesMax: number;
  /** Of a shard's spilled rows that go to the disk together. */
  readonly spillBlockBytes: number;
}

export const BATCH_LIMITS: BatchLimits = {
  batchRowsMax: 40_000,
  batchBytes: 4 << 20,
  batchAgeMsMax: 200,
  heldRowsMax: 400_000,
  heldBytesMax: 64 << 20,
  spillBlockBytes: 2 << 20,
};

const RETRY_MS_MIN = 100;
const RETRY_MS_MAX = 5_000;
/** SQLSTATE classes and codes that a smaller transaction may get around: resources, program limits, a timeout. */
const TOO_LARGE = /^(?:53|54|57014)/;

export class Batcher {
  private readonly limits: BatchLimits;
  private rowsMax: number;
  private failures = 0;

  constructor(limits: BatchLimits) {
    this.limits = limits;
    this.rowsMax = limits.batchRowsMax;
  }

  /** How many rows the next transaction may have. */
  get batchRowsMax(): number {
    return this.rowsMax;
  }

  /** Whether `rowCount` committable rows are to be written now. */
  due(rowCount: number, heldBytes: number, oldestAgeMs: number): boolean {
    if (rowCount === 0) return false;
    const { batchBytes, batchAgeMsMax } = this.limits;
    return rowCount >= this.rowsMax || heldBytes >= batchBytes || oldestAgeMs >= batchAgeMsMax;
  }

  onSuccess(): void {
    this.failures = 0;
    this.rowsMax = Math.min(this.rowsMax * 2, this.limits.batchRowsMax);
  }

  /** Returns how long to wait before the next attempt, ms: doubling from 100 ms to 5 s. */
  onFailure(sqlState: string | undefined): number {
    if (sqlState !== undefined && TOO_LARGE.test(sqlState)) this.rowsMax = Math.max(1, this.rowsMax >> 1);
    const delayMs = Math.min(RETRY_MS_MIN * 2 ** this.failures, RETRY_MS_MAX);
    this.failures++;
    return delayMs;
  }
}
