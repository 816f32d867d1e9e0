/**
 * The file format of the journal: segments of frames.
 *
 *     segment  = head (64 bytes), frame, frame, ...        file name: first sequence, 20 digits, .journal
 *     head     = "EXECMON\0", version u32, crc32 u32, first sequence f64, journal id (16 bytes of its uuid), zeros
 *     frame    = payload length u32, crc32 u32, first sequence f64, record count u32, records behind u32, payload
 *
 * A frame holds what was accepted at once, so a batch is there whole or not at all. The CRC covers the frame's head
 * behind it and the payload. Everything is little-endian and 8-byte aligned, so that records are read where they lie.
 *
 * "Records behind" counts those of the frames before it that were written in the same round: all records before them were on
 * the disk by then. So it tells, when a frame is broken and a later one is not, whether the broken one was ever acknowledged.
 */

import { crc32 } from 'node:zlib';

import { Memory } from '../ring/memory.ts';

export const SEGMENT_HEAD_BYTES = 64;
export const FRAME_HEAD_BYTES = 24;
/** Well above the largest batch as records; a length beyond it is damage. */
const FRAME_PAYLOAD_BYTES_MAX = 16 << 20;
const MAGIC = Buffer.from('EXECMON\0', 'latin1');
const VERSION = 1;

export interface SegmentHead {
  readonly journalId: string;
  readonly firstSequence: number;
}

export function segmentFileName(firstSequence: number): string {
  return `${String(firstSequence).padStart(20, '0')}.journal`;
}

/** The first sequence of a segment, as its name says. */
export function firstSequenceOf(fileName: string): number {
  return Number.parseInt(fileName, 10);
}

export const SEGMENT_FILE_PATTERN = /^\d{20}\.journal$/;

export function encodeSegmentHead(head: SegmentHead): Buffer {
  const bytes = Buffer.alloc(SEGMENT_HEAD_BYTES);
  MAGIC.copy(bytes);
  bytes.writeUInt32LE(VERSION, 8);
  bytes.writeDoubleLE(head.firstSequence, 16);
  Buffer.from(head.journalId.replaceAll('-', ''), 'hex').copy(bytes, 24);
  bytes.writeUInt32LE(crc32(bytes.subarray(16)), 12);
  return bytes;
}

/** The head of a segment, or why it is none. */
export function decodeSegmentHead(bytes: Buffer): SegmentHead | string {
  if (bytes.length < SEGMENT_HEAD_BYTES) return `is shorter than a segment's head (${bytes.length} bytes)`;
  if (!bytes.subarray(0, 8).equals(MAGIC)) return 'does not begin as a journal segment';
  const version = bytes.readUInt32LE(8);
  if (version !== VERSION) return `has version ${version}, this service reads version ${VERSION}`;
  if (bytes.readUInt32LE(12) !== crc32(bytes.subarray(16, SEGMENT_HEAD_BYTES))) return 'has a damaged head';
  const hex = bytes.toString('hex', 24, 40);
  const journalId = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  return { journalId, firstSequence: bytes.readDoubleLE(16) };
}

/** A frame around records, copied: the payload may be reused at once. Its round begins with it unless another beginning is given. */
export function encodeFrame(payload: Uint8Array, firstSequence: number, recordCount: number, roundFirstSequence = firstSequence): Buffer {
  const frame = Buffer.allocUnsafe(FRAME_HEAD_BYTES + payload.length);
  writeFrame(frame, 0, payload, firstSequence, recordCount, roundFirstSequence);
  return frame;
}

/** The same into memory that has room for it, from `at` on. Returns where it ends. */
export function writeFrame(into: Buffer, at: number, payload: Uint8Array, firstSequence: number, recordCount: number, roundFirstSequence: number): number {
  const end = at + FRAME_HEAD_BYTES + payload.length;
  into.writeUInt32LE(payload.length, at);
  into.writeDoubleLE(firstSequence, at + 8);
  into.writeUInt32LE(recordCount, at + 16);
  into.writeUInt32LE(firstSequence - roundFirstSequence, at + 20);
  into.set(payload, at + FRAME_HEAD_BYTES);
  into.writeUInt32LE(crc32(into.subarray(at + 8, end)), at + 4);
  return end;
}

export interface Frame {
  readonly offset: number;
  readonly payloadOffset: number;
  readonly payloadBytes: number;
  readonly firstSequence: number;
  readonly recordCount: number;
  /** The first record that was written in one round with it; all before were on the disk then. */
  readonly roundFirstSequence: number;
}

/** The frame that begins at `offset`, or undefined when there is no whole, undamaged one. */
export function frameAt(segment: Memory, offset: number): Frame | undefined {
  const bytes = segment.bytes;
  if (offset + FRAME_HEAD_BYTES > bytes.length) return undefined;
  const payloadBytes = bytes.readUInt32LE(offset);
  const end = offset + FRAME_HEAD_BYTES + payloadBytes;
  if (payloadBytes === 0 || payloadBytes % 8 !== 0 || payloadBytes > FRAME_PAYLOAD_BYTES_MAX || end > bytes.length) return undefined;
  if (bytes.readUInt32LE(offset + 4) !== crc32(bytes.subarray(offset + 8, end))) return undefined;
  const firstSequence = bytes.readDoubleLE(offset + 8);
  return {
    offset,
    payloadOffset: offset + FRAME_HEAD_BYTES,
    payloadBytes,
    firstSequence,
    recordCount: bytes.readUInt32LE(offset + 16),
    roundFirstSequence: firstSequence - bytes.readUInt32LE(offset + 20),
  };
}

/**
 * True when the frame that is broken at `offset`, with this sequence, was on the disk once: a whole frame of a later round
 * stands behind it. Else it belongs to a round that a crash cut short, whichever of its frames have survived.
 */
export function wasDurable(segment: Memory, offset: number, sequence: number): boolean {
  for (let at = offset + 8; at + FRAME_HEAD_BYTES <= segment.bytes.length; at += 8) {
    const frame = frameAt(segment, at);
    if (frame !== undefined && frame.roundFirstSequence > sequence) return true;
  }
  return false;
}
