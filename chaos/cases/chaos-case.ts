/** What a case is, and what it is given for one run. */

import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { RandomStream } from '../../simulation/random/random-stream.ts';
import type { MutantName } from '../mutants/mutants.ts';
import { mutantModule } from '../mutants/mutants.ts';
import { type Cleanup, removeFolder } from '../service/cleanup.ts';
import type { DatabaseServer } from '../service/database-server.ts';
import { ServiceProcess, type ServiceStart } from '../service/service-process.ts';

export const SIZES = ['short', 'full'] as const;
export type Size = (typeof SIZES)[number];

export interface ChaosCase {
  readonly name: string;
  /** What is done to the service, in half a line. */
  readonly what: string;
  /** Each is the service with one promise taken out; the case must fail on it. */
  readonly mutants: readonly MutantName[];
  /** How many seeds, from the first one on. */
  readonly runs: Readonly<Record<Size, number>>;
  /** Needs loop mounts. */
  readonly needsLoopMounts?: boolean;
  run(run: CaseRun): Promise<void>;
}

const FAULTS_MAX = 20;

/** One run of a case on one seed: what it may use, and what came out. */
export class CaseRun {
  readonly seed: number;
  readonly size: Size;
  readonly random: RandomStream;
  readonly cleanup: Cleanup;
  readonly databases: DatabaseServer;
  /** What is not as it must be; empty when all is well. */
  readonly faults: string[] = [];
  /** How much of what was done and checked. */
  readonly counts = new Map<string, number>();
  /** What an operator would have seen. */
  readonly observed: string[] = [];
  private readonly mutant: MutantName | undefined;

  constructor(parts: { seed: number; size: Size; mutant: MutantName | undefined; cleanup: Cleanup; databases: DatabaseServer; name: string }) {
    this.seed = parts.seed;
    this.size = parts.size;
    this.mutant = parts.mutant;
    this.cleanup = parts.cleanup;
    this.databases = parts.databases;
    this.random = new RandomStream(parts.seed, `case ${parts.name}`);
  }

  readonly fault = (fault: string): void => {
    if (this.faults.length < FAULTS_MAX) this.faults.push(fault);
  };

  readonly count = (what: string, times = 1): void => {
    this.counts.set(what, (this.counts.get(what) ?? 0) + times);
  };

  readonly observe = (what: string): void => {
    this.observed.push(what);
  };

  /** The one number of this size. */
  sized(short: number, full: number): number {
    return this.size === 'short' ? short : full;
  }

  startService(start: ServiceStart): Promise<ServiceProcess> {
    return ServiceProcess.start({ ...start, preloads: [...this.preloads, ...(start.preloads ?? [])] }, this.cleanup);
  }

  /** The mutant's module, if one is in force. */
  get preloads(): readonly string[] {
    return this.mutant === undefined ? [] : [mutantModule(this.mutant)];
  }

  async makeFolder(parent = tmpdir()): Promise<string> {
    const folder = await mkdtemp(join(parent, 'execution-monitor-chaos-'));
    this.cleanup.add(() => removeFolder(folder));
    // As root the embedded database runs as OS user postgres and must be able to enter.
    await chmod(folder, 0o755);
    return folder;
  }
}
