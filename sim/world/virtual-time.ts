/**
 * Time that passes only when somebody waits for it. What is due at one moment happens in an order that the seed decides.
 *
 * Between two events every promise that can settle has settled: nothing here waits for the machine.
 */

import type { Random } from './random.ts';

interface Due {
  readonly atUs: number;
  readonly rank: number;
  work: (() => void) | undefined;
}

/** Takes back what was planned. */
export type Cancel = () => void;

export class VirtualTime {
  private readonly random: Random;
  /** The next one last. */
  private readonly due: Due[] = [];
  private us = 0;
  private failure: { readonly error: unknown } | undefined;

  constructor(random: Random) {
    this.random = random;
  }

  /** Since the run began. */
  get nowUs(): number {
    return this.us;
  }

  after(delayUs: number, work: () => void): Cancel {
    const planned: Due = { atUs: this.us + Math.max(0, Math.round(delayUs)), rank: this.random.next(), work };
    let low = 0;
    let high = this.due.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (isLater(this.due[middle]!, planned)) low = middle + 1;
      else high = middle;
    }
    this.due.splice(low, 0, planned);
    return () => (planned.work = undefined);
  }

  pause(delayUs: number): Promise<void> {
    return new Promise((resolve) => void this.after(delayUs, resolve));
  }

  /** Something that nobody awaits has failed: `run` throws it. */
  fail(error: unknown): void {
    this.failure ??= { error };
  }

  /** Lets time pass until `isOver`; throws what failed, or that nothing more is planned, or that it takes longer than `untilUs`. */
  async run(isOver: () => boolean, untilUs: number): Promise<void> {
    await settled();
    while (!isOver()) {
      if (this.failure !== undefined) throw this.failure.error;
      const next = this.due.pop();
      if (next === undefined) throw new Error('nothing is planned any more and the run is not over');
      if (next.work === undefined) continue;
      if (next.atUs > untilUs) throw new Error(`the run is not over after ${untilUs / 1e6} s of virtual time`);
      this.us = next.atUs;
      next.work();
      await settled();
    }
    if (this.failure !== undefined) throw this.failure.error;
  }
}

function isLater(a: Due, b: Due): boolean {
  return a.atUs === b.atUs ? a.rank > b.rank : a.atUs > b.atUs;
}

/** The event loop comes round once all microtasks are done. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
