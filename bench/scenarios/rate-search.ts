/**
 * Looks for the highest rate that something holds, by halving the range between one that was held and one that was not, in ratios. When
 * all that it has tried was held, or nothing, it looks further up or down.
 */

export interface RateRange {
  readonly low: number;
  readonly high: number;
}

/** How much further up or down it looks for the end that it has not found. */
const FURTHER = 2;

export class RateSearch {
  private low: number;
  private high: number;
  private readonly steps: number;
  private readonly furtherSteps: number;
  private tried = 0;
  private heldCount = 0;
  private highestHeld = Number.NaN;

  /** `furtherSteps` more at most, while one end was never met. */
  constructor({ low, high }: RateRange, steps: number, furtherSteps: number) {
    this.low = low;
    this.high = high;
    this.steps = steps;
    this.furtherSteps = furtherSteps;
  }

  get isOver(): boolean {
    const isOneSided = this.heldCount === 0 || this.heldCount === this.tried;
    return this.tried >= this.steps && !(isOneSided && this.tried < this.steps + this.furtherSteps);
  }

  /** The rate to try next; `learn` is told how it went. */
  next(): number {
    // What was only thought to be held was too much, or what was thought to be too much was not reached.
    if (this.tried >= this.steps && this.heldCount > 0) this.high *= FURTHER;
    else if (this.tried >= this.steps) this.low /= FURTHER;
    return Math.round(Math.sqrt(this.low * this.high));
  }

  learn(rate: number, isHeld: boolean): void {
    this.tried++;
    if (!isHeld) {
      this.high = rate;
      return;
    }
    this.heldCount++;
    this.low = rate;
    if (!(this.highestHeld >= rate)) this.highestHeld = rate;
  }

  /** NaN when none was held. */
  get held(): number {
    return this.highestHeld;
  }

  /** Where another search begins: what was held, or what is not known to be too much. */
  get expected(): number {
    return Number.isNaN(this.highestHeld) ? this.low : this.highestHeld;
  }
}
