/** A shard on the measuring thread: its mailbox and who fills it, its agent, and outputs as the shard's worker has them. */

import { MAILBOX_BYTES } from '../../engine/domain/limits.ts';
import type { Row } from '../../engine/domain/rows.ts';
import { ORDER_ROW_DOUBLES, OrderCell } from '../../engine/orders/order-row.ts';
import { createMailbox, MailboxReceiver, MailboxSender } from '../../engine/ring/mailbox.ts';
import { RowEncoder } from '../../engine/ring/row-codec.ts';
import { SharedRows } from '../../engine/ring/shared-state.ts';
import { Shard } from '../../engine/shard/shard.ts';
import { ShardAgent } from '../../engine/shard/shard-agent.ts';
import { ShardFeed } from './shard-feed.ts';

/** Larger than a shard's own ring: it takes the rows of a whole mailbox, and is emptied between measurements. */
const ROWS_RING_BYTES = 1 << 26;

export type Rows = 'discarded' | 'encoded';

export class ShardLane {
  readonly orders: SharedRows;
  readonly shard: Shard;
  readonly sender: MailboxSender;
  readonly feed: ShardFeed;
  private readonly mailbox: MailboxReceiver;
  private readonly agent: ShardAgent;
  /** A byte an order. All are followed at first, which is the hardest case: what is shown of them follows their market. */
  readonly watched: Uint8Array;
  /** Changes that followers would have been told. */
  told = 0;
  private readonly applied = new Float64Array(1);
  private readonly rowsRing: MailboxReceiver | undefined;

  constructor(orderCount: number, rows: Rows = 'discarded', mailboxBytes = MAILBOX_BYTES) {
    this.orders = SharedRows.create(orderCount, ORDER_ROW_DOUBLES);
    const watched = new Uint8Array(orderCount).fill(1);
    this.watched = watched;
    const shared = createMailbox(mailboxBytes);
    this.sender = new MailboxSender(shared);
    this.feed = new ShardFeed(this.sender);
    this.mailbox = new MailboxReceiver(shared);
    let onRow: (row: Row) => void = () => undefined;
    if (rows === 'encoded') {
      const ring = createMailbox(ROWS_RING_BYTES);
      const sender = new MailboxSender(ring);
      this.rowsRing = new MailboxReceiver(ring);
      const encoder = new RowEncoder();
      onRow = (row) => {
        encoder.encode(row);
        if (!sender.tryPublishFrom(encoder.memory, encoder.byteLength)) throw new RangeError('the rows ring is full: empty it first');
      };
    }
    this.shard = new Shard(this.orders, {
      row: onRow,
      alert: () => undefined,
      changed: (orderNo) => {
        this.told += watched[orderNo]!;
      },
    });
    this.agent = new ShardAgent(this.shard, this.mailbox, {
      progressed: (sequence) => (this.applied[0] = sequence),
      query: () => undefined,
      hash: () => undefined,
    }, { watched });
  }

  /** Applies what is in the mailbox; what is shown of the orders may still be of a moment before. */
  apply(): void {
    while (this.mailbox.usedBytes > 0) this.agent.doWork();
  }

  /** Applies what is in the mailbox and refreshes what is shown until there is nothing to do. */
  publish(): void {
    while (this.agent.doWork() > 0);
  }

  /** Throws the rows away that wait in their ring; returns how many there were. */
  emptyRows(): number {
    return this.rowsRing?.receiveInPlace(() => undefined, Number.POSITIVE_INFINITY) ?? 0;
  }

  cell(orderNo: number, cell: keyof typeof OrderCell): number {
    return this.orders.cells[orderNo * this.orders.rowDoubles + OrderCell[cell]]!;
  }
}
