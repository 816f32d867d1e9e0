/**
 * The life of one process: what it waits for never comes once it is dead, and what it was about to do is decided by whoever
 * killed it.
 */

import type { Cancel, VirtualTime } from './virtual-time.ts';

export class Life {
  private readonly time: VirtualTime;
  private readonly lastActs = new Set<() => void>();
  private alive = true;

  constructor(time: VirtualTime) {
    this.time = time;
  }

  after(delayUs: number, work: () => void): Cancel {
    return this.time.after(delayUs, () => {
      if (this.alive) work();
    });
  }

  /** Never resolves for a process that is killed meanwhile; then `lastAct` is called. */
  pause(delayUs: number, lastAct: () => void = () => undefined): Promise<void> {
    if (!this.alive) return new Promise(() => undefined);
    this.lastActs.add(lastAct);
    return new Promise((resolve) => {
      this.after(delayUs, () => {
        this.lastActs.delete(lastAct);
        resolve();
      });
    });
  }

  onEnd(act: () => void): void {
    this.lastActs.add(act);
  }

  end(): void {
    this.alive = false;
    for (const act of this.lastActs) act();
    this.lastActs.clear();
  }
}
