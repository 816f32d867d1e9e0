/**
 * A shard that has died, in a new thread: what it knew is folded again from the newest snapshot and the journal behind it. The
 * thread reads both by itself, so that neither the main thread nor other shards do anything for it, and rows and alerts are made
 * again as they were; whoever takes them knows them.
 *
 * Meanwhile inputs only go to the journal. When little of it is left to read, `onNear` asks the main thread to send what comes
 * from then on, and it says in `joinAfter` where that begins: up to there the journal is read, behind it the mailbox.
 */

import { join } from 'node:path';

import { shardOfSymbol } from '../domain/shard-of-symbol.ts';
import { JOURNAL_FOLDER } from '../journal/journal.ts';
import { readJournal } from '../journal/journal-reader.ts';
import type { Memory } from '../ring/memory.ts';
import type { Outlet } from '../sequencer/outlet.ts';
import { Sequencer } from '../sequencer/sequencer.ts';
import type { RebuildPlan } from '../shard/rebuild-plan.ts';
import type { Shard } from '../shard/shard.ts';
import type { ShardAgent } from '../shard/shard-agent.ts';
import { findSnapshot } from './find-snapshot.ts';
import { loadSequencer, loadShard } from './snapshot.ts';

/** A pass over the journal that found no more records than this was near its end. */
const NEAR_RECORDS = 100_000;
/** However fast the journal grows, after so many passes the mailbox takes over. */
const PASSES_MAX = 10;
const WAIT_MS = 1;

export interface ShardPlace {
  readonly shard: number;
  readonly shards: number;
}

/** Into a shard that has applied nothing. `onProgress` is called now and then: the thread is at work. Throws SnapshotDamaged, JournalDamaged. */
export async function rebuildShard(shard: Shard, agent: ShardAgent, place: ShardPlace, plan: RebuildPlan, onProgress: () => void, onNear: () => void): Promise<void> {
  const sequencer = new Sequencer(new OneShard(agent, place), 'event', () => 0, raise);
  const isWanted = ({ sequence, journalId }: { sequence: number; journalId: string }): boolean => sequence <= plan.snapshotUpTo && journalId === plan.journalId;
  // Damaged ones were told of when they were found at the start.
  const snapshot = await findSnapshot(plan.dataDir, isWanted, () => undefined);
  if (snapshot !== undefined) {
    await loadSequencer(snapshot.path, sequencer);
    agent.reach((await loadShard(snapshot.path, shard, place.shard, place.shards)).sequence);
  }
  const folder = join(plan.dataDir, JOURNAL_FOLDER);
  const [durable, joinAfter] = [new Float64Array(plan.durableSequence), new Float64Array(plan.joinAfter)];
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  for (let passes = 1, isNear = false; ; passes++) {
    const last = joinAfter[0]!;
    if (last > 0 && sequencer.lastSequence >= last) return;
    const upTo = last > 0 ? Math.min(last, durable[0]!) : durable[0]!;
    const before = sequencer.lastSequence;
    if (upTo > before) {
      await readJournal(folder, before, upTo, (segment, frame) => {
        sequencer.recover(segment, frame);
        onProgress();
      });
    }
    const records = sequencer.lastSequence - before;
    if (!isNear && (records < NEAR_RECORDS || passes >= PASSES_MAX)) {
      isNear = true;
      onNear();
    }
    onProgress();
    if (records === 0) Atomics.wait(sleeper, 0, 0, WAIT_MS);
  }
}

/** Of all records those that go to one shard, straight into its state. */
class OneShard implements Outlet {
  private readonly agent: ShardAgent;
  private readonly place: ShardPlace;

  constructor(agent: ShardAgent, place: ShardPlace) {
    this.agent = agent;
    this.place = place;
  }

  hasRoom(): boolean {
    return true;
  }

  shardOf(symbolNo: number): number {
    return shardOfSymbol(symbolNo, this.place.shards);
  }

  toShard(shard: number, memory: Memory, offset: number): void {
    if (shard === this.place.shard) this.agent.take(memory, offset);
  }

  toAll(memory: Memory, offset: number): void {
    this.agent.take(memory, offset);
  }

  mark(sequence: number): void {
    this.agent.reach(sequence);
  }

  show(): void {
    // It was applied when it came.
  }

  showOneOfMany(): void {
    this.show();
  }
}

function raise(error: unknown): never {
  throw error;
}
