/** Reads and checks every segment, frame, record and snapshot of a data folder. */

import { join } from 'node:path';

import { readOnlyDisk } from '../journal/read-only-disk.ts';
import { RecordReader } from '../journal/record.ts';
import { JournalDamaged } from '../journal/recovery.ts';
import { type Frame, SEGMENT_FILE_PATTERN } from '../journal/segment.ts';
import type { Memory } from '../ring/memory.ts';
import { SNAPSHOT_FOLDER } from '../snapshot/find-snapshot.ts';
import { SnapshotDamaged, snapshotFiles, verifySnapshot } from '../snapshot/snapshot-file.ts';
import { readJournal } from './read-journal.ts';

export interface Verified {
  readonly journalId: string;
  readonly segments: number;
  readonly frames: number;
  readonly records: number;
  /** NaN without a record. */
  readonly firstSequence: number;
  readonly lastSequence: number;
  /** Behind the last whole frame. */
  readonly tornBytes: number;
  /** Sequences of the snapshots, newest first. */
  readonly snapshots: readonly number[];
}

/** Throws JournalDamaged, SnapshotDamaged and NoJournal. */
export async function verify(dataDir: string): Promise<Verified> {
  let segments = 0;
  let frames = 0;
  let records = 0;
  let firstSequence = Number.NaN;
  let current: Memory | undefined;
  const files = await segmentFiles(dataDir);
  const { journalId, bytesCut, nextSequence } = await readJournal(dataDir, (segment, frame) => {
    if (segment !== current) segments++;
    current = segment;
    if (frames === 0) firstSequence = frame.firstSequence;
    checkRecords(files[segments - 1] ?? 'a segment', segment, frame);
    frames++;
    records += frame.recordCount;
  });
  const lastSequence = nextSequence - 1;
  return { journalId, segments: files.length, frames, records, firstSequence, lastSequence, tornBytes: bytesCut, snapshots: await verifySnapshots(dataDir, journalId, lastSequence) };
}

async function segmentFiles(dataDir: string): Promise<string[]> {
  const names = await readOnlyDisk.names(join(dataDir, 'journal')).catch(() => []);
  return names.filter((name) => SEGMENT_FILE_PATTERN.test(name)).sort();
}

/** A frame whose checksum is right holds the records that it says, one behind the other, with their sequences. */
function checkRecords(file: string, segment: Memory, frame: Frame): void {
  const record = new RecordReader();
  const end = frame.payloadOffset + frame.payloadBytes;
  let sequence = frame.firstSequence;
  let offset = frame.payloadOffset;
  for (; offset < end; offset += record.byteLength) {
    record.open(segment, offset);
    if (record.byteLength <= 0 || offset + record.byteLength > end) throw new JournalDamaged(file, offset, sequence, 'record is longer than its frame');
    if (record.sequence !== sequence) throw new JournalDamaged(file, offset, sequence, `record says sequence ${record.sequence}`);
    sequence++;
  }
  if (sequence !== frame.firstSequence + frame.recordCount) throw new JournalDamaged(file, frame.offset, frame.firstSequence, `frame says ${frame.recordCount} records`);
}

async function verifySnapshots(dataDir: string, journalId: string, lastSequence: number): Promise<number[]> {
  const folder = join(dataDir, SNAPSHOT_FOLDER);
  const sequences: number[] = [];
  for (const name of await snapshotFiles(folder, readOnlyDisk)) {
    const head = await verifySnapshot(join(folder, name), readOnlyDisk);
    if (head.journalId !== journalId) throw new SnapshotDamaged(name, 24, 'belongs to another journal');
    if (head.sequence > lastSequence) throw new SnapshotDamaged(name, 16, `is of sequence ${head.sequence}, the journal ends at ${lastSequence}`);
    sequences.push(head.sequence);
  }
  return sequences;
}
