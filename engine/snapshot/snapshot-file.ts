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

import { randomUUID } from 'node:crypto';
import { basename, join } from 'node:path';
import { crc32 } from 'node:zlib';

import type { Disk, DiskFile, DiskReader } from '../journal/disk.ts';
import { nodeDisk } from '../journal/node-disk.ts';

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

/** Names of the snapshots in a folder, newest first; none where there is no such folder. Unfinished ones are not among them. */
export async function snapshotFiles(folder: string, disk: Disk = nodeDisk): Promise<string[]> {
  return (await namesIn(folder, disk)).filter((name) => FILE_PATTERN.test(name)).sort().reverse();
}

/** Names of those that were begun and not finished: by a process that was killed, or that is at it. */
export async function unfinishedFiles(folder: string, disk: Disk = nodeDisk): Promise<string[]> {
  return (await namesIn(folder, disk)).filter((name) => name.endsWith(UNFINISHED));
}

async function namesIn(folder: string, disk: Disk): Promise<string[]> {
  try {
    return await disk.names(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return [];
  }
}

/** Writes a snapshot. It has its name once it is whole and on the disk. One that fails is to be abandoned. */
export class SnapshotWriter {
  private readonly disk: Disk;
  private readonly folder: string;
  private readonly head: SnapshotHead;
  private readonly path: string;
  /** Of this writer alone: one that outlived its service may be at the same snapshot. */
  private readonly unfinishedPath: string;
  private readonly file: DiskFile;
  private written = 0;
  private sections = 0;

  private constructor(disk: Disk, folder: string, head: SnapshotHead, path: string, unfinishedPath: string, file: DiskFile) {
    this.disk = disk;
    this.folder = folder;
    this.head = head;
    this.path = path;
    this.unfinishedPath = unfinishedPath;
    this.file = file;
  }

  static async open(folder: string, head: SnapshotHead, disk: Disk = nodeDisk): Promise<SnapshotWriter> {
    const path = join(folder, `${String(head.sequence).padStart(20, '0')}.snapshot`);
    const unfinishedPath = `${path}.${randomUUID()}${UNFINISHED}`;
    return new SnapshotWriter(disk, folder, head, path, unfinishedPath, await disk.open(unfinishedPath, true));
  }

  /** The state is not to change before it is written. */
  async put(kind: SectionKind, no: number, state: Uint8Array): Promise<void> {
    if (this.written === 0) await this.write(encodeHead(this.head));
    const head = Buffer.alloc(SECTION_HEAD_BYTES);
    head.writeUInt32LE(kind, 0);
    head.writeUInt32LE(no, 4);
    head.writeUInt32LE(state.length, 8);
    head.writeUInt32LE(sectionCrc(head, state), 12);
    await this.write(head);
    await this.write(state);
    this.sections++;
  }

  /** Returns the path of the finished snapshot. */
  async finish(): Promise<string> {
    await this.put(SectionKind.END, this.sections, new Uint8Array(0));
    await this.file.sync();
    await this.file.close();
    await this.disk.rename(this.unfinishedPath, this.path);
    await this.disk.syncFolder(this.folder);
    return this.path;
  }

  /** Nothing is left of one without a name: where the disk is full, the journal needs the room more. */
  async abandon(): Promise<void> {
    await this.file.close();
    if ((await unfinishedFiles(this.folder, this.disk)).includes(basename(this.unfinishedPath))) await this.disk.remove(this.unfinishedPath);
  }

  private async write(bytes: Uint8Array): Promise<void> {
    await this.file.write(bytes, this.written);
    this.written += bytes.length;
  }
}

/** Reads the head alone. Throws SnapshotDamaged. */
export function readSnapshotHead(path: string, disk: Disk = nodeDisk): Promise<SnapshotHead> {
  return reading(disk, path, async (file) => decodeHead(path, await readAt(path, file, 0, HEAD_BYTES)));
}

/**
 * Reads the head and hands the wanted sections to `onSection`, in the order of the file; their state is valid during the call.
 * Each is read while the one before it is in use. Throws SnapshotDamaged.
 */
export function readSnapshot(
  path: string,
  wants: (section: Section) => boolean,
  onSection: (section: Section, state: Uint8Array) => void,
  disk: Disk = nodeDisk,
): Promise<SnapshotHead> {
  return reading(disk, path, async (file) => {
    const head = decodeHead(path, await readAt(path, file, 0, HEAD_BYTES));
    // Of all sections by turns: memory of its own for each would cost more than reading it does.
    const rooms = [Buffer.allocUnsafeSlow(0), Buffer.allocUnsafeSlow(0)];
    /** A section's state, and the head of the one behind it: who waits for the disk less often waits less. */
    const beginRead = ({ kind, at, length }: SectionInFile, turn: number): Promise<Buffer> => {
      const bytes = kind === SectionKind.END ? length : length + SECTION_HEAD_BYTES;
      if (bytes > rooms[turn]!.length) rooms[turn] = Buffer.allocUnsafeSlow(bytes + (bytes >> 2));
      return readAt(path, file, at + SECTION_HEAD_BYTES, bytes, rooms[turn]);
    };
    const firstHead = await readAt(path, file, HEAD_BYTES, SECTION_HEAD_BYTES);
    let section = await firstWanted(path, file, sectionAt(path, file, HEAD_BYTES, firstHead, 0), wants);
    let coming = beginRead(section, 0);
    for (let turn = 1; ; turn = 1 - turn) {
      const bytes = await coming;
      const state = bytes.subarray(0, section.length);
      if (sectionCrc(section.head, state) !== section.head.readUInt32LE(12)) throw new SnapshotDamaged(path, section.at, 'section is damaged');
      if (section.kind === SectionKind.END) {
        if (section.no !== section.place) throw new SnapshotDamaged(path, section.at, `has ${section.place} sections and says ${section.no}`);
        return head;
      }
      const next = await firstWanted(path, file, sectionAt(path, file, endOf(section), Buffer.from(bytes.subarray(section.length)), section.place + 1), wants);
      coming = beginRead(next, turn);
      // Nobody waits for it where this one cannot be made use of.
      coming.catch(() => undefined);
      onSection(section, state);
      section = next;
    }
  });
}

interface SectionInFile extends Section {
  readonly head: Buffer;
  /** Of its head, in the file. */
  readonly at: number;
  /** Of its state, in bytes. */
  readonly length: number;
  /** How many sections come before it. */
  readonly place: number;
}

function sectionAt(path: string, file: DiskReader, at: number, head: Buffer, place: number): SectionInFile {
  const section = { kind: head.readUInt32LE(0) as SectionKind, no: head.readUInt32LE(4), length: head.readUInt32LE(8), head, at, place };
  if (endOf(section) > file.byteLength) throw new SnapshotDamaged(path, at, 'section is longer than the file');
  return section;
}

function endOf({ at, length }: Pick<SectionInFile, 'at' | 'length'>): number {
  return at + SECTION_HEAD_BYTES + length;
}

/** The first from a section on that is wanted or is the end. */
async function firstWanted(path: string, file: DiskReader, from: SectionInFile, wants: (section: Section) => boolean): Promise<SectionInFile> {
  let section = from;
  while (section.kind !== SectionKind.END && !wants(section)) {
    const at = endOf(section);
    section = sectionAt(path, file, at, await readAt(path, file, at, SECTION_HEAD_BYTES), section.place + 1);
  }
  return section;
}

/** Reads and checks all of it. Throws SnapshotDamaged. */
export function verifySnapshot(path: string, disk: Disk = nodeDisk): Promise<SnapshotHead> {
  return readSnapshot(path, () => true, () => undefined, disk);
}

async function reading<T>(disk: Disk, path: string, read: (file: DiskReader) => Promise<T>): Promise<T> {
  const file = await disk.openToRead(path);
  try {
    return await read(file);
  } finally {
    await file.close();
  }
}

/** No bytes are passed over: `zlib.crc32` takes an empty buffer without memory behind it for the beginning of a new sum. */
function sectionCrc(head: Buffer, state: Uint8Array): number {
  const ofHead = crc32(head.subarray(0, 12));
  return state.length === 0 ? ofHead : crc32(state, ofHead);
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

async function readAt(path: string, file: DiskReader, position: number, length: number, room?: Buffer): Promise<Buffer> {
  const bytes = await file.read(position, length, room);
  if (bytes.length < length) throw new SnapshotDamaged(path, position + bytes.length, 'ends here, more was to come');
  return bytes;
}
