/**
 * What the storage worker and the thread that started it say to one another.
 *
 * Rows do not come this way but through the rings. Types only.
 */

export interface StorageWorkerData {
  /** One mailbox a shard; messages are as engine/ring/row-codec.ts says. */
  readonly rowRings: readonly SharedArrayBuffer[];
  /** One Float64 cell a shard: the last sequence whose rows are all in its ring; written after the rows. */
  readonly appliedSequences: readonly SharedArrayBuffer[];
  /** One Float64 cell: the journal is on the disk up to here. Rows beyond it are not written yet. Absent: all is. */
  readonly durableSequence?: SharedArrayBuffer;
  /** UUID of the journal. */
  readonly journalId: string;
  readonly databaseUrl: string;
  /** For rows that memory has no room for; what is in it is removed. */
  readonly spillFolder: string;
}

export type ToStorageWorker =
  /** Drain and commit up to `upTo`, for at most `deadlineMs` from now, then close and answer `stopped`. */
  | { readonly type: 'stop'; readonly upTo: number; readonly deadlineMs: number }
  /**
   * A shard is being rebuilt and will send its rows again, from the watermark or further back, into a new ring, and tell in a new
   * cell how far it is. Its predecessor must have ended.
   */
  | { readonly type: 'shard-restarted'; readonly shard: number; readonly rowRing: SharedArrayBuffer; readonly appliedSequence: SharedArrayBuffer };

export type FromStorageWorker =
  | { readonly type: 'ready' }
  | ({ readonly type: 'status' } & StorageStatus)
  | { readonly type: 'stopped'; readonly committedSequence: number };

export interface StorageStatus {
  readonly connected: boolean;
  /** The watermark; 0 until the first connection has told it. */
  readonly committedSequence: number;
  /** Rows taken and not written yet. */
  readonly heldRows: number;
  /** Of them those that memory has no room for. */
  readonly spilledRows: number;
  /** Why the last attempt failed; absent while all is well. */
  readonly error?: string;
}
