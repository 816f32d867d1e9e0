/**
 * A snapshot: what the sequencer and all shards know after one sequence, between two inputs. Reading it and then the journal
 * behind it is the same as reading the whole journal, to the last bit.
 */

import { shardOfSymbol } from '../domain/shard-of-symbol.ts';
import { StateReader } from '../domain/state-reader.ts';
import { StateWriter } from '../domain/state-writer.ts';
import type { Disk } from '../journal/disk.ts';
import { nodeDisk } from '../journal/node-disk.ts';
import type { Sequencer } from '../sequencer/sequencer.ts';
import type { AlertNotice } from '../shard/alert-notice.ts';
import type { Shard } from '../shard/shard.ts';
import { evictedBySymbol, loadCommon, loadSymbol, saveCommon, savedSymbols, saveSymbol } from './shard-state.ts';
import { readSnapshot, type Section, SectionKind, SnapshotDamaged, type SnapshotHead, SnapshotWriter } from './snapshot-file.ts';

/** Which of so many shards. */
export interface ShardPlace {
  readonly shard: number;
  readonly shards: number;
}

/** Writes a snapshot of an engine that has applied all that its sequencer has sequenced, and that stands still meanwhile. Returns its path. */
export async function saveSnapshot(folder: string, journalId: string, sequencer: Sequencer, shards: readonly Shard[], disk: Disk = nodeDisk): Promise<string> {
  const writer = await SnapshotWriter.open(folder, { journalId, sequence: sequencer.lastSequence, receivedUs: sequencer.lastReceivedUs }, disk);
  try {
    await writeSections(writer, sequencer, shards);
    return await writer.finish();
  } catch (error) {
    await writer.abandon();
    throw error;
  }
}

async function writeSections(writer: SnapshotWriter, sequencer: Sequencer, shards: readonly Shard[]): Promise<void> {
  const state = new StateWriter();
  const put = async (kind: SectionKind, no: number): Promise<void> => {
    await writer.put(kind, no, state.written);
    state.clear();
  };
  sequencer.save(state);
  await put(SectionKind.SEQUENCER, 0);
  saveCommon(shards[0]!, state);
  await put(SectionKind.COMMON, 0);
  for (const [shardNo, shard] of shards.entries()) {
    const evicted = evictedBySymbol(shard);
    for (const symbolNo of savedSymbols(shard)) {
      if (shardOfSymbol(symbolNo, shards.length) !== shardNo) continue;
      saveSymbol(shard, symbolNo, evicted.get(symbolNo) ?? [], state);
      await put(SectionKind.SYMBOL, symbolNo);
    }
  }
}

/** Into a sequencer that has taken in nothing. Throws SnapshotDamaged. */
export function loadSequencer(path: string, sequencer: Sequencer, disk: Disk = nodeDisk): Promise<SnapshotHead> {
  return readSections(disk, path, ({ kind }) => kind === SectionKind.SEQUENCER, (_section, from) => sequencer.load(from));
}

/**
 * What one of so many shards knows, into one that has applied nothing; with a sequencer, also what that knows, in the same reading. Alerts that
 * were firing are told again when all was read. Throws SnapshotDamaged: what was loaded into is of no use then, and has told nothing.
 */
export async function loadShard(path: string, shard: Shard, { shard: shardNo, shards }: ShardPlace, { sequencer, disk = nodeDisk }: { readonly sequencer?: Sequencer; readonly disk?: Disk | undefined } = {}): Promise<SnapshotHead> {
  const isWanted = ({ kind, no }: Section): boolean =>
    kind === SectionKind.COMMON || (kind === SectionKind.SYMBOL && shardOfSymbol(no, shards) === shardNo) || (kind === SectionKind.SEQUENCER && sequencer !== undefined);
  const firing: AlertNotice[] = [];
  const head = await readSections(disk, path, isWanted, ({ kind, no }, from) => {
    if (kind === SectionKind.SEQUENCER) sequencer!.load(from);
    else if (kind === SectionKind.COMMON) loadCommon(shard, from);
    else loadSymbol(shard, no, from, firing);
  });
  for (const notice of firing) shard.outputs.alert(notice);
  return head;
}

function readSections(disk: Disk, path: string, wants: (section: Section) => boolean, load: (section: Section, from: StateReader) => void): Promise<SnapshotHead> {
  const read = (section: Section, state: Uint8Array): void => {
    const from = new StateReader(state);
    load(section, from);
    if (!from.isAtEnd) throw new SnapshotDamaged(path, 0, `section ${section.kind}/${section.no} holds more than this version reads`);
  };
  return readSnapshot(path, wants, read, disk);
}
