/** What the thread that stands in for a dead shard is given, to read what that one knew. Types only. */
export interface RebuildPlan {
  readonly dataDir: string;
  readonly journalId: string;
  /** Newer snapshots must not be used: their rows may not be in the database yet, and would never be made again. */
  readonly snapshotUpTo: number;
  /** One double: the journal is on the disk up to here, and can be read. */
  readonly durableSequence: SharedArrayBuffer;
  /** One double, written by the main thread: the last sequence to be read from the journal, what follows comes by the mailbox; 0 until that is known. */
  readonly joinAfter: SharedArrayBuffer;
}
