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
import { RoutingRegistry } from '../sequencer/routing-registry.ts';
import { Sequencer } from '../sequencer/sequencer.ts';
import type { RebuildPlan } from '../shard/rebuild-plan.ts';
import type { ShardAgent } from '../shard/shard-agent.ts';
import type { ShardEngine } from '../shard/shard-rings.ts';
import { newestReadable } from './find-snapshot.ts';
import { loadShard, type ShardPlace } from './snapshot.ts';

/** A pass over the journal that found no more records than this was near its end. */
const NEAR_RECORDS = 100_000;
/** However fast the journal grows, after so many passes the mailbox takes over. */
const PASSES_MAX = 10;
const WAIT_MS = 1;

/**
 * `newEngine` makes one that has applied nothing; the one that comes back knows what the dead one knew. `onProgress` is called now and then:
 * the thread is at work. Throws JournalDamaged.
 */
export async function rebuildShard<E extends ShardEngine>(newEngine: () => E, place: ShardPlace, plan: RebuildPlan, onProgress: () => void, onNear: () => void): Promise<E> {
  const { engine, sequencer } = (await fromSnapshot(newEngine, place, plan)) ?? begun(newEngine, place);
  const folder = join(plan.dataDir, JOURNAL_FOLDER);
  const [durable, joinAfter] = [new Float64Array(plan.durableSequence), new Float64Array(plan.joinAfter)];
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  for (let passes = 1, isNear = false; ; passes++) {
    const last = joinAfter[0]!;
    if (last > 0 && sequencer.lastSequence >= last) return engine;
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

interface Begun<E> {
  readonly engine: E;
  readonly sequencer: Sequencer;
}

function begun<E extends ShardEngine>(newEngine: () => E, place: ShardPlace): Begun<E> {
  const engine = newEngine();
  return { engine, sequencer: new Sequencer(new OneShard(engine.agent, place), 'event', () => 0, raise, new RoutingRegistry()) };
}

/**
 * From the newest snapshot that is not damaged in what this shard needs. It is checked while it is taken in, and an engine that has taken
 * in a part of a damaged one is let go: to read all of each through before would take as long again.
 */
function fromSnapshot<E extends ShardEngine>(newEngine: () => E, place: ShardPlace, plan: RebuildPlan): Promise<Begun<E> | undefined> {
  const isWanted = ({ sequence, journalId }: { sequence: number; journalId: string }): boolean => sequence <= plan.snapshotUpTo && journalId === plan.journalId;
  // Damaged ones were told of when they were found at the start.
  return newestReadable(plan.dataDir, isWanted, () => undefined, async ({ path, sequence }) => {
    const { engine, sequencer } = begun(newEngine, place);
    await loadShard(path, engine.shard, place, { sequencer });
    engine.agent.reach(sequence);
    return { engine, sequencer };
  });
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
