/** Everything a shard's worker shares with the others: handed over once, when it begins. */

import { createMailbox } from '../ring/mailbox.ts';
import type { RebuildPlan } from './rebuild-plan.ts';
import type { ShardHash } from './state-hash.ts';
import { SHARD_COUNTERS } from './counters.ts';
import type { ShardAnswer } from '../domain/question.ts';
import { ALERTS_RING_BYTES, CHANGES_RING_BYTES, MAILBOX_BYTES, ROWS_RING_BYTES } from '../domain/limits.ts';

export interface ShardChannels {
  readonly shard: number;
  readonly shards: number;
  /** The thread stands in for one that has died, and reads by itself what that one knew. */
  readonly rebuild?: RebuildPlan;
  /** Records in, from the main thread. */
  readonly mailbox: SharedArrayBuffer;
  /** Numbers of watched orders whose view changed, to the main thread. Dropped when full: the rows hold the truth. */
  readonly changes: SharedArrayBuffer;
  /** Alert notices, to the main thread. Never dropped. */
  readonly alerts: SharedArrayBuffer;
  /** Rows, to the storage worker. Never dropped. */
  readonly rows: SharedArrayBuffer;
  /** False where there is no database: rows are not even made then. */
  readonly hasDatabase: boolean;
  /** SharedRows of all orders; the shard writes those of its symbols. */
  readonly orders: SharedArrayBuffer;
  /** One byte an order, written by the main thread: 1 while someone follows it. */
  readonly watched: SharedArrayBuffer;
  /** One double, written by the shard: its rows up to this sequence are in its ring. */
  readonly appliedSequence: SharedArrayBuffer;
  /** Doubles, written by the shard: see counters.ts. */
  readonly counters: SharedArrayBuffer;
}

export function createShardChannels(
  shard: number,
  shared: Pick<ShardChannels, 'orders' | 'watched' | 'hasDatabase' | 'shards' | 'rebuild'>,
): ShardChannels {
  return {
    shard,
    mailbox: createMailbox(MAILBOX_BYTES),
    changes: createMailbox(CHANGES_RING_BYTES),
    alerts: createMailbox(ALERTS_RING_BYTES),
    rows: createMailbox(ROWS_RING_BYTES),
    appliedSequence: new SharedArrayBuffer(8),
    counters: new SharedArrayBuffer(SHARD_COUNTERS * 8),
    ...shared,
  };
}

/** What a shard's worker is started with. */
export interface ShardWorkerData {
  /** It is to stand in for a shard that dies, whichever that is. */
  readonly isSpare: boolean;
}

/** The first and only message to a shard's worker: until then it has loaded its code and nothing else. */
export interface ShardBegin {
  readonly channels: ShardChannels;
  /** The snapshot to begin with; undefined: with nothing. */
  readonly snapshotPath: string | undefined;
  /** Of engines that it runs before, each until it is told to stop: the warm-up (gateway/warm-up). */
  readonly practice: readonly ShardChannels[];
}

/** What a shard's worker posts to the main thread. */
export type ShardMessage =
  | { readonly type: 'doorbell' }
  | { readonly type: 'answer'; readonly queryId: number; readonly answer: ShardAnswer }
  | { readonly type: 'hashed'; readonly round: number; readonly shard: number; readonly hash: ShardHash }
  /** Of a shard that is being rebuilt: little of the journal is left to read, send it what comes from here on. */
  | { readonly type: 'near' }
  | { readonly type: 'rebuilt' }
  | { readonly type: 'stopped' };
