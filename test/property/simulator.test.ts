/**
 * The service in simulated time (docs/simulator.md): 200 seeds keep every promise, a seed makes the same run again, and whatever is
 * broken on purpose is found.
 */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';

import { type Mutant, MUTANTS } from '../../sim/mutants.ts';
import { run } from '../../sim/run.ts';
import { PROJECT_ROOT } from '../support/project-root.ts';

const SEEDS = Number(process.env['EXECMON_SIM_SEEDS'] ?? 200);
/** A mutant that only some coincidences show is found within so many. */
const MUTANT_SEEDS_MAX = 150;

/** Each commit looks somewhere else. */
function firstSeed(): number {
  const given = process.env['EXECMON_SIM_SEED'];
  if (given !== undefined) return Number(given);
  try {
    return Number.parseInt(execFileSync('git', ['rev-parse', '--short=8', 'HEAD'], { cwd: PROJECT_ROOT, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).slice(0, 8), 16);
  } catch {
    return 1;
  }
}

test(`${SEEDS} seeds keep every promise`, async (t) => {
  const first = firstSeed();
  t.diagnostic(`first seed ${first}`);
  const failures: string[] = [];
  let predictedOrders = 0;
  const seen = { 'goes on from the snapshot': 0, 'service: snapshot damaged': 0, 'its process was killed': 0, '[1-9]\\d* segments removed': 0 };
  for (let i = 0; i < SEEDS; i++) {
    const seed = (first + i) >>> 0;
    const result = await run({ seed });
    predictedOrders += result.predictedOrders;
    for (const what of Object.keys(seen) as (keyof typeof seen)[]) if (result.trace.some((line) => new RegExp(what).test(line))) seen[what]++;
    if (result.failure !== undefined) failures.push(`${result.failure.message}\n  again: npm run sim -- --seed ${seed} --trace`);
  }
  assert.deepEqual(failures, []);
  assert.ok(predictedOrders >= SEEDS, 'the auditor had something to predict');
  for (const [what, runs] of Object.entries(seen)) assert.ok(runs >= SEEDS / 20, `only ${runs} runs in which ${what}`);
});

test('a seed makes the same run again, to the last line', async () => {
  for (const seed of [7, 8, 9]) {
    const { trace } = await run({ seed });
    assert.deepEqual((await run({ seed })).trace, trace);
  }
});

for (const mutant of Object.keys(MUTANTS) as Mutant[]) {
  test(`what is broken is found: ${MUTANTS[mutant]}`, async () => {
    for (let seed = 1; seed <= MUTANT_SEEDS_MAX; seed++) {
      if ((await run({ seed, mutant })).failure !== undefined) return;
    }
    assert.fail(`${mutant} went unnoticed in ${MUTANT_SEEDS_MAX} seeds`);
  });
}
