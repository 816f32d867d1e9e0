/** Where spilled rows go, in memory, with so much room and no more. Nothing of it survives its process. */

import type { SpillDisk } from '../../storage/spill-disk.ts';

export class SimulatedSpillDisk implements SpillDisk {
  /** How many blocks have been written, ever. */
  writtenBlocks = 0;
  capacityBytes: number;
  private readonly blocks = new Map<string, Uint8Array>();
  /** Of a disk that is broken on purpose, see mutants.ts: the newest block is read in the place of any. */
  private readonly mixesUp: boolean;

  constructor(capacityBytes: number, mixesUp = false) {
    this.capacityBytes = capacityBytes;
    this.mixesUp = mixesUp;
  }

  get usedBytes(): number {
    let usedBytes = 0;
    for (const block of this.blocks.values()) usedBytes += block.length;
    return usedBytes;
  }

  write(name: string, block: Uint8Array): boolean {
    if (this.blocks.has(name)) throw new Error(`${name} is written twice`);
    if (this.usedBytes + block.length > this.capacityBytes) return false;
    this.blocks.set(name, Uint8Array.from(block));
    this.writtenBlocks++;
    return true;
  }

  read(name: string): Uint8Array {
    const block = this.mixesUp ? [...this.blocks.values()].at(-1) : this.blocks.get(name);
    if (block === undefined) throw new Error(`${name} is not there`);
    return block;
  }

  remove(name: string): void {
    this.blocks.delete(name);
  }
}
