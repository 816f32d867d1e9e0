/**
 * What stood in an order's way, second by second while it was behind: the evidence from which truth.ts names the cause.
 */

/** unexplained: behind with nothing in the way but its own settings and the depth of the market. */
export type Hindrance = 'drought' | 'halt' | 'limit' | 'venue' | 'parameter' | 'news' | 'unexplained';

export interface Tally {
  /** Time spent behind for this reason. */
  us: number;
  sinceUs: number;
}

export class TroubleLog {
  /** Behind its plan at all, and behind it by more than the part that counts as failing. */
  readonly behind = new Map<Hindrance, Tally>();
  readonly farBehind = new Map<Hindrance, Tally>();
  farBehindUs = 0;
  private lastUs = Number.NaN;
  private lasting: Hindrance = 'unexplained';
  /** Marks of what a venue did to it lately. */
  venueTroubleUs = Number.NEGATIVE_INFINITY;
  /** An execution was taken back when there was no time left to make it up. */
  bustedLateUs = Number.NaN;

  /** The order is not worked: the time until the next look counts for nothing. */
  pause(): void {
    this.lastUs = Number.NaN;
  }

  /** Something that happens at one moment and leaves the order short. */
  mark(hindrance: Hindrance, nowUs: number): void {
    add(this.behind, hindrance, 1, nowUs);
  }

  /** What put an order behind stays the reason until it has caught up, unless something else comes in its way. */
  look(hindrance: Hindrance, isBehind: boolean, isFarBehind: boolean, nowUs: number): void {
    const us = Number.isNaN(this.lastUs) ? 0 : nowUs - this.lastUs;
    this.lastUs = nowUs;
    if (!isBehind) this.lasting = 'unexplained';
    else if (hindrance !== 'unexplained') this.lasting = hindrance;
    if (isBehind) add(this.behind, this.lasting, us, nowUs);
    if (!isFarBehind) return;
    add(this.farBehind, this.lasting, us, nowUs);
    this.farBehindUs += us;
  }
}

/** The hindrance that cost most time; undefined for none. The first one wins a tie. */
export function largest(tallies: ReadonlyMap<Hindrance, Tally>): readonly [Hindrance, Tally] | undefined {
  let found: readonly [Hindrance, Tally] | undefined;
  for (const entry of tallies) if (found === undefined || entry[1].us > found[1].us) found = entry;
  return found;
}

function add(tallies: Map<Hindrance, Tally>, hindrance: Hindrance, us: number, nowUs: number): void {
  const tally = tallies.get(hindrance);
  if (tally === undefined) tallies.set(hindrance, { us, sinceUs: nowUs });
  else tally.us += us;
}
