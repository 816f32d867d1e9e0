/** Runs a case on one seed and cleans up behind it. */

import { type ChaosCase, CaseRun, type Size } from './cases/chaos-case.ts';
import { whyNoLoopImage } from './faults/loop-image.ts';
import type { MutantName } from './mutants/mutants.ts';
import { Cleanup } from './service/cleanup.ts';
import type { DatabaseServer } from './service/database-server.ts';

export interface CaseResult {
  readonly name: string;
  readonly seed: number;
  readonly size: Size;
  readonly mutant: MutantName | undefined;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** Why it was skipped. */
  readonly reason: string | undefined;
  readonly faults: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
  readonly observed: readonly string[];
  readonly seconds: number;
}

export interface RunSettings {
  readonly seed: number;
  readonly size: Size;
  readonly mutant?: MutantName | undefined;
  readonly databases: DatabaseServer;
  /** What is still to be undone when the run is broken off. */
  readonly cleanups: Set<Cleanup>;
}

export async function runCase(chaosCase: ChaosCase, { seed, size, mutant, databases, cleanups }: RunSettings): Promise<CaseResult> {
  const cleanup = new Cleanup();
  cleanups.add(cleanup);
  const startMs = performance.now();
  const run = new CaseRun({ seed, size, mutant, cleanup, databases, name: chaosCase.name });
  let reason: string | undefined;
  try {
    if (chaosCase.needsLoopMounts === true) reason = await whyNoLoopImage(cleanup);
    if (reason === undefined) await chaosCase.run(run);
  } catch (error) {
    run.fault(error instanceof Error ? (error.stack ?? error.message) : String(error));
  } finally {
    await cleanup.all();
    cleanups.delete(cleanup);
  }
  const outcome = reason !== undefined ? 'skipped' : run.faults.length > 0 ? 'failed' : 'passed';
  const seconds = (performance.now() - startMs) / 1_000;
  return { name: chaosCase.name, seed, size, mutant, outcome, reason, faults: run.faults, counts: Object.fromEntries(run.counts), observed: run.observed, seconds };
}
