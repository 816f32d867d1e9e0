/**
 * Rows on their way from a shard to the storage worker: a head, then the row as the bytes that binary COPY takes
 * (row-tuples.ts), so that storage need not look into it. Both ends are built together: there is no version.
 */

import type { Row } from '../domain/rows.ts';
import { CopyTuple } from './copy-tuple.ts';
import { Memory } from './memory.ts';
import { encodeTuple } from './row-tuples.ts';

/** Their index is the code in a head. */
export const ROW_KINDS = ['monitoring', 'execution', 'order', 'alert', 'analytics'] as const satisfies readonly Row['kind'][];

const SEQUENCE_DOUBLE = 0;
const TIMESTAMP_DOUBLE = 1;
const KIND_WORD = 4;
export const ROW_HEAD_BYTES = 24;

/** Makes messages in memory of its own, one over the other. */
export class RowEncoder {
  private readonly tuple = new CopyTuple();

  /** The message stands at the start of it; valid until the next one is made. */
  get memory(): Memory {
    return this.tuple.memory;
  }

  get byteLength(): number {
    return this.tuple.byteLength;
  }

  encode(row: Row): void {
    encodeTuple(this.tuple, ROW_HEAD_BYTES, row);
    const { doubles, words } = this.tuple.memory;
    doubles[SEQUENCE_DOUBLE] = row.sequence;
    doubles[TIMESTAMP_DOUBLE] = 'timestampUs' in row ? row.timestampUs : Number.NaN;
    words[KIND_WORD] = ROW_KINDS.indexOf(row.kind);
  }
}

/** Reads a message where it lies, without copying. */
export class RowReader {
  sequence = Number.NaN;
  /** Of the row, where its table has one. */
  timestampUs = Number.NaN;
  /** Index in `ROW_KINDS`. */
  kindCode = 0;
  memory: Memory = EMPTY;
  /** Where the row begins in `memory`: a multiple of 8. */
  tupleOffset = 0;
  tupleLength = 0;

  /** Of head and row together. */
  get messageOffset(): number {
    return this.tupleOffset - ROW_HEAD_BYTES;
  }

  get messageLength(): number {
    return this.tupleLength + ROW_HEAD_BYTES;
  }

  open(memory: Memory, offset: number, length: number): this {
    this.memory = memory;
    this.sequence = memory.doubles[(offset >> 3) + SEQUENCE_DOUBLE]!;
    this.timestampUs = memory.doubles[(offset >> 3) + TIMESTAMP_DOUBLE]!;
    this.kindCode = memory.words[(offset >> 2) + KIND_WORD]!;
    this.tupleOffset = offset + ROW_HEAD_BYTES;
    this.tupleLength = length - ROW_HEAD_BYTES;
    return this;
  }
}

const EMPTY = new Memory(new ArrayBuffer(0));
