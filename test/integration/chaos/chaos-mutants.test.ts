/** The checker can fail: each mutant of the service is caught, by each case that is for it, for the reason it must be. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { CASES } from '../../../chaos/cases/all-cases.ts';
import { MUTANTS, type MutantName } from '../../../chaos/mutants/mutants.ts';
import { chaosRuns, SEED } from '../../support/chaos-runs.ts';

const CASE_MS_MAX = 120_000;
const LOST = /what is there is not what was acknowledged|^session of .* was .*, is 201/;
/** By mutant, a fault that only what it does to the service explains. */
const CAUGHT_BY: Readonly<Record<MutantName, RegExp>> = {
  'no-fsync': LOST,
  'acknowledges-early': LOST,
  'forgets-executions': /is not all duplicates|neither as new nor as taken before/,
  'forgets-keys': /another answer under its key|is not all duplicates|neither as new nor as taken before/,
  'watermark-outside': /^executions: .* is there more than once|^execution_monitoring_ts: .* is there \d+ times/,
  'watermark-first': /^executions: .* is missing/,
  'drops-rows': /^executions: .* is missing/,
  'drops-rows-held': /^executions: .* is missing/,
  'no-checksum': /must be refused and name/,
  'keeps-torn-tail': /the last frame must be cut/,
  'ignores-write-errors': /events were acknowledged on a disk that is full/,
  // Also inside of a longer fault, where batches of a lane were unanswered.
  'rebuilds-half': /status of .*: filled_quantity is .*, must be|^status of .*, must be|has hash/,
  'keeps-half-rows': /^executions: .* is there more than once|^execution_monitoring_ts: .* is there \d+ times|the storage worker has died/,
  'tells-alerts-again': /^alert .* was told twice/,
  'never-looks': /told to hang and is not there again/,
  'dies-with-its-shard': /is not there again after .*, exit code 1/,
  'restarts-for-ever': /a record that no shard survives: exit code undefined/,
  'says-no-goodbye': /the last frame of a stream is .*, not server_shutdown/,
  'acknowledges-when-full': /events were acknowledged on a disk that is full/,
  'full-is-failed': /not 507/,
  'snapshot-named-at-once': /a snapshot that nothing was done to cannot be read/,
  'snapshot-ahead': /^executions: .* is missing/,
  'snapshot-forgets-keys': /another answer under its key|is not all duplicates|neither as new nor as taken before/,
  'snapshot-unchecked': /damaged snapshot/,
  'snapshot-kept-alone': /1 snapshot stands for it/,
  'ignores-sigterm': /^SIGTERM: exit code 143/,
};

describe(`mutants of the service, seed ${SEED}`, () => {
  const runOf = chaosRuns();

  for (const { name, mutant } of pairs()) {
    test(`${name} fails when ${MUTANTS[mutant]}`, { timeout: CASE_MS_MAX }, async (t) => {
      const { outcome, reason, faults } = await runOf(name, mutant);
      if (outcome === 'skipped') return t.skip(reason);
      assert.ok(faults.some((fault) => CAUGHT_BY[mutant].test(fault)), `${mutant} is not caught: ${JSON.stringify(faults)}`);
    });
  }

  test('every case has a mutant, and every mutant a case', () => {
    assert.deepEqual(CASES.filter(({ mutants }) => mutants.length === 0), []);
    assert.deepEqual([...new Set(CASES.flatMap(({ mutants }) => mutants))].sort(), Object.keys(MUTANTS).sort());
  });
});

/** So few that every case fails once and every mutant is caught once. */
function pairs(): { readonly name: string; readonly mutant: MutantName }[] {
  const caught = new Set<MutantName>();
  return CASES.flatMap(({ name, mutants }) => {
    const others = mutants.filter((mutant) => !caught.has(mutant));
    const chosen = others.length > 0 ? others : mutants.slice(0, 1);
    for (const mutant of chosen) caught.add(mutant);
    return chosen.map((mutant) => ({ name, mutant }));
  });
}
