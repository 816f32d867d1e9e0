/** The sending ends of the shards' mailboxes. An order and its market live on the shard of their symbol. */

import { MAILBOX_RESERVE_BYTES } from '../domain/limits.ts';
import { shardOfSymbol } from '../domain/shard-of-symbol.ts';
import { NONE, RecordType, RecordWriter } from '../journal/record.ts';
import type { Memory } from '../ring/memory.ts';
import type { MailboxSender } from '../ring/mailbox.ts';


export class Router {
  private readonly mailboxes: readonly MailboxSender[];
  private readonly control = new RecordWriter(256);

  constructor(mailboxes: readonly MailboxSender[]) {
    this.mailboxes = mailboxes;
  }

  get shardCount(): number {
    return this.mailboxes.length;
  }

  shardOf(symbolNo: number): number {
    return shardOfSymbol(symbolNo, this.mailboxes.length);
  }

  /** True when every mailbox takes the largest batch: ask before anything is journaled. */
  hasRoom(): boolean {
    return this.mailboxes.every((mailbox) => mailbox.freeBytes >= MAILBOX_RESERVE_BYTES);
  }

  /** Shards see what was sent to them after `show`. */
  toShard(shard: number, memory: Memory, offset: number, byteLength: number): void {
    const delivered = this.mailboxes[shard]!.tryStage(memory, offset, byteLength);
    // Unreachable while callers ask hasRoom() first; a lost record would split live state from the journal.
    if (!delivered) throw new Error(`mailbox of shard ${shard} is full although room was promised`);
  }

  toAll(memory: Memory, offset: number, byteLength: number): void {
    for (let shard = 0; shard < this.mailboxes.length; shard++) this.toShard(shard, memory, offset, byteLength);
  }

  /** Tells every shard that all there is for it up to this sequence has been sent. */
  mark(sequence: number): void {
    this.control.clear();
    this.control.begin({ type: RecordType.MARK, sequence, receivedUs: 0, timestampUs: 0, orderNo: NONE, symbolNo: NONE });
    this.control.end();
    this.toAll(this.control.written, 0, this.control.byteLength);
  }

  /** Asks a shard about one of its orders; it answers out of band. False when its mailbox is full. */
  query(shard: number, queryId: number, orderNo: number, isExplained: boolean): boolean {
    this.control.clear();
    this.control.begin({ type: RecordType.QUERY, sequence: queryId, receivedUs: 0, timestampUs: 0, orderNo, symbolNo: NONE });
    this.control.word(isExplained ? 1 : 0);
    this.control.end();
    const mailbox = this.mailboxes[shard]!;
    const isSent = mailbox.tryStage(this.control.written, 0, this.control.byteLength);
    mailbox.publish();
    mailbox.wake();
    return isSent;
  }

  /** Asks every shard for the hash of its state after all that was sent so far. False while a mailbox has no room for it. */
  askForHash(round: number): boolean {
    if (!this.hasRoom()) return false;
    this.control.clear();
    this.control.begin({ type: RecordType.HASH, sequence: round, receivedUs: 0, timestampUs: 0, orderNo: NONE, symbolNo: NONE });
    this.control.word(this.mailboxes.length);
    this.control.end();
    this.toAll(this.control.written, 0, this.control.byteLength);
    this.show();
    return true;
  }

  /** The last message of every shard; false while a mailbox has no room for it. */
  stop(): boolean {
    if (!this.hasRoom()) return false;
    this.control.clear();
    this.control.begin({ type: RecordType.STOP, sequence: 0, receivedUs: 0, timestampUs: 0, orderNo: NONE, symbolNo: NONE });
    this.control.end();
    this.toAll(this.control.written, 0, this.control.byteLength);
    this.show();
    return true;
  }

  /** Shows the shards what was sent to them and wakes those that sleep; once after each batch. */
  show(): void {
    for (const mailbox of this.mailboxes) {
      mailbox.publish();
      mailbox.wake();
    }
  }
}
