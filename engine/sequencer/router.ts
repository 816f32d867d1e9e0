/**
 * The sending ends of the shards' mailboxes. An order and its market live on the shard of their symbol.
 *
 * A shard that has died is detached: what would go to it is in the journal, from which it is rebuilt, and nobody waits for
 * its mailbox. It is attached again with a new one, and gets what comes from then on.
 */

import { MAILBOX_RESERVE_BYTES } from '../domain/limits.ts';
import { shardOfSymbol } from '../domain/shard-of-symbol.ts';
import { NONE, RecordType, RecordWriter } from '../journal/record.ts';
import type { Memory } from '../ring/memory.ts';
import type { MailboxSender } from '../ring/mailbox.ts';
import { QUESTIONS, type Question } from '../domain/question.ts';
import type { Outlet } from './outlet.ts';

export class Router implements Outlet {
  /** Undefined while detached. */
  private readonly mailboxes: (MailboxSender | undefined)[];
  private readonly control = new RecordWriter(256);
  /** Set while those that sleep are to be woken. */
  private waking: NodeJS.Immediate | undefined;

  constructor(mailboxes: readonly MailboxSender[]) {
    this.mailboxes = [...mailboxes];
  }

  get shardCount(): number {
    return this.mailboxes.length;
  }

  shardOf(symbolNo: number): number {
    return shardOfSymbol(symbolNo, this.mailboxes.length);
  }

  detach(shard: number): void {
    this.mailboxes[shard] = undefined;
  }

  attach(shard: number, mailbox: MailboxSender): void {
    this.mailboxes[shard] = mailbox;
  }

  get areAllAttached(): boolean {
    return this.mailboxes.every((mailbox) => mailbox !== undefined);
  }

  hasRoom(besidesBytes = 0): boolean {
    return this.mailboxes.every((mailbox) => mailbox === undefined || mailbox.freeBytes >= MAILBOX_RESERVE_BYTES + besidesBytes);
  }

  toShard(shard: number, memory: Memory, offset: number, byteLength: number): void {
    const mailbox = this.mailboxes[shard];
    const isDelivered = mailbox === undefined || mailbox.tryStage(memory, offset, byteLength);
    // Unreachable while callers ask hasRoom() first; a lost record would split live state from the journal.
    if (!isDelivered) throw new Error(`mailbox of shard ${shard} is full although room was promised`);
  }

  toAll(memory: Memory, offset: number, byteLength: number): void {
    for (let shard = 0; shard < this.mailboxes.length; shard++) this.toShard(shard, memory, offset, byteLength);
  }

  mark(sequence: number): void {
    this.beginControl(RecordType.MARK, sequence, NONE);
    this.control.end();
    this.toAll(this.control.written, 0, this.control.byteLength);
  }

  /** Asks a shard about one of its orders; it answers out of band. False when its mailbox is full or it has none. */
  query(shard: number, queryId: number, orderNo: number, question: Question): boolean {
    const mailbox = this.mailboxes[shard];
    if (mailbox === undefined) return false;
    this.beginControl(RecordType.QUERY, queryId, orderNo);
    this.control.word(QUESTIONS.indexOf(question));
    this.control.end();
    const isSent = mailbox.tryStage(this.control.written, 0, this.control.byteLength);
    mailbox.publish();
    mailbox.wake();
    return isSent;
  }

  /** Asks every shard for the hash of its state after all that was sent so far. False while a mailbox has no room for it, or a shard none. */
  askForHash(round: number): boolean {
    if (!this.areAllAttached || !this.hasRoom()) return false;
    this.beginControl(RecordType.HASH, round, NONE);
    this.control.word(this.mailboxes.length);
    this.control.end();
    this.toAll(this.control.written, 0, this.control.byteLength);
    this.show();
    return true;
  }

  /** The last message of every shard; false while a mailbox has no room for it, or a shard none. */
  stop(): boolean {
    if (!this.areAllAttached || !this.hasRoom()) return false;
    for (let shard = 0; shard < this.mailboxes.length; shard++) this.stopOne(shard);
    return true;
  }

  /** The last message of one shard, in whose mailbox there is room. */
  stopOne(shard: number): void {
    this.beginControl(RecordType.STOP, 0, NONE);
    this.control.end();
    this.toShard(shard, this.control.written, 0, this.control.byteLength);
    this.show();
  }

  /** Shows the shards what was sent to them and wakes those that sleep. */
  show(): void {
    for (const mailbox of this.mailboxes) mailbox?.publish();
    this.wake();
  }

  /** A wake-up costs as much as several events, and several batches come in one turn of the event loop. */
  showOneOfMany(): void {
    for (const mailbox of this.mailboxes) mailbox?.publish();
    this.waking ??= setImmediate(this.wake);
  }

  private readonly wake = (): void => {
    clearImmediate(this.waking);
    this.waking = undefined;
    for (const mailbox of this.mailboxes) mailbox?.wake();
  };

  private beginControl(type: RecordType, sequence: number, orderNo: number): void {
    this.control.clear();
    this.control.begin({ type, sequence, receivedUs: 0, timestampUs: 0, orderNo, symbolNo: NONE });
  }
}
