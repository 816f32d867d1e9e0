/**
 * Which snapshots and segments of the journal are kept: the newest two snapshots, so that one may be damaged; what the history
 * goes back to; and the journal behind the oldest snapshot that is kept. Pure.
 */

export interface KeptSnapshot {
  readonly name: string;
  readonly sequence: number;
  /** When it was made, ms. */
  readonly madeMs: number;
}

export interface KeptSegment {
  readonly name: string;
  readonly firstSequence: number;
}

const NEWEST_KEPT = 2;

/**
 * Names that may go. `horizonMs`: the history of a moment from here on can still be asked for, which needs a snapshot
 * from before it, or the beginning of the journal. Without two snapshots nothing goes.
 */
export function removable(
  snapshots: readonly KeptSnapshot[],
  segments: readonly KeptSegment[],
  horizonMs: number,
): { readonly snapshots: string[]; readonly segments: string[] } {
  const newestFirst = [...snapshots].sort((a, b) => b.sequence - a.sequence);
  const isBase = ({ madeMs }: KeptSnapshot): boolean => madeMs <= horizonMs;
  const base = newestFirst.find(isBase);
  const goes = newestFirst.filter((snapshot, place) => place >= NEWEST_KEPT && isBase(snapshot) && snapshot !== base);
  const oldestKept = newestFirst.filter((snapshot) => !goes.includes(snapshot)).at(-1);
  if (base === undefined || newestFirst.length < NEWEST_KEPT || oldestKept === undefined) return { snapshots: [], segments: [] };
  const inOrder = [...segments].sort((a, b) => a.firstSequence - b.firstSequence);
  // The last segment is being written; of the others the next one tells where they end.
  const old = inOrder.filter((_, place) => place + 1 < inOrder.length && inOrder[place + 1]!.firstSequence <= oldestKept.sequence + 1);
  return { snapshots: goes.map(({ name }) => name), segments: old.map(({ name }) => name) };
}
