/**
 * What must be undone however a run ends: processes, mounts, folders. Newest first; a run that is broken off with Ctrl-C goes
 * the same way.
 */

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
