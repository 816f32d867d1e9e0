/**
 * Reading the journal back: every whole frame of every segment, in order.
 *
 * A torn end of the last segment is what a crash leaves: nothing in it was acknowledged, and it is cut off. Damage
 * anywhere else is not repaired but named (file, offset, sequence), and the service does not start on it.
 */

import { join } from 'node:path';

import { Memory } from '../ring/memory.ts';
import type { Disk } from './disk.ts';
import { decodeSegmentHead, firstSequenceOf, type Frame, frameAt, wasDurable, SEGMENT_FILE_PATTERN, SEGMENT_HEAD_BYTES } from './segment.ts';

export class JournalDamaged extends Error {
  constructor(file: string, offset: number, sequence: number, what: string) {
    super(`journal damaged: ${file} at byte ${offset}, sequence ${sequence}: ${what}`);
    this.name = 'JournalDamaged';
  }
}

export interface RecoveredJournal {
  /** Undefined for an empty folder. */
  readonly journalId: string | undefined;
  readonly lastSegmentFile: string | undefined;
  readonly lastSegmentBytes: number;
  readonly nextSequence: number;
  readonly bytesCut: number;
}

/**
 * Tells the journal's id, then hands every frame behind `afterSequence` to `onFrame`, which is awaited so that it can hold back;
 * cuts a torn end. Segments that end before are not looked at, and need not be there. Throws JournalDamaged.
 */
export async function recoverJournal(
  disk: Disk,
  folder: string,
  afterSequence: number,
  onId: (journalId: string) => void,
  onFrame: (segment: Memory, frame: Frame) => void | Promise<void>,
): Promise<RecoveredJournal> {
  // A segment that a killed process has made may not have its name on the disk yet.
  await disk.syncFolder(folder);
  // From the segment of the newest record that is known: the one behind it may be torn in its head, and then does not tell the journal's id.
  const files = segmentsFrom((await disk.names(folder)).filter((name) => SEGMENT_FILE_PATTERN.test(name)), afterSequence);
  let journalId: string | undefined;
  let nextSequence = files[0] === undefined ? afterSequence + 1 : Math.min(afterSequence + 1, firstSequenceOf(files[0]));
  let bytesCut = 0;
  let lastSegmentFile: string | undefined;
  let lastSegmentBytes = 0;
  for (const [index, file] of files.entries()) {
    const isLast = index === files.length - 1;
    const segment = await readSegment(disk, join(folder, file), isLast);
    const head = decodeSegmentHead(segment.bytes);
    if (typeof head === 'string') {
      // A crash between creating a segment and syncing its head leaves a short last file without any frame.
      if (isLast && segment.bytes.length <= SEGMENT_HEAD_BYTES) {
        bytesCut += segment.bytes.length;
        await disk.remove(join(folder, file));
        break;
      }
      throw new JournalDamaged(file, 0, nextSequence, head);
    }
    if (journalId === undefined) onId((journalId = head.journalId));
    if (head.journalId !== journalId) throw new JournalDamaged(file, 24, nextSequence, 'belongs to another journal');
    if (head.firstSequence !== nextSequence) {
      throw new JournalDamaged(file, 16, nextSequence, `begins at sequence ${head.firstSequence}: a segment is missing`);
    }
    let offset = SEGMENT_HEAD_BYTES;
    while (offset < segment.bytes.length) {
      const frame = frameAt(segment, offset);
      if (frame === undefined) {
        if (!isLast || wasDurable(segment, offset, nextSequence)) throw new JournalDamaged(file, offset, nextSequence, 'frame is damaged');
        bytesCut += segment.bytes.length - offset;
        await cutOff(disk, join(folder, file), offset);
        break;
      }
      if (frame.firstSequence !== nextSequence) {
        throw new JournalDamaged(file, offset, nextSequence, `frame begins at sequence ${frame.firstSequence}`);
      }
      if (frame.firstSequence > afterSequence) await onFrame(segment, frame);
      nextSequence += frame.recordCount;
      offset = frame.payloadOffset + frame.payloadBytes;
    }
    lastSegmentFile = file;
    lastSegmentBytes = offset;
  }
  return { journalId, lastSegmentFile, lastSegmentBytes, nextSequence, bytesCut };
}

/** Of the names of segments those from the one on that has a sequence, in order. */
export function segmentsFrom(names: readonly string[], sequence: number): string[] {
  const files = [...names].sort();
  const later = files.findIndex((file) => firstSequenceOf(file) > sequence);
  return files.slice(Math.max(0, (later < 0 ? files.length : later) - 1));
}

/** The whole file in memory that begins on an 8-byte boundary; a length that is no multiple of 8 is padded. */
async function readSegment(disk: Disk, path: string, isLast: boolean): Promise<Memory> {
  // A process that was killed may have left what it wrote in the system's cache: nobody relies on it before it is synced.
  const content = await disk.read(path);
  const file = await disk.open(path, false);
  // After a sync that failed the cache may keep what the disk never got, and a later sync passes over it: it is written anew.
  if (isLast) await file.write(content, 0);
  await file.sync();
  await file.close();
  const memory = new Memory(new ArrayBuffer((content.length + 7) & ~7));
  memory.bytes.set(content);
  return memory;
}

async function cutOff(disk: Disk, path: string, length: number): Promise<void> {
  const file = await disk.open(path, false);
  await file.truncate(length);
  await file.close();
}
