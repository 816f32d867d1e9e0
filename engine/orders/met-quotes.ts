/**
 * What fills need of quotes that have left the tape: the bid and ask that each met and the mids some time after it, by the
 * fill's row in the table of fills. NaN where nothing is kept.
 *
 * Doubles in chunks of as many rows as the fills' own, each made when something of it is kept first: bid, ask, later mids.
 */

import type { StateReader } from '../domain/state-reader.ts';
import type { StateWriter } from '../domain/state-writer.ts';
import { CHUNK_MASK, CHUNK_SHIFT } from '../domain/record-chunks.ts';

const BID = 0;
const ASK = 1;
const MIDS = 2;

export class MetQuotes {
  private readonly chunks: (Float64Array | undefined)[] = [];
  private readonly rowDoubles: number;

  /** `laterMids`: how many mids a fill has. */
  constructor(laterMids: number) {
    this.rowDoubles = MIDS + laterMids;
  }

  bid(row: number): number {
    return this.get(row, BID);
  }

  ask(row: number): number {
    return this.get(row, ASK);
  }

  laterMid(row: number, which: number): number {
    return this.get(row, MIDS + which);
  }

  keepQuote(row: number, bid: number, ask: number): void {
    this.set(row, BID, bid);
    this.set(row, ASK, ask);
  }

  keepLaterMid(row: number, which: number, mid: number): void {
    this.set(row, MIDS + which, mid);
  }

  forget(row: number): void {
    const at = (row & CHUNK_MASK) * this.rowDoubles;
    this.chunks[row >> CHUNK_SHIFT]?.fill(Number.NaN, at, at + this.rowDoubles);
  }

  save(out: StateWriter, row: number): void {
    const isKept = this.keeps(row);
    out.word(isKept ? 1 : 0);
    for (let place = 0; isKept && place < this.rowDoubles; place++) out.double(this.get(row, place));
  }

  /** Into a row of which nothing is kept. */
  load(from: StateReader, row: number): void {
    const isKept = from.word() === 1;
    for (let place = 0; isKept && place < this.rowDoubles; place++) {
      const value = from.double();
      if (!Number.isNaN(value)) this.set(row, place, value);
    }
  }

  private keeps(row: number): boolean {
    for (let place = 0; place < this.rowDoubles; place++) if (!Number.isNaN(this.get(row, place))) return true;
    return false;
  }

  private get(row: number, place: number): number {
    return this.chunks[row >> CHUNK_SHIFT]?.[(row & CHUNK_MASK) * this.rowDoubles + place] ?? Number.NaN;
  }

  private set(row: number, place: number, value: number): void {
    const no = row >> CHUNK_SHIFT;
    while (this.chunks.length <= no) this.chunks.push(undefined);
    const chunk = (this.chunks[no] ??= new Float64Array((CHUNK_MASK + 1) * this.rowDoubles).fill(Number.NaN));
    chunk[(row & CHUNK_MASK) * this.rowDoubles + place] = value;
  }
}
