/**
 * A shard's duty cycle: take what is in the mailbox, apply it; with nothing to do, refresh the orders that somebody follows where
 * their market moved. Others are refreshed by their own events, at their turn of each second, and when they are asked for: so a
 * quote costs the same however many orders trade its symbol. It never waits by itself; the worker that runs it parks when a cycle
 * did nothing.
 */

import type { MailboxReceiver } from '../ring/mailbox.ts';
import { RecordReader, RecordType } from '../journal/record.ts';
import type { Market } from '../market/market.ts';
import { QUESTIONS, type Question } from '../domain/question.ts';
import type { Memory } from '../ring/memory.ts';
import { applyRecord } from './apply-event.ts';
import { refreshOrder } from './each-second.ts';
import type { Shard } from './shard.ts';

const RECORDS_PER_CYCLE_MAX = 1_024;
const REFRESHES_PER_CYCLE_MAX = 64;
const PLACES_PER_CYCLE_MAX = 8_192;

export interface AgentOutputs {
  /** All that was applied up to this sequence has been handed on. */
  progressed(sequence: number): void;
  /** A question from the main thread: answered in its place among the records. */
  query(queryId: number, orderNo: number, question: Question): void;
  /** Wanted is the hash of the shard's state at this place among the records, as one of so many shards. */
  hash(round: number, shardCount: number): void;
}

export interface AgentCells {
  /** A byte an order, 1 while somebody follows it. */
  readonly watched: Uint8Array;
  /** One cell, for whoever looks when this shard has died: the sequence of the record that is being applied, 0 between them. */
  readonly inHand: Float64Array;
}

export class ShardAgent {
  private readonly shard: Shard;
  private readonly mailbox: MailboxReceiver;
  private readonly outputs: AgentOutputs;
  private readonly watched: Uint8Array;
  private readonly record = new RecordReader();
  private readonly inHand: Float64Array;
  private sequence = 0;
  /** The market whose orders are being refreshed, and how many of them are left to look at. */
  private refreshing: Market | undefined;
  private placesLeft = 0;
  isStopped = false;

  constructor(shard: Shard, mailbox: MailboxReceiver, outputs: AgentOutputs, { watched = new Uint8Array(0), inHand = new Float64Array(1) }: Partial<AgentCells> = {}) {
    this.shard = shard;
    this.watched = watched;
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
    if (record.type === RecordType.QUERY) this.outputs.query(record.sequence, record.orderNo, QUESTIONS[record.word()]!);
    else if (record.type === RecordType.HASH) this.outputs.hash(record.sequence, record.word());
    else if (record.type === RecordType.STOP) this.isStopped = true;
    else {
      applyRecord(this.shard, record);
      this.sequence = record.sequence > this.sequence ? record.sequence : this.sequence;
    }
  }

  /** Returns how many orders were looked at. */
  private refreshMoved(): number {
    let looked = 0;
    let refreshed = 0;
    while (refreshed < REFRESHES_PER_CYCLE_MAX && looked < PLACES_PER_CYCLE_MAX) {
      if (this.refreshing === undefined && !this.beginMoved()) return looked;
      const { active } = this.refreshing!;
      this.placesLeft = Math.min(this.placesLeft, active.length) - 1;
      looked++;
      if (this.placesLeft < 0) this.refreshing = undefined;
      else if (this.watched[active[this.placesLeft]!] === 1) {
        refreshOrder(this.shard, active[this.placesLeft]!);
        refreshed++;
      }
    }
    return looked;
  }

  private beginMoved(): boolean {
    const market = this.shard.takeMoved();
    this.refreshing = market;
    this.placesLeft = market?.active.length ?? 0;
    return market !== undefined;
  }
}
