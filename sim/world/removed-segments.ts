/** What was removed of the journal, kept where the service cannot see it: so its beginning can be read by the auditor. */

import { JOURNAL_DIR } from './folders.ts';
import type { SimulatedDisk } from './simulated-disk.ts';

export class RemovedSegments {
  private readonly segments = new Map<string, Uint8Array>();

  /** Of a disk, and of those that come of it after power cuts. */
  keepOf(disk: SimulatedDisk): void {
    disk.onRemove = (path, content) => {
      if (path.startsWith(`${JOURNAL_DIR}/`)) this.segments.set(path, content);
    };
  }

  get count(): number {
    return this.segments.size;
  }

  /** Puts them back where they are missing. */
  restoreTo(disk: SimulatedDisk, present: readonly string[]): void {
    for (const [path, content] of this.segments) if (!present.includes(path.slice(JOURNAL_DIR.length + 1))) disk.restore(path, content);
  }
}
