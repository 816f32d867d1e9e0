/**
 * What must be undone however a run ends: processes, mounts, folders. Newest first; a run that is broken off with Ctrl-C goes
 * the same way.
 */

import { rm } from 'node:fs/promises';

import { allGone, processesIn, signalAll } from './process-tree.ts';

/** Removes a folder of ours, and ends what still runs in it. */
export async function removeFolder(folder: string): Promise<void> {
  await endProcessesIn(folder);
  await rm(folder, { recursive: true, force: true, maxRetries: 5 });
}

export async function endProcessesIn(folder: string): Promise<void> {
  const left = processesIn(folder);
  signalAll(left, 'SIGKILL');
  await allGone(left);
}

export class Cleanup {
  private readonly undos: (() => Promise<void> | void)[] = [];

  /** Returns how to undo it now; it is then not undone again. */
  add(undo: () => Promise<void> | void): () => Promise<void> {
    let isDone = false;
    const once = async (): Promise<void> => {
      if (isDone) return;
      isDone = true;
      await undo();
    };
    this.undos.push(once);
    return once;
  }

  /** What goes wrong with one does not keep the others from being undone. */
  async all(): Promise<void> {
    for (let undo = this.undos.pop(); undo !== undefined; undo = this.undos.pop()) {
      try {
        await undo();
      } catch (error) {
        process.stderr.write(`chaos could not clean up: ${String(error)}\n`);
      }
    }
  }
}
