/**
 * Folds a journal on this one thread with the engine's own sequencer and one shard: the state that a service comes to which
 * starts on it, and its hash.
 */

import { MAILBOX_BYTES, ORDERS_MAX } from '../domain/limits.ts';
import { ORDER_ROW_DOUBLES } from '../orders/order-row.ts';
import { createMailbox, MailboxReceiver, MailboxSender } from '../ring/mailbox.ts';
import { SharedRows } from '../ring/shared-state.ts';
import { Router } from '../sequencer/router.ts';
import { Sequencer } from '../sequencer/sequencer.ts';
import { Shard } from '../shard/shard.ts';
import { ShardAgent } from '../shard/shard-agent.ts';
import { hashShard } from '../shard/state-hash.ts';
import { loadSequencer, loadShard } from '../snapshot/snapshot.ts';
import { hashOfParts, hashSequencer, type StateHash } from '../snapshot/state-hash.ts';
import { NoJournal, ReadEnough, readJournal } from './read-journal.ts';

export interface FoldOptions {
  readonly dataDir: string;
  /** The frame with this sequence is the last that is folded. */
  readonly to: number;
  /** Path of a snapshot to begin with. */
  readonly snapshot: string | undefined;
}

/** Throws JournalDamaged, SnapshotDamaged and NoJournal. */
export async function hashOfJournal({ dataDir, to, snapshot }: FoldOptions): Promise<StateHash> {
  const mailbox = createMailbox(MAILBOX_BYTES);
  const shard = new Shard(SharedRows.create(ORDERS_MAX, ORDER_ROW_DOUBLES), { row: () => undefined, alert: () => undefined, changed: () => undefined });
  const agent = new ShardAgent(shard, new MailboxReceiver(mailbox), { progressed: () => undefined, query: () => undefined, hash: () => undefined });
  const sequencer = new Sequencer(new Router([new MailboxSender(mailbox)]), 'event', () => 0, (error) => {
    throw error;
  });
  const workOff = (): void => {
    while (agent.doWork() > 0);
  };
  if (snapshot !== undefined) {
    await loadSequencer(snapshot, sequencer);
    await loadShard(snapshot, shard, 0, 1);
  }
  try {
    await readJournal(dataDir, (segment, frame) => {
      if (frame.firstSequence > to) throw new ReadEnough();
      if (frame.firstSequence <= sequencer.lastSequence) return;
      if (frame.firstSequence > sequencer.lastSequence + 1) throw new NoJournal(`the journal begins at sequence ${frame.firstSequence}: give a snapshot to begin with`);
      if (!sequencer.hasRoom()) workOff();
      sequencer.recover(segment, frame);
    });
  } catch (error) {
    if (!(error instanceof ReadEnough)) throw error;
  }
  workOff();
  return hashOfParts(sequencer.lastSequence, hashSequencer(sequencer), [hashShard(shard, () => true)]);
}
