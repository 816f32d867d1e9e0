/** The journal of a data folder, read from the first frame that is there to its last one, without changing anything. */

import { join } from 'node:path';

import { readOnlyDisk } from '../journal/read-only-disk.ts';
import { type RecoveredJournal, recoverJournal } from '../journal/recovery.ts';
import { firstSequenceOf, type Frame, SEGMENT_FILE_PATTERN } from '../journal/segment.ts';
import type { Memory } from '../ring/memory.ts';

export type ReadJournal = RecoveredJournal & { readonly journalId: string };

/** It cannot be read, for a reason that is no damage. */
export class NoJournal extends Error {
  override readonly name = 'NoJournal';
}

/** Thrown by `onFrame`: what is behind is not wanted. */
export class ReadEnough extends Error {}

/** `bytesCut` are those of a torn end, or of a frame that a running service is writing. Throws JournalDamaged and NoJournal. */
export async function readJournal(dataDir: string, onFrame: (segment: Memory, frame: Frame) => void | Promise<void>): Promise<ReadJournal> {
  const folder = join(dataDir, 'journal');
  let journal: RecoveredJournal;
  try {
    const names = (await readOnlyDisk.names(folder)).filter((name) => SEGMENT_FILE_PATTERN.test(name));
    // The beginning may have been removed, once snapshots stood for it.
    const first = Math.min(...names.map(firstSequenceOf));
    journal = await recoverJournal(readOnlyDisk, folder, Number.isFinite(first) ? first - 1 : 0, () => undefined, onFrame);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    throw new NoJournal(`no journal can be read in ${folder}: ${message}`);
  }
  const { journalId } = journal;
  if (journalId === undefined) throw new NoJournal(`${folder} holds no journal`);
  return { ...journal, journalId };
}
