/**
 * Records of a fixed size under dense numbers, in chunks of memory: a record never moves, and growth copies nothing.
 *
 * Each chunk is seen as doubles and as 32-bit words at once. Record `no` begins in chunk `no >> CHUNK_SHIFT` at
 * `(no & CHUNK_MASK) * recordDoubles` doubles, or at twice as many words. Records that were freed are used again first; while a
 * record is free its first word is the number of the next one.
 */

export const CHUNK_SHIFT = 10;
export const CHUNK_MASK = (1 << CHUNK_SHIFT) - 1;
const CHUNK_RECORDS = 1 << CHUNK_SHIFT;
const NONE = -1;

export class RecordChunks {
  readonly doubles: Float64Array[] = [];
  readonly words: Int32Array[] = [];
  private readonly recordDoubles: number;
  private count = 0;
  private firstFree = NONE;

  constructor(recordDoubles: number) {
    this.recordDoubles = recordDoubles;
  }

  /** A record for the caller to fill: what stands in it is of another. */
  take(): number {
    const no = this.firstFree;
    if (no === NONE) {
      if (this.count === this.doubles.length * CHUNK_RECORDS) this.addChunk();
      return this.count++;
    }
    this.firstFree = this.words[no >> CHUNK_SHIFT]![(no & CHUNK_MASK) * this.recordDoubles * 2]!;
    return no;
  }

  free(no: number): void {
    this.words[no >> CHUNK_SHIFT]![(no & CHUNK_MASK) * this.recordDoubles * 2] = this.firstFree;
    this.firstFree = no;
  }

  private addChunk(): void {
    const memory = new ArrayBuffer(CHUNK_RECORDS * this.recordDoubles * 8);
    this.doubles.push(new Float64Array(memory));
    this.words.push(new Int32Array(memory));
  }
}
