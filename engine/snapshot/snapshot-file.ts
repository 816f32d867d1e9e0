/**
 * The file format of a snapshot: everything that is known after one sequence, in sections that can be read by themselves.
 *
 *     snapshot = head (64 bytes), section, section, ..., end     file name: sequence, 20 digits, .snapshot
 *     head     = "EXECSNP\0", version u32, crc32 u32, sequence f64, journal id (16 bytes of its uuid), received f64, zeros
 *     section  = kind u32, number u32, length u32, crc32 u32, state
 *     end      = a section of kind 0 without state, whose number counts the sections
 *
 * A file gets its name when all of it is on the disk. The CRC of a section covers its head before it and its state. Everything
 * is little-endian. Whoever reads a section checks it; `verifySnapshot` checks them all.
 */

import { closeSync, fstatSync, fsyncSync, openSync, readdirSync, readSync, renameSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';

/** Codes are in every snapshot: never renumber, only add. */
export const SectionKind = { END: 0, SEQUENCER: 1, COMMON: 2, SYMBOL: 3 } as const;
export type SectionKind = (typeof SectionKind)[keyof typeof SectionKind];

const HEAD_BYTES = 64;
const SECTION_HEAD_BYTES = 16;
const MAGIC = Buffer.from('EXECSNP\0', 'latin1');
const VERSION = 1;
const FILE_PATTERN = /^\d{20}\.snapshot$/;
const UNFINISHED = '.unfinished';

export interface SnapshotHead {
  readonly journalId: string;
  /** Newest record that is in it. */
  readonly sequence: number;
  /** When that was received. */
  readonly receivedUs: number;
}

export interface Section {
  readonly kind: SectionKind;
  /** Symbol number of a SYMBOL section. */
  readonly no: number;
}

export class SnapshotDamaged extends Error {
  constructor(path: string, offset: number, what: string) {
    super(`snapshot damaged: ${path} at byte ${offset}: ${what}`);
    this.name = 'SnapshotDamaged';
  }
}

/** Names of the snapshots in a folder, newest first. Unfinished ones are not among them. */
export function snapshotFiles(folder: string): string[] {
  return readdirSync(folder).filter((name) => FILE_PATTERN.test(name)).sort().reverse();
}

/** Writes a snapshot. It has its name once it is whole and on the disk; a write that fails leaves an unfinished file. */
export class SnapshotWriter {
  private readonly folder: string;
  private readonly path: string;
  private readonly file: number;
  private readonly head = Buffer.alloc(SECTION_HEAD_BYTES);
  private sections = 0;

  constructor(folder: string, head: SnapshotHead) {
    this.folder = folder;
    this.path = join(folder, `${String(head.sequence).padStart(20, '0')}.snapshot`);
    this.file = openSync(this.path + UNFINISHED, 'w', 0o600);
    writeFully(this.file, encodeHead(head));
  }

  put(kind: SectionKind, no: number, state: Uint8Array): void {
    this.head.writeUInt32LE(kind, 0);
    this.head.writeUInt32LE(no, 4);
    this.head.writeUInt32LE(state.length, 8);
    this.head.writeUInt32LE(crc32(state, crc32(this.head.subarray(0, 12))), 12);
    writeFully(this.file, this.head);
    writeFully(this.file, state);
    this.sections++;
  }

  /** Returns the path of the finished snapshot. */
  finish(): string {
    this.put(SectionKind.END, this.sections, new Uint8Array(0));
    fsyncSync(this.file);
    closeSync(this.file);
    renameSync(this.path + UNFINISHED, this.path);
    const folder = openSync(this.folder, 'r');
    fsyncSync(folder);
    closeSync(folder);
    return this.path;
  }
}

/** Reads the head alone. Throws SnapshotDamaged. */
export function readSnapshotHead(path: string): SnapshotHead {
  const file = openSync(path, 'r');
  try {
    return decodeHead(path, readAt(path, file, 0, HEAD_BYTES));
  } finally {
    closeSync(file);
  }
}

/** Reads the head and hands the wanted sections to `onSection`, in the order of the file. Throws SnapshotDamaged. */
export function readSnapshot(
  path: string,
  wants: (section: Section) => boolean,
  onSection: (section: Section, state: Uint8Array) => void,
): SnapshotHead {
  const file = openSync(path, 'r');
  try {
    const head = decodeHead(path, readAt(path, file, 0, HEAD_BYTES));
    const { size } = fstatSync(file);
    let at = HEAD_BYTES;
    for (let sections = 0; ; sections++) {
      const sectionHead = readAt(path, file, at, SECTION_HEAD_BYTES);
      const section = { kind: sectionHead.readUInt32LE(0) as SectionKind, no: sectionHead.readUInt32LE(4) };
      const length = sectionHead.readUInt32LE(8);
      const isEnd = section.kind === SectionKind.END;
      if (at + SECTION_HEAD_BYTES + length > size) throw new SnapshotDamaged(path, at, 'section is longer than the file');
      if (isEnd || wants(section)) {
        const state = readAt(path, file, at + SECTION_HEAD_BYTES, length);
        if (crc32(state, crc32(sectionHead.subarray(0, 12))) !== sectionHead.readUInt32LE(12)) throw new SnapshotDamaged(path, at, 'section is damaged');
        if (isEnd && section.no !== sections) throw new SnapshotDamaged(path, at, `has ${sections} sections and says ${section.no}`);
        if (isEnd) return head;
        onSection(section, state);
      }
      at += SECTION_HEAD_BYTES + length;
    }
  } finally {
    closeSync(file);
  }
}

/** Reads and checks all of it. Throws SnapshotDamaged. */
export function verifySnapshot(path: string): SnapshotHead {
  return readSnapshot(path, () => true, () => undefined);
}

function encodeHead({ journalId, sequence, receivedUs }: SnapshotHead): Buffer {
  const bytes = Buffer.alloc(HEAD_BYTES);
  MAGIC.copy(bytes);
  bytes.writeUInt32LE(VERSION, 8);
  bytes.writeDoubleLE(sequence, 16);
  Buffer.from(journalId.replaceAll('-', ''), 'hex').copy(bytes, 24);
  bytes.writeDoubleLE(receivedUs, 40);
  bytes.writeUInt32LE(crc32(bytes.subarray(16)), 12);
  return bytes;
}

function decodeHead(path: string, bytes: Buffer): SnapshotHead {
  if (!bytes.subarray(0, 8).equals(MAGIC)) throw new SnapshotDamaged(path, 0, 'does not begin as a snapshot');
  const version = bytes.readUInt32LE(8);
  if (version !== VERSION) throw new SnapshotDamaged(path, 8, `has version ${version}, this service reads version ${VERSION}`);
  if (bytes.readUInt32LE(12) !== crc32(bytes.subarray(16))) throw new SnapshotDamaged(path, 12, 'head is damaged');
  const hex = bytes.toString('hex', 24, 40);
  const journalId = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
  return { journalId, sequence: bytes.readDoubleLE(16), receivedUs: bytes.readDoubleLE(40) };
}

function readAt(path: string, file: number, position: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafeSlow(length);
  let read = 0;
  while (read < length) {
    const count = readSync(file, bytes, read, length - read, position + read);
    if (count === 0) throw new SnapshotDamaged(path, position + read, 'ends here, more was to come');
    read += count;
  }
  return bytes;
}

function writeFully(file: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) written += writeSync(file, bytes, written, bytes.length - written);
}
