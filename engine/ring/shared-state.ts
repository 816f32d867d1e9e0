/**
 * State that every thread reads and one thread writes: a table of rows of doubles behind a seqlock each.
 *
 * The writer of a row makes its version odd, changes it, and makes the version even again. A reader copies the row and
 * takes the copy only when the version was even and did not change meanwhile. Rows never move, so a row number is an
 * address; memory that no row was written to is not touched and costs nothing.
 */

const VERSION_WORD = 0;
/** A writer is inside a row for microseconds; a reader that met it this often is told to come again. */
const READ_TRIES_MAX = 1_000;

export class SharedRows {
  readonly shared: SharedArrayBuffer;
  readonly rowDoubles: number;
  /** All rows; the first double of each is its version and must not be used. */
  readonly cells: Float64Array;
  private readonly words: Int32Array;

  private constructor(shared: SharedArrayBuffer, rowDoubles: number) {
    this.shared = shared;
    this.rowDoubles = rowDoubles;
    this.cells = new Float64Array(shared);
    this.words = new Int32Array(shared);
  }

  static create(rowsMax: number, rowDoubles: number): SharedRows {
    return new SharedRows(new SharedArrayBuffer(rowsMax * rowDoubles * 8), rowDoubles);
  }

  static over(shared: SharedArrayBuffer, rowDoubles: number): SharedRows {
    return new SharedRows(shared, rowDoubles);
  }

  get rowsMax(): number {
    return this.cells.length / this.rowDoubles;
  }

  /** Opens a row for writing; for its owner only. Returns the index of its first cell. */
  beginWrite(row: number): number {
    Atomics.add(this.words, row * this.rowDoubles * 2 + VERSION_WORD, 1);
    return row * this.rowDoubles;
  }

  /**
   * Makes a row as one that nobody has written to, but for its version, which never goes back. For its owner, when the writer
   * before it has died and may have died inside the row.
   */
  clear(row: number): void {
    const versionWord = row * this.rowDoubles * 2 + VERSION_WORD;
    const version = Atomics.load(this.words, versionWord);
    if (version === 0) return;
    // Odd while it changes: one that was left open stays open for so long.
    if ((version & 1) === 0) Atomics.add(this.words, versionWord, 1);
    const first = row * this.rowDoubles;
    this.cells.fill(0, first + 1, first + this.rowDoubles);
    this.endWrite(row);
  }

  endWrite(row: number): void {
    Atomics.add(this.words, row * this.rowDoubles * 2 + VERSION_WORD, 1);
  }

  /** True once a row was written. */
  isWritten(row: number): boolean {
    return row < this.rowsMax && this.versionOf(row) > 1;
  }

  /** The row's version; it changes with every write. */
  versionOf(row: number): number {
    return Atomics.load(this.words, row * this.rowDoubles * 2 + VERSION_WORD) >>> 0;
  }

  /**
   * Copies a row as it was at one moment into `into` and returns its version, or -1 while its writer stays inside it.
   */
  read(row: number, into: Float64Array): number {
    const first = row * this.rowDoubles;
    const versionWord = first * 2 + VERSION_WORD;
    for (let tries = 0; tries < READ_TRIES_MAX; tries++) {
      const before = Atomics.load(this.words, versionWord);
      if ((before & 1) !== 0) continue;
      for (let i = 1; i < this.rowDoubles; i++) into[i] = this.cells[first + i]!;
      if (Atomics.load(this.words, versionWord) === before) return before >>> 0;
    }
    return -1;
  }
}
