/** The service's threads by what they do, found by the scripts that they run (measure/name-threads.ts). */

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type CpuReaders, threadCpu } from '../measure/cpu.ts';
import { THREADS_DIR_VARIABLE } from '../measure/name-threads.ts';

const NAMER = new URL('../measure/name-threads.js', import.meta.url);
/** What a thread is for, by the end of its script's path. What the process used besides is the collector, the compiler and file IO. */
const SCRIPTS = { 'service main thread': 'engine/main.js', 'service shards': 'engine/shard-worker.js', 'service storage': 'storage/worker.js' } as const;

export class ServiceThreads {
  private readonly folder = mkdtempSync(join(tmpdir(), 'bench-threads-'));

  /** For the environment of the service. */
  readonly env = { [THREADS_DIR_VARIABLE]: this.folder };
  /** For its NODE_OPTIONS. */
  readonly nodeOption = `--import ${NAMER.href}`;

  /** Of the threads that there are by now. */
  cpuReaders(pid: number): CpuReaders {
    const threads = readdirSync(this.folder).map((id) => ({ id: Number(id), script: readFileSync(join(this.folder, id), 'utf8') }));
    const readerOf = (end: string): (() => number) => {
      const ids = threads.filter(({ script }) => script.endsWith(end)).map(({ id }) => id);
      return () => ids.reduce((sum, id) => sum + threadCpu(pid, id), 0);
    };
    return Object.fromEntries(Object.entries(SCRIPTS).map(([name, end]) => [name, readerOf(end)]));
  }

  forget(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
