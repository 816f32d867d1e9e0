/**
 * What a shard and the other threads share, from the shard's side: its engine takes what is in the mailbox, and what it says goes
 * into the rings. Rows and alerts are not dropped: the shard waits for room.
 */

import { Packr } from 'msgpackr';

import type { Row } from '../domain/rows.ts';
import { shardOfSymbol } from '../domain/shard-of-symbol.ts';
import { ORDER_ROW_DOUBLES } from '../orders/order-row.ts';
import { MailboxReceiver, MailboxSender } from '../ring/mailbox.ts';
import { RowEncoder } from '../ring/row-codec.ts';
import { SharedRows } from '../ring/shared-state.ts';
import { answerTo } from './answer/answer-to.ts';
import type { ShardChannels, ShardMessage } from './channels.ts';
import { ShardCounter } from './counters.ts';
import { Shard, type ShardOutputs } from './shard.ts';
import { type AgentOutputs, ShardAgent } from './shard-agent.ts';
import { hashShard } from './state-hash.ts';

const PARK_MS_MAX = 100;
/** How long to wait before a full ring is tried again. */
const FULL_RING_RETRY_MS = 1;

/** A shard and what runs it. */
export interface ShardEngine {
  readonly shard: Shard;
  readonly agent: ShardAgent;
}

export class ShardRings {
  private readonly channels: ShardChannels;
  private readonly post: (message: ShardMessage) => void;
  private readonly mailbox: MailboxReceiver;
  private readonly changes: MailboxSender;
  private readonly alerts: MailboxSender;
  private readonly rows: MailboxSender;
  private readonly watched: Uint8Array;
  private readonly appliedSequence: Float64Array;
  private readonly counters: Float64Array;
  private readonly inHand: Float64Array;
  private readonly sleeper = new Int32Array(new SharedArrayBuffer(4));
  private readonly encoder = new RowEncoder();
  private readonly packr = new Packr({ useRecords: false });
  private readonly change = new Int32Array(1);
  private readonly changeBytes = new Uint8Array(this.change.buffer);

  /** `post` carries what goes to the main thread beside the rings. */
  constructor(channels: ShardChannels, post: (message: ShardMessage) => void) {
    this.channels = channels;
    this.post = post;
    this.mailbox = new MailboxReceiver(channels.mailbox);
    this.changes = new MailboxSender(channels.changes);
    this.alerts = new MailboxSender(channels.alerts);
    this.rows = new MailboxSender(channels.rows);
    this.watched = new Uint8Array(channels.watched);
    this.appliedSequence = new Float64Array(channels.appliedSequence);
    this.counters = new Float64Array(channels.counters);
    this.inHand = new Float64Array(channels.counters, ShardCounter.SEQUENCE_IN_HAND * Float64Array.BYTES_PER_ELEMENT, 1);
  }

  /** That has applied nothing. */
  readonly newEngine = (): ShardEngine => {
    const shard = new Shard(SharedRows.over(this.channels.orders, ORDER_ROW_DOUBLES), this.outputs());
    return { shard, agent: new ShardAgent(shard, this.mailbox, this.agentOutputs(shard), { watched: this.watched, inHand: this.inHand }) };
  };

  /** Works until a record says stop. */
  run(agent: ShardAgent): void {
    while (!agent.isStopped) {
      this.beat();
      const done = agent.doWork();
      this.ringDoorbell();
      if (done === 0) this.mailbox.park(PARK_MS_MAX);
    }
  }

  /** The thread does not hang. */
  beat(): void {
    this.counters[ShardCounter.HEARTBEAT]!++;
  }

  ringDoorbell(): void {
    // The reader asks once on both rings, so that both flags are taken back whichever had something.
    const isAskedOnAlerts = this.alerts.usedBytes > 0 && this.alerts.takeDoorbell();
    const isAskedOnChanges = this.changes.usedBytes > 0 && this.changes.takeDoorbell();
    if (isAskedOnAlerts || isAskedOnChanges) this.post({ type: 'doorbell' });
  }

  private outputs(): ShardOutputs {
    return {
      row: this.channels.hasDatabase ? (row) => this.publishRow(row) : () => undefined,
      alert: (notice) => this.publishAlert(this.packr.pack(notice)),
      changed: (orderNo) => {
        if (this.watched[orderNo] !== 1) return;
        this.change[0] = orderNo;
        this.changes.tryPublish(this.changeBytes);
      },
      atWork: () => this.beat(),
    };
  }

  private agentOutputs(shard: Shard): AgentOutputs {
    const { counters, post, channels } = this;
    return {
      progressed: (sequence) => {
        this.appliedSequence[0] = sequence;
        counters[ShardCounter.ORDERS_IN_MEMORY] = shard.ordersInMemory;
        counters[ShardCounter.ORDERS_EVICTED] = shard.evicted.size;
        counters[ShardCounter.UNMATCHED_AMENDMENTS] = shard.fills.waitingCount;
      },
      query: (queryId, orderNo, question) => {
        counters[ShardCounter.IS_ANSWERING] = 1;
        const answer = answerTo(shard, orderNo, question);
        counters[ShardCounter.IS_ANSWERING] = 0;
        post({ type: 'answer', queryId, answer });
      },
      hash: (round, shardCount) => {
        const hash = hashShard(shard, (symbolNo) => shardOfSymbol(symbolNo, shardCount) === channels.shard, () => this.beat());
        post({ type: 'hashed', round, shard: channels.shard, hash });
      },
    };
  }

  private publishRow(row: Row): void {
    this.encoder.encode(row);
    while (!this.rows.tryPublishFrom(this.encoder.memory, this.encoder.byteLength)) this.waitForRoom();
  }

  private publishAlert(message: Uint8Array): void {
    while (!this.alerts.tryPublish(message)) this.waitForRoom();
  }

  /** Those who read the other rings are told meanwhile. */
  private waitForRoom(): void {
    this.beat();
    this.ringDoorbell();
    Atomics.wait(this.sleeper, 0, 0, FULL_RING_RETRY_MS);
  }
}
