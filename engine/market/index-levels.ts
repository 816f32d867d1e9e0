/**
 * The level of an index by event time: mids of its quotes, or prices of its prints, from when an instrument first named it.
 * Every shard keeps the indices that any instrument names, from the same records, so that all see the same levels.
 */

import { QUOTES_PER_SYMBOL_MAX } from '../domain/limits.ts';
import type { StateReader } from '../domain/state-reader.ts';
import type { StateWriter } from '../domain/state-writer.ts';
import { QuoteTape } from './quote-tape.ts';

export class IndexLevels {
  private readonly levels = new QuoteTape(QUOTES_PER_SYMBOL_MAX);
  /** Newest input. */
  sequence = 0;

  add(us: number, sequence: number, level: number): void {
    this.levels.add(us, sequence, level, level);
    this.sequence = sequence;
  }

  /** Relative move from one moment to another; NaN when the level at the first is not known. */
  moveBetween(fromUs: number, toUs: number): number {
    return this.levels.midUpTo(toUs) / this.levels.midUpTo(fromUs) - 1;
  }

  save(out: StateWriter): void {
    out.double(this.sequence);
    this.levels.save(out);
  }

  load(from: StateReader): void {
    this.sequence = from.double();
    this.levels.load(from);
  }
}
