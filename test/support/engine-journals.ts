/** Journals in folders of their own, for tests: written, read back, copied, and put together of several segments. */
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Journal } from '../../engine/journal/journal.ts';
import { encodeFrame, encodeSegmentHead, segmentFileName } from '../../engine/journal/segment.ts';
import { newFolder } from './engine-pipeline.ts';

export const JOURNAL_ID = '01234567-89ab-cdef-0123-456789abcdef';

export interface ReadBack {
  readonly journal: Journal;
  readonly id: string;
  readonly payloads: Buffer[];
  readonly sequences: number[];
}

/** What is known up to `afterSequence`, from a snapshot, is not read back. */
export async function reopen(folder: string, afterSequence = 0): Promise<ReadBack> {
  let id = '';
  const payloads: Buffer[] = [];
  const sequences: number[] = [];
  const journal = await Journal.open(folder, (journalId) => (id = journalId), (segment, frame) => {
    payloads.push(Buffer.from(segment.bytes.subarray(frame.payloadOffset, frame.payloadOffset + frame.payloadBytes)));
    sequences.push(frame.firstSequence);
  }, { afterSequence });
  return { journal, id, payloads, sequences };
}

/** Frames of 1, 2, 3, ... records whose bytes are never 0, so that no cut can be taken for padding. */
export const payload = (no: number): Buffer => Buffer.alloc(8 * (1 + (no % 5)), 1 + (no % 255));

export async function written(frames: number): Promise<string> {
  const folder = newFolder();
  const { journal } = await reopen(folder);
  for (let no = 1; no <= frames; no++) {
    journal.append(payload(no), no);
    // Each is a round of its own, so that all before the last are known to have been on the disk.
    await journal.durable();
  }
  await journal.close();
  return folder;
}

export function onlyFile(folder: string): string {
  const [file] = readdirSync(folder);
  return join(folder, file!);
}

export function copyOf(folder: string): string {
  const copy = newFolder();
  mkdirSync(copy);
  for (const file of readdirSync(folder)) copyFileSync(join(folder, file), join(copy, file));
  return copy;
}

/** A folder of segments as rollover leaves them: each the frames of the given numbers. */
export function segments(...contents: readonly (readonly number[])[]): { folder: string; files: string[] } {
  const folder = newFolder();
  mkdirSync(folder);
  let sequence = 1;
  const files = contents.map((frames) => {
    const file = segmentFileName(sequence);
    const parts = [encodeSegmentHead({ journalId: JOURNAL_ID, firstSequence: sequence })];
    for (const no of frames) {
      parts.push(encodeFrame(payload(no), sequence, no));
      sequence += no;
    }
    writeFileSync(join(folder, file), Buffer.concat(parts));
    return file;
  });
  return { folder, files };
}
