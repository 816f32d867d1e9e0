/**
 * A snapshot: what the sequencer and all shards know after one sequence, between two inputs. Reading it and then the journal
 * behind it is the same as reading the whole journal, to the last bit.
 */

import { shardOfSymbol } from '../domain/shard-of-symbol.ts';
import { StateReader } from '../domain/state-reader.ts';
import { StateWriter } from '../domain/state-writer.ts';
import type { Sequencer } from '../sequencer/sequencer.ts';
import type { Shard } from '../shard/shard.ts';
import { evictedBySymbol, loadCommon, loadSymbol, saveCommon, savedSymbols, saveSymbol } from './shard-state.ts';
import { readSnapshot, type Section, SectionKind, SnapshotDamaged, type SnapshotHead, SnapshotWriter } from './snapshot-file.ts';

/** Writes a snapshot of an engine that has applied all that its sequencer has sequenced. Returns its path. */
export function saveSnapshot(folder: string, journalId: string, sequencer: Sequencer, shards: readonly Shard[]): string {
  const writer = new SnapshotWriter(folder, { journalId, sequence: sequencer.lastSequence, receivedUs: sequencer.lastReceivedUs });
  const state = new StateWriter();
  const put = (kind: SectionKind, no: number): void => {
    writer.put(kind, no, state.written);
    state.clear();
  };
  sequencer.save(state);
  put(SectionKind.SEQUENCER, 0);
  saveCommon(shards[0]!, state);
  put(SectionKind.COMMON, 0);
  for (const [shardNo, shard] of shards.entries()) {
    const evicted = evictedBySymbol(shard);
    for (const symbolNo of savedSymbols(shard)) {
      if (shardOfSymbol(symbolNo, shards.length) !== shardNo) continue;
      saveSymbol(shard, symbolNo, evicted.get(symbolNo) ?? [], state);
      put(SectionKind.SYMBOL, symbolNo);
    }
  }
  return writer.finish();
}

/** Into a sequencer that has taken in nothing. Throws SnapshotDamaged. */
export function loadSequencer(path: string, sequencer: Sequencer): SnapshotHead {
  return readSections(path, ({ kind }) => kind === SectionKind.SEQUENCER, (_section, from) => sequencer.load(from));
}

/** What one of so many shards knows, into one that has applied nothing. Alerts that were firing are told again. Throws SnapshotDamaged. */
export function loadShard(path: string, shard: Shard, shardNo: number, shardCount: number): SnapshotHead {
  const isOwn = ({ kind, no }: Section): boolean => kind === SectionKind.COMMON || (kind === SectionKind.SYMBOL && shardOfSymbol(no, shardCount) === shardNo);
  return readSections(path, isOwn, ({ kind, no }, from) => {
    if (kind === SectionKind.COMMON) loadCommon(shard, from);
    else loadSymbol(shard, no, from);
  });
}

function readSections(path: string, wants: (section: Section) => boolean, load: (section: Section, from: StateReader) => void): SnapshotHead {
  return readSnapshot(path, wants, (section, state) => {
    const from = new StateReader(state);
    load(section, from);
    if (!from.isAtEnd) throw new SnapshotDamaged(path, 0, `section ${section.kind}/${section.no} holds more than this version reads`);
  });
}
