/**
 * The names that a journal's records use. They are defined in the journal itself; where its beginning was removed, those of before
 * are in every snapshot behind it.
 */

import { readOnlyDisk } from '../journal/read-only-disk.ts';
import { Router } from '../sequencer/router.ts';
import type { Registry } from '../sequencer/registry.ts';
import { Sequencer } from '../sequencer/sequencer.ts';
import { findSnapshot } from '../snapshot/find-snapshot.ts';
import { loadSequencer } from '../snapshot/snapshot.ts';
import { NoJournal } from './read-journal.ts';

export interface KnownNames {
  readonly registry: Registry;
  /** The registry has absorbed every record up to here. */
  readonly upToSequence: number;
}

/** For a journal that begins with this sequence. Throws NoJournal where no snapshot has what is missing. */
export async function knownNames(dataDir: string, beginSequence: number): Promise<KnownNames> {
  const sequencer = new Sequencer(new Router([]), 'event', () => 0, (error) => {
    throw error;
  });
  if (beginSequence === 1) return { registry: sequencer.registry, upToSequence: 0 };
  const snapshot = await findSnapshot(dataDir, ({ sequence }) => sequence >= beginSequence - 1, () => undefined, readOnlyDisk);
  if (snapshot === undefined) throw new NoJournal(`the journal begins at sequence ${beginSequence}, and there is no snapshot that has the names of before`);
  await loadSequencer(snapshot.path, sequencer, readOnlyDisk);
  return { registry: sequencer.registry, upToSequence: snapshot.sequence };
}
