/** When a shard that has died is started again, and when that is of no use: one shard's history of deaths. Pure. */

/** So many deaths within the window, wherever, and it is left. */
export const DEATHS_MAX = 5;
export const DEATHS_WINDOW_MS = 60_000;

export class ShardDeaths {
  private readonly atMs: number[] = [];
  private lastSequence = 0;

  /** Takes in a death while the record of a sequence was being applied, 0 for none. Returns why another start is of no use, or undefined. */
  judge(nowMs: number, sequence: number): string | undefined {
    const isSame = sequence !== 0 && sequence === this.lastSequence;
    this.lastSequence = sequence;
    if (isSame) return `it dies of the record with sequence ${sequence} each time`;
    this.atMs.push(nowMs);
    while (this.atMs[0]! <= nowMs - DEATHS_WINDOW_MS) this.atMs.shift();
    if (this.atMs.length < DEATHS_MAX) return undefined;
    return `it has died ${this.atMs.length} times within ${DEATHS_WINDOW_MS / 1_000} s`;
  }
}
