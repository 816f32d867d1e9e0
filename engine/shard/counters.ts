/** What a shard counts in shared memory for operators: written by its thread, read by the main thread at any time. */

export const ShardCounter = {
  /** Announced orders that are wholly in memory. */
  ORDERS_IN_MEMORY: 0,
  /** Orders that have left memory; the database answers for their analytics. */
  ORDERS_EVICTED: 1,
  /** Corrections and busts that wait for the execution they name. */
  UNMATCHED_AMENDMENTS: 2,
  /** Rises as long as the thread does not hang, also while there is nothing to do or no room for what it has to say. */
  HEARTBEAT: 3,
  /** Sequence of the record that is being applied: where the shard was when it died. 0 while none is. */
  SEQUENCE_IN_HAND: 4,
  /** 1 while it answers a question, which takes as long as there is to answer. */
  IS_ANSWERING: 5,
} as const;

export const SHARD_COUNTERS = Object.keys(ShardCounter).length;
