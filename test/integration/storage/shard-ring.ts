/** The sending end of a shard as storage sees it: a ring of rows, and the cell that says how far they are complete. */

import { RowEncoder } from '../../../engine/ring/row-codec.ts';
import { MailboxSender, createMailbox } from '../../../engine/ring/mailbox.ts';
import type { Row } from '../../../engine/domain/rows.ts';

export class ShardRing {
  readonly ring: SharedArrayBuffer;
  readonly appliedSequence: SharedArrayBuffer;
  private readonly sender: MailboxSender;
  private readonly applied: Float64Array;
  private readonly encoder = new RowEncoder();

  constructor(capacityBytes: number, appliedSequence = new SharedArrayBuffer(8)) {
    this.ring = createMailbox(capacityBytes);
    this.appliedSequence = appliedSequence;
    this.sender = new MailboxSender(this.ring);
    this.applied = new Float64Array(appliedSequence);
  }

  /** Puts in what fits, in order; returns how many rows that were. */
  send(rows: readonly Row[]): number {
    const full = rows.findIndex((row) => {
      this.encoder.encode(row);
      return !this.sender.tryPublishFrom(this.encoder.memory, this.encoder.byteLength);
    });
    return full === -1 ? rows.length : full;
  }

  /** Puts everything in, and waits while the ring is full as a shard would. */
  async sendAll(rows: readonly Row[]): Promise<void> {
    for (let sent = 0; sent < rows.length; ) {
      sent += this.send(rows.slice(sent, sent + 1_000));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
  }

  setApplied(sequence: number): void {
    this.applied[0] = sequence;
  }
}
