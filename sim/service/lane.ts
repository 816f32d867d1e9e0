/**
 * A shard as its worker runs it (engine/shard/worker.ts), without the thread: it takes its turn some time after it was woken, and
 * when its ring of rows is full it does nothing more until there is room.
 */

import type { Disk } from '../../engine/journal/disk.ts';
import { type MailboxReceiver, MailboxSender } from '../../engine/ring/mailbox.ts';
import { RowEncoder } from '../../engine/ring/row-codec.ts';
import type { SharedRows } from '../../engine/ring/shared-state.ts';
import { Shard } from '../../engine/shard/shard.ts';
import { ShardAgent } from '../../engine/shard/shard-agent.ts';
import { loadShard } from '../../engine/snapshot/snapshot.ts';
import type { Life } from '../world/life.ts';
import type { Random } from '../world/random.ts';

const TURN_US_MAX = 2_000;
const FULL_RING_RETRY_US = 1_000;

export interface LaneOptions {
  readonly orders: SharedRows;
  readonly mailbox: MailboxReceiver;
  readonly rows: SharedArrayBuffer;
  readonly applied: Float64Array;
  readonly life: Life;
  readonly random: Random;
  /** Sees each row as it is sent; valid during the call. */
  readonly onRow: (message: Buffer) => void;
}

export class Lane {
  readonly shard: Shard;
  private readonly options: LaneOptions;
  private readonly agent: ShardAgent;
  private readonly rows: MailboxSender;
  private readonly encoder = new RowEncoder();
  /** Rows that found the ring full, oldest first. */
  private unsent: Buffer[] = [];
  private sequence = 0;
  private isAwake = false;
  private isLoading = false;

  constructor(options: LaneOptions) {
    this.options = options;
    this.rows = new MailboxSender(options.rows);
    this.shard = new Shard(options.orders, {
      row: (row) => {
        this.encoder.encode(row);
        this.send(this.encoder.memory.bytes.subarray(0, this.encoder.byteLength));
      },
      alert: () => undefined,
      changed: () => undefined,
    });
    this.agent = new ShardAgent(this.shard, options.mailbox, {
      progressed: (sequence) => (this.sequence = sequence),
      query: () => undefined,
      hash: () => undefined,
    });
  }

  /** Reads what the shard knows from a snapshot, and takes its turns from then on. */
  async begin(path: string, lane: number, lanes: number, disk: Disk): Promise<void> {
    this.isLoading = true;
    const { sequence } = await loadShard(path, this.shard, { shard: lane, shards: lanes }, { disk });
    this.agent.reach(sequence);
    this.isLoading = false;
    this.wake();
  }

  wake(): void {
    if (this.isAwake || this.isLoading) return;
    this.isAwake = true;
    this.options.life.after(this.options.random.whole(1, TURN_US_MAX), () => this.turn());
  }

  private turn(): void {
    this.isAwake = false;
    while (this.unsent.length > 0 && this.rows.tryPublish(this.unsent[0]!)) this.unsent.shift();
    if (this.unsent.length === 0) this.options.applied[0] = this.sequence;
    const isWaiting = this.unsent.length > 0;
    const done = isWaiting ? 0 : this.agent.doWork();
    if (this.unsent.length === 0) this.options.applied[0] = this.sequence;
    if (isWaiting || this.unsent.length > 0) {
      this.isAwake = true;
      this.options.life.after(FULL_RING_RETRY_US, () => this.turn());
    } else if (done > 0) this.wake();
  }

  private send(message: Buffer): void {
    this.options.onRow(message);
    if (this.unsent.length > 0 || !this.rows.tryPublish(message)) this.unsent.push(Buffer.from(message));
  }
}
