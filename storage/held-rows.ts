/**
 * The rows of one source (a shard) that are not committed yet, encoded, a queue a table.
 *
 * It owns up to which sequence the source's rows need not be taken in (again). A source hands its rows over in
 * sequence; when it is rebuilt from the journal it starts again further back, and what came before is dropped here.
 */

import assert from 'node:assert/strict';
import type { RowReader } from '../engine/ring/row-codec.ts';
import { EncodedRows } from './encoded-rows.ts';
import { TABLES } from './tables.ts';

export class HeldRows {
  /** A queue for each of `TABLES`. */
  readonly queues: readonly EncodedRows[] = TABLES.map(() => new EncodedRows());
  private skippedThrough = 0;

  get rowCount(): number {
    let rowCount = 0;
    for (const queue of this.queues) rowCount += queue.rowCount;
    return rowCount;
  }

  get byteCount(): number {
    let byteCount = 0;
    for (const queue of this.queues) byteCount += queue.byteCount;
    return byteCount;
  }

  /** The lowest sequence held; Infinity when there is none. */
  get firstSequence(): number {
    return Math.min(...this.queues.map((queue) => queue.firstSequence));
  }

  /** The highest sequence held; -Infinity when there is none. */
  get lastSequence(): number {
    return Math.max(...this.queues.map((queue) => queue.lastSequence));
  }

  /** Takes a row in; false when it was taken in before. */
  append(row: RowReader): boolean {
    assert(row.sequence >= 1 && Number.isSafeInteger(row.sequence), 'sequences are integers from 1');
    if (row.sequence <= this.skippedThrough) return false;
    this.queues[row.kindCode]!.append(row);
    return true;
  }

  countThrough(sequence: number): number {
    let rowCount = 0;
    for (const queue of this.queues) rowCount += queue.countThrough(sequence);
    return rowCount;
  }

  /** Rows up to `sequence` are committed: those held are dropped, and those still to come will be. */
  dropThrough(sequence: number): void {
    this.skippedThrough = Math.max(this.skippedThrough, sequence);
    for (const queue of this.queues) queue.dropFirst(queue.countThrough(sequence));
  }

  /** The source starts again: its rows up to `sequence` are complete and stay, those after it will come anew. */
  restartAfter(sequence: number): void {
    this.skippedThrough = Math.max(this.skippedThrough, sequence);
    for (const queue of this.queues) queue.truncate(queue.countThrough(sequence));
  }
}
