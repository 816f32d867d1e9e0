/**
 * Where the sequencer's records go: the mailboxes of all shards (router.ts), or one shard that reads the journal by itself
 * (snapshot/shard-rebuild.ts). What is sent may be seen after `show`, or `showOneOfMany`.
 */

import type { Memory } from '../ring/memory.ts';

export interface Outlet {
  /** True when there is room for the largest batch, and so much besides: ask before anything is journaled. */
  hasRoom(besidesBytes?: number): boolean;
  shardOf(symbolNo: number): number;
  toShard(shard: number, memory: Memory, offset: number, byteLength: number): void;
  toAll(memory: Memory, offset: number, byteLength: number): void;
  /** All that there is up to this sequence was sent. */
  mark(sequence: number): void;
  show(): void;
  /** The same for one of many batches: who sleeps is woken once all have come that the event loop has in hand. */
  showOneOfMany(): void;
}
