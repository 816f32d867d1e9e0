/**
 * A shard's duty cycle: take what is in the mailbox, apply it; with nothing to do, refresh orders whose market moved.
 * It never waits by itself; the worker that runs it parks when a cycle did nothing.
 */

import type { MailboxReceiver } from '../ring/mailbox.ts';
import { RecordReader, RecordType } from '../journal/record.ts';
import type { Market } from '../market/market.ts';
import type { Memory } from '../ring/memory.ts';
import { applyRecord } from './apply-event.ts';
import { refreshOrder } from './each-second.ts';
import type { Shard } from './shard.ts';

const RECORDS_PER_CYCLE_MAX = 1_024;
const REFRESHES_PER_CYCLE_MAX = 64;

export interface AgentOutputs {
  /** All that was applied up to this sequence has been handed on. */
  progressed(sequence: number): void;
  /** A question from the main thread: answered in its place among the records. */
  query(queryId: number, orderNo: number, isExplained: boolean): void;
  /** Wanted is the hash of the shard's state at this place among the records, as one of so many shards. */
  hash(round: number, shardCount: number): void;
}

export class ShardAgent {
  private readonly shard: Shard;
  private readonly mailbox: MailboxReceiver;
  private readonly outputs: AgentOutputs;
  private readonly record = new RecordReader();
  /** One cell, for whoever looks when this shard has died: the sequence of the record that is being applied, 0 between them. */
  private readonly inHand: Float64Array;
  private sequence = 0;
  private refreshing: { readonly market: Market; place: number } | undefined;
  isStopped = false;

  constructor(shard: Shard, mailbox: MailboxReceiver, outputs: AgentOutputs, inHand: Float64Array = new Float64Array(1)) {
    this.shard = shard;
    this.inHand = inHand;
    this.mailbox = mailbox;
    this.outputs = outputs;
  }

  /** Everything up to this sequence that concerns the shard is in its state. */
  reach(sequence: number): void {
    if (sequence > this.sequence) this.sequence = sequence;
    this.inHand[0] = 0;
    this.outputs.progressed(this.sequence);
  }

  /** One cycle; returns how much was done, 0 when there was nothing to do. */
  doWork(): number {
    const received = this.mailbox.receiveInPlace(this.onMessage, RECORDS_PER_CYCLE_MAX);
    if (received > 0) {
      this.inHand[0] = 0;
      this.outputs.progressed(this.sequence);
      return received;
    }
    return this.refreshMoved();
  }

  private readonly onMessage = (offset: number): void => this.take(this.mailbox.memory, offset);

  /** Applies a record, or answers a question in its place among them. */
  take(memory: Memory, offset: number): void {
    const record = this.record.open(memory, offset);
    this.inHand[0] = record.type < RecordType.QUERY ? record.sequence : 0;
    if (record.type === RecordType.QUERY) this.outputs.query(record.sequence, record.orderNo, record.word() === 1);
    else if (record.type === RecordType.HASH) this.outputs.hash(record.sequence, record.word());
    else if (record.type === RecordType.STOP) this.isStopped = true;
    else {
      applyRecord(this.shard, record);
      this.sequence = record.sequence > this.sequence ? record.sequence : this.sequence;
    }
  }

  private refreshMoved(): number {
    let refreshed = 0;
    while (refreshed < REFRESHES_PER_CYCLE_MAX) {
      this.refreshing ??= this.nextMoved();
      if (this.refreshing === undefined) return refreshed;
      const { market } = this.refreshing;
      this.refreshing.place = Math.min(this.refreshing.place, market.active.length) - 1;
      if (this.refreshing.place < 0) this.refreshing = undefined;
      else refreshOrder(this.shard, market.active[this.refreshing.place]!);
      refreshed++;
    }
    return refreshed;
  }

  private nextMoved(): { readonly market: Market; place: number } | undefined {
    for (const market of this.shard.markets.values()) {
      if (!market.isMoved) continue;
      market.isMoved = false;
      return { market, place: market.active.length };
    }
    return undefined;
  }
}
