/** The checker can fail: each mutant of the service is caught, by the case that is for it, for the reason it must be. */
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
  'rebuilds-half': /^status of .*, must be|has hash/,
  'keeps-half-rows': /^executions: .* is there more than once|^execution_monitoring_ts: .* is there \d+ times|the rows of a source come in sequence/,
  'tells-alerts-again': /^alert .* was told twice/,
  'never-looks': /told to hang and is not there again/,
  'dies-with-its-shard': /is not there again after .*, exit code 1/,
  'restarts-for-ever': /a record that no shard survives: exit code undefined/,
  'ignores-sigterm': /^SIGTERM: exit code 143/,
};

describe(`mutants of the service, seed ${SEED}`, () => {
  const runOf = chaosRuns();

  for (const mutant of Object.keys(MUTANTS) as MutantName[]) {
    const { name } = CASES.find(({ mutants }) => mutants.includes(mutant))!;
    test(`${name} fails when ${MUTANTS[mutant]}`, { timeout: CASE_MS_MAX }, async (t) => {
      const { outcome, reason, faults } = await runOf(name, mutant);
      if (outcome === 'skipped') return t.skip(reason);
      assert.ok(faults.some((fault) => CAUGHT_BY[mutant].test(fault)), `${mutant} is not caught: ${JSON.stringify(faults)}`);
    });
  }

  test('every case but those that fail as it is has a mutant', () => {
    assert.deepEqual(CASES.filter(({ mutants }) => mutants.length === 0).map(({ name }) => name), ['power-cut-at-first-start', 'sigterm-streams']);
  });
});
