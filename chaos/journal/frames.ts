/** A naive reader of journal files, written from the format's description alone: where their frames begin and end. */

import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

const SEGMENT_HEAD_BYTES = 64;
const FRAME_HEAD_BYTES = 24;

export interface JournalFrame {
  readonly offset: number;
  readonly end: number;
  readonly firstSequence: number;
  readonly recordCount: number;
}

export interface JournalFile {
  readonly path: string;
  readonly name: string;
  readonly bytes: Buffer;
  readonly frames: readonly JournalFrame[];
  /** Bytes behind the last whole frame. */
  readonly restBytes: number;
}

/** The newest segment of a journal. Checksums are not looked at. */
export async function readLastSegment(dataDir: string): Promise<JournalFile> {
  const folder = join(dataDir, 'journal');
  const name = (await readdir(folder)).filter((file) => file.endsWith('.journal')).sort().at(-1)!;
  const path = join(folder, name);
  const bytes = await readFile(path);
  const frames: JournalFrame[] = [];
  let offset = SEGMENT_HEAD_BYTES;
  let nextSequence = bytes.readDoubleLE(16);
  while (offset + FRAME_HEAD_BYTES <= bytes.length) {
    const end = offset + FRAME_HEAD_BYTES + bytes.readUInt32LE(offset);
    const firstSequence = bytes.readDoubleLE(offset + 8);
    const recordCount = bytes.readUInt32LE(offset + 16);
    if (end > bytes.length || firstSequence !== nextSequence || recordCount === 0) break;
    frames.push({ offset, end, firstSequence, recordCount });
    nextSequence += recordCount;
    offset = end;
  }
  return { path, name, bytes, frames, restBytes: bytes.length - offset };
}
