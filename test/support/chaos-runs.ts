/** Runs of chaos cases inside a test file: one database server for all of them, and nothing is left behind. */
import { after } from 'node:test';
import { CASES } from '../../chaos/cases/all-cases.ts';
import type { MutantName } from '../../chaos/mutants/mutants.ts';
import { type CaseResult, runCase } from '../../chaos/run-case.ts';
import { Cleanup } from '../../chaos/service/cleanup.ts';
import { DatabaseServer } from '../../chaos/service/database-server.ts';

/** `EXECMON_CHAOS_SEED`, or 1. */
export const SEED = Number(process.env['EXECMON_CHAOS_SEED'] ?? 1);

export function chaosRuns(): (caseName: string, mutant?: MutantName) => Promise<CaseResult> {
  const shared = new Cleanup();
  const cleanups = new Set([shared]);
  const databases = new DatabaseServer(shared);
  after(async () => {
    for (const cleanup of [...cleanups].reverse()) await cleanup.all();
  });
  return (caseName, mutant) => runCase(CASES.find(({ name }) => name === caseName)!, { seed: SEED, size: 'short', mutant, databases, cleanups });
}
