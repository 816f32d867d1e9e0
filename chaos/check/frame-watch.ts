/** What readers of streams are shown over the death of a shard: nothing goes back, no alert is told twice. */

import type { StreamReader } from '../../test/support/stream-reader.ts';

export class FrameWatch {
  private readonly readers: readonly StreamReader[];
  private readonly onFault: (fault: string) => void;

  constructor(readers: readonly StreamReader[], onFault: (fault: string) => void) {
    this.readers = readers;
    this.onFault = onFault;
  }

  /** Looks at all frames so far; returns how many. */
  check(): number {
    let count = 0;
    for (const { frames } of this.readers) {
      let shown = -1;
      const told = new Set<string>();
      for (const frame of frames) {
        count++;
        if (frame.type === 'alert') {
          const key = `${String(frame['event_id'])} revision ${String(frame['revision'])}`;
          if (told.has(key)) this.onFault(`alert ${key} was told twice`);
          told.add(key);
        } else if (frame.type === 'snapshot' || frame.type === 'update') {
          if (frame.sequence <= shown) this.onFault(`${frame.type} of ${String(frame['order_id'])} with sequence ${frame.sequence} behind ${shown}`);
          shown = Math.max(shown, frame.sequence);
        }
      }
    }
    return count;
  }
}
