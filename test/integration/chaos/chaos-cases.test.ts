/** Every chaos case in its short size: the service keeps what it promised. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { describe, test } from 'node:test';
import { promisify } from 'node:util';
import { CASES } from '../../../chaos/cases/all-cases.ts';
import { chaosRuns, SEED } from '../../support/chaos-runs.ts';
import { PROJECT_ROOT } from '../../support/project-root.ts';

const run = promisify(execFile);
const CASE_MS_MAX = 120_000;

describe(`chaos, short size, seed ${SEED}`, () => {
  const runOf = chaosRuns();

  for (const { name, what } of CASES) {
    test(`${name}: ${what}`, { timeout: CASE_MS_MAX }, async (t) => {
      const { outcome, reason, faults, counts } = await runOf(name);
      if (outcome === 'skipped') return t.skip(reason);
      assert.deepEqual(faults, []);
      assert.ok(counts['events acknowledged'] === undefined || counts['events acknowledged'] > 50, JSON.stringify(counts));
    });
  }
});

describe('the command line of chaos', () => {
  const chaos = (...args: readonly string[]) => run(process.execPath, ['dist/chaos/main.js', ...args], { cwd: PROJECT_ROOT });

  test('--help names every option, case and mutant', async () => {
    const { stdout } = await chaos('--help');
    for (const option of ['--case', '--size', '--seed', '--runs', '--mutant', '--verbose', '--json']) assert.match(stdout, new RegExp(`^ +${option} `, 'm'));
    for (const { name, mutants } of CASES) for (const word of [name, ...mutants]) assert.match(stdout, new RegExp(`^ +${word} `, 'm'));
  });

  test('what is no option, has no value or is none of its words is refused by name', async () => {
    for (const args of [['--fast'], ['--seed'], ['--seed', '0'], ['--runs', '1.5'], ['--case', 'none'], ['--size=huge'], ['--mutant', 'x']]) {
      await assert.rejects(chaos(...args), (error: { code?: unknown; stderr?: string }) => error.code === 2 && error.stderr!.includes(args[0]!.split('=')[0]!));
    }
  });
});
