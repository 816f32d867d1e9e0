/**
 * The journal of a running service, read by somebody else: frames from one sequence up to another that is on the disk. It
 * changes nothing; recovery.ts is the way in which the owner reads it.
 */

import { join } from 'node:path';

import { Memory } from '../ring/memory.ts';
import type { Disk } from './disk.ts';
import { nodeDisk } from './node-disk.ts';
import { JournalDamaged, segmentsFrom } from './recovery.ts';
import { decodeSegmentHead, firstSequenceOf, type Frame, frameAt, SEGMENT_FILE_PATTERN, SEGMENT_HEAD_BYTES } from './segment.ts';

/**
 * Hands over every frame whose records are all behind `afterSequence` and none behind `upToSequence`, oldest first; returns the
 * newest sequence that was taken, or `afterSequence`. It ends at a frame that `onFrame` does not take ('stop'). Throws
 * JournalDamaged where one that should be there is not.
 */
export async function readJournal(
  folder: string,
  afterSequence: number,
  upToSequence: number,
  onFrame: (segment: Memory, frame: Frame) => 'stop' | void,
  disk: Disk = nodeDisk,
): Promise<number> {
  let sequence = afterSequence;
  const files = segmentsFrom((await disk.names(folder)).filter((name) => SEGMENT_FILE_PATTERN.test(name)), afterSequence + 1);
  for (const file of files) {
    if (firstSequenceOf(file) > upToSequence) break;
    if (firstSequenceOf(file) > sequence + 1) throw new JournalDamaged(file, 0, sequence + 1, 'a segment before it is missing');
    const content = await disk.read(join(folder, file));
    const segment = new Memory(new ArrayBuffer((content.length + 7) & ~7));
    segment.bytes.set(content);
    const head = decodeSegmentHead(segment.bytes);
    if (typeof head === 'string') throw new JournalDamaged(file, 0, sequence + 1, head);
    for (let offset = SEGMENT_HEAD_BYTES; offset < content.length; ) {
      const frame = frameAt(segment, offset);
      // The end of what is being written; nothing of it is needed when enough was read.
      if (frame === undefined) break;
      const lastSequence = frame.firstSequence + frame.recordCount - 1;
      if (lastSequence > upToSequence) return sequence;
      if (frame.firstSequence > afterSequence) {
        if (onFrame(segment, frame) === 'stop') return sequence;
        sequence = lastSequence;
      }
      offset = frame.payloadOffset + frame.payloadBytes;
    }
  }
  return sequence;
}
