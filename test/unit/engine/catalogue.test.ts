/** The catalogue of numbers: its examples come out, the page is made from it, and it speaks of every number of an answer. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { FORMULAS, GIVEN_PATHS } from '../../../engine/analytics/catalogue/catalogue.ts';
import { EXAMPLE_PLANS, EXAMPLE_ROWS } from '../../../engine/analytics/catalogue/example-rows.ts';
import { catalogueSection } from '../../../engine/analytics/catalogue/page.ts';
import { expectedOfPlans } from '../../../engine/analytics/catalogue/plan-of.ts';
import { expectedProgressFormula } from '../../../engine/analytics/catalogue/progress.ts';
import { numericPaths } from '../../support/explained-numbers.ts';
import { PROJECT_ROOT } from '../../support/project-root.ts';

/** Of a price at one moment there is no share of an interval that is known. */
const ALWAYS_NULL = ['ARRIVAL', 'DECISION', 'OPEN', 'CLOSE', 'PREVIOUS_CLOSE', 'INDEX_ADJUSTED'].map((benchmark) => `benchmark_comparison.${benchmark}.coverage`);

describe('catalogue', () => {
  for (const { name, example, compute } of FORMULAS) {
    test(`the worked example of ${name} comes out`, () => {
      const scale = 10 ** example.digits;
      const rows = { ...EXAMPLE_ROWS, explained_plans: example.plans ?? [] };
      assert.equal(Math.round(compute(example.inputs, rows) * scale) / scale + 0, example.value);
    });
  }

  test('the example plans show what comes of each', () => {
    for (const plans of Object.values(EXAMPLE_PLANS)) {
      plans.forEach((plan, i) => assert.equal(Number(expectedOfPlans(plans.slice(0, i + 1)).toFixed(6)), plan.expected_progress));
      const { example } = FORMULAS.find(({ name }) => name === expectedProgressFormula(plans.at(-1)!))!;
      assert.equal(example.plans, plans);
    }
  });

  test('names are unique, and each number of an answer is in it or given', () => {
    assert.equal(new Set(FORMULAS.map(({ name }) => name)).size, FORMULAS.length);
    const paths = FORMULAS.flatMap((formula) => formula.paths);
    assert.deepEqual([...new Set([...paths, ...GIVEN_PATHS, ...ALWAYS_NULL])].sort(), [...new Set(numericPaths())].sort());
  });

  test('docs/metrics.md has the catalogue as it is', () => {
    assert.ok(readFileSync(join(PROJECT_ROOT, 'docs/metrics.md'), 'utf8').includes(catalogueSection()), 'run npm run docs');
  });
});
