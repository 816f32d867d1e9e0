/** Sequencer and one shard on the measuring thread, with a real journal or one that takes everything and keeps nothing. */

import { MAILBOX_BYTES } from '../../engine/domain/limits.ts';
import type { Journal } from '../../engine/journal/journal.ts';
import { ORDER_ROW_DOUBLES, OrderCell } from '../../engine/orders/order-row.ts';
import { createMailbox, MailboxReceiver, MailboxSender } from '../../engine/ring/mailbox.ts';
import { SharedRows } from '../../engine/ring/shared-state.ts';
import { Router } from '../../engine/sequencer/router.ts';
import { Sequencer } from '../../engine/sequencer/sequencer.ts';
import { Shard } from '../../engine/shard/shard.ts';
import { ShardAgent } from '../../engine/shard/shard-agent.ts';

/** What the sequencer asks of a journal. */
type JournalPort = Pick<Journal, 'nextSequence' | 'failed' | 'append' | 'beginCommit' | 'durable'>;

const KEEPS_NOTHING: JournalPort = {
  nextSequence: 1,
  failed: undefined,
  append: () => undefined,
  beginCommit: () => undefined,
  durable: () => Promise.resolve(),
};

export class SequencerLane {
  readonly sequencer: Sequencer;
  readonly shard: Shard;
  readonly orders: SharedRows;
  private readonly agent: ShardAgent;

  constructor(orderCount: number, receiptUs: number) {
    const mailbox = createMailbox(MAILBOX_BYTES);
    const router = new Router([new MailboxSender(mailbox)]);
    this.sequencer = new Sequencer(router, 'event', () => receiptUs, (error) => {
      throw error;
    });
    this.orders = SharedRows.create(orderCount, ORDER_ROW_DOUBLES);
    this.shard = new Shard(this.orders, { row: () => undefined, alert: () => undefined, changed: () => undefined });
    this.agent = new ShardAgent(this.shard, new MailboxReceiver(mailbox), { progressed: () => undefined, query: () => undefined, hash: () => undefined }, { watched: new Uint8Array(orderCount).fill(1) });
  }

  /** From here on inputs are taken; without a journal they are kept nowhere. */
  attach(journal: JournalPort = KEEPS_NOTHING): this {
    this.sequencer.attach(journal as Journal);
    return this;
  }

  /** Lets the shard do all there is to do. */
  publish(): void {
    while (this.agent.doWork() > 0);
  }

  cell(orderNo: number, cell: keyof typeof OrderCell): number {
    return this.orders.cells[orderNo * this.orders.rowDoubles + OrderCell[cell]]!;
  }
}
