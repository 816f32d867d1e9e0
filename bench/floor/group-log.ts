/**
 * A file to which bytes are appended durably: what is given during one write and fdatasync goes together into the next.
 * The least that any durable intake must do; no framing, no checksum.
 */

import { fdatasync, openSync, writev } from 'node:fs';
import { promisify } from 'node:util';

const writeAll = promisify(writev);
const sync = promisify(fdatasync);

interface Waiter {
  resolve(): void;
  reject(error: unknown): void;
}

export class GroupLog {
  private readonly fd: number;
  private chunks: Uint8Array[] = [];
  private waiters: Waiter[] = [];
  private isWriting = false;

  constructor(path: string) {
    this.fd = openSync(path, 'a');
  }

  /** Resolves when the bytes are on the disk. */
  append(bytes: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.chunks.push(bytes);
      this.waiters.push({ resolve, reject });
      if (!this.isWriting) void this.writeRounds();
    });
  }

  private async writeRounds(): Promise<void> {
    this.isWriting = true;
    while (this.chunks.length > 0) {
      const [chunks, waiters] = [this.chunks, this.waiters];
      this.chunks = [];
      this.waiters = [];
      try {
        const bytes = chunks.reduce((sum, chunk) => sum + chunk.byteLength, 0);
        const { bytesWritten } = await writeAll(this.fd, chunks);
        if (bytesWritten !== bytes) throw new Error(`wrote ${bytesWritten} of ${bytes} bytes`);
        await sync(this.fd);
        for (const waiter of waiters) waiter.resolve();
      } catch (error) {
        for (const waiter of waiters) waiter.reject(error);
      }
    }
    this.isWriting = false;
  }
}
