/**
 * The engine on one thread, fed from a snapshot and the journal behind it: it knows what the service knew at any sequence,
 * and tells nobody. What it would write or say goes nowhere.
 */

import { MAILBOX_BYTES, ORDERS_MAX } from '../domain/limits.ts';
import type { Disk } from '../journal/disk.ts';
import type { Frame } from '../journal/segment.ts';
import { ABSENT } from '../market/market.ts';
import { ORDER_ROW_DOUBLES } from '../orders/order-row.ts';
import { createMailbox, MailboxReceiver, MailboxSender } from '../ring/mailbox.ts';
import type { AlertNotice } from '../shard/alert-notice.ts';
import { refreshOrder } from '../shard/each-second.ts';
import type { Memory } from '../ring/memory.ts';
import { SharedRows } from '../ring/shared-state.ts';
import { Router } from '../sequencer/router.ts';
import { Sequencer } from '../sequencer/sequencer.ts';
import { Shard } from '../shard/shard.ts';
import { ShardAgent } from '../shard/shard-agent.ts';
import { loadShard, saveSnapshot } from './snapshot.ts';

const nothing = (): void => undefined;

export interface ReplicaMemory {
  readonly orders: SharedRows;
  readonly mailbox: SharedArrayBuffer;
}

/** As large as the service's; the system gives what is used of it. */
const memoryOfService = (): ReplicaMemory => ({ orders: SharedRows.create(ORDERS_MAX, ORDER_ROW_DOUBLES), mailbox: createMailbox(MAILBOX_BYTES) });

export interface ReplicaOptions {
  /** Hears of alerts as the streams did. */
  readonly onAlert?: ((notice: AlertNotice) => void) | undefined;
  readonly memory?: ReplicaMemory | undefined;
}

export class Replica {
  readonly orders: SharedRows;
  readonly shard: Shard;
  readonly sequencer: Sequencer;
  private readonly mailbox: MailboxReceiver;
  private readonly agent: ShardAgent;

  constructor({ onAlert = nothing, memory = memoryOfService() }: ReplicaOptions = {}) {
    this.orders = memory.orders;
    this.shard = new Shard(this.orders, { row: nothing, alert: onAlert, changed: nothing });
    const onBroken = (error: unknown): never => {
      throw error;
    };
    this.sequencer = new Sequencer(new Router([new MailboxSender(memory.mailbox)]), 'event', () => 0, onBroken);
    this.mailbox = new MailboxReceiver(memory.mailbox);
    this.agent = new ShardAgent(this.shard, this.mailbox, { progressed: nothing, query: nothing, hash: nothing });
  }

  /** Throws SnapshotDamaged; the replica is of no use then. */
  static async fromSnapshot(path: string, options?: ReplicaOptions, disk?: Disk): Promise<Replica> {
    const replica = new Replica(options);
    await loadShard(path, replica.shard, { shard: 0, shards: 1 }, { sequencer: replica.sequencer, disk });
    return replica;
  }

  /** The newest sequence that it knows. */
  get sequence(): number {
    return this.sequencer.lastSequence;
  }

  apply(segment: Memory, frame: Frame): void {
    this.sequencer.recover(segment, frame);
    // Views are computed when somebody looks: only what is in the mailbox is worked off.
    while (this.mailbox.usedBytes > 0) this.agent.doWork();
  }

  /** Brings what is shown of an order up to what is known; one that can no longer change by itself stays as it was shown last. */
  refresh(orderNo: number): void {
    if (this.shard.activePlaces.get(orderNo) !== ABSENT) refreshOrder(this.shard, orderNo);
  }

  /** Returns its path. */
  save(folder: string, journalId: string, disk?: Disk): Promise<string> {
    return saveSnapshot(folder, journalId, this.sequencer, [this.shard], disk);
  }
}
