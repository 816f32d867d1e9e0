/**
 * Folds a journal on this one thread with the engine's own sequencer and one shard: the state that a service comes to which
 * starts on it, and its hash.
 */

import { readOnlyDisk } from '../journal/read-only-disk.ts';
import { hashShard } from '../shard/state-hash.ts';
import { Replica } from '../snapshot/replica.ts';
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
  const replica = snapshot === undefined ? new Replica() : await Replica.fromSnapshot(snapshot, {}, readOnlyDisk);
  try {
    await readJournal(dataDir, (segment, frame) => {
      if (frame.firstSequence > to) throw new ReadEnough();
      if (frame.firstSequence <= replica.sequence) return;
      if (frame.firstSequence > replica.sequence + 1) throw new NoJournal(`the journal begins at sequence ${frame.firstSequence}: give a snapshot to begin with`);
      replica.apply(segment, frame);
    });
  } catch (error) {
    if (!(error instanceof ReadEnough)) throw error;
  }
  return hashOfParts(replica.sequence, hashSequencer(replica.sequencer), [hashShard(replica.shard, () => true)]);
}
