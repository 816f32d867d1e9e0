/** Rings for one service after the other: those of the service's size are too large to be made anew for each start. */

import { createMailbox } from '../../engine/ring/mailbox.ts';

/** In front of a ring's bytes: its cursors. All zero is an empty ring. */
const CURSOR_BYTES = 256;

export class Rings {
  private readonly spare = new Map<number, SharedArrayBuffer[]>();
  private taken: { readonly bytes: number; readonly ring: SharedArrayBuffer }[] = [];

  take(bytes: number): SharedArrayBuffer {
    const ring = this.spare.get(bytes)?.pop() ?? createMailbox(bytes);
    new Uint8Array(ring, 0, CURSOR_BYTES).fill(0);
    this.taken.push({ bytes, ring });
    return ring;
  }

  /** Whoever had rings is dead. */
  giveBack(): void {
    for (const { bytes, ring } of this.taken) {
      const spare = this.spare.get(bytes);
      if (spare === undefined) this.spare.set(bytes, [ring]);
      else spare.push(ring);
    }
    this.taken = [];
  }
}
