/** What a shard counts in shared memory for operators: written by its thread, read by the main thread at any time. */

export const ShardCounter = {
  /** Announced orders that are wholly in memory. */
  ORDERS_IN_MEMORY: 0,
  /** Orders that have left memory; the database answers for their analytics. */
  ORDERS_EVICTED: 1,
  /** Corrections and busts that wait for the execution they name. */
  UNMATCHED_AMENDMENTS: 2,
} as const;

export const SHARD_COUNTERS = Object.keys(ShardCounter).length;
