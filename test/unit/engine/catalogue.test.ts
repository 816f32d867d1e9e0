/** The catalogue of numbers: its examples come out, the page is made from it, and every explanation can be redone by hand. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';

import { formulaOf, FORMULAS } from '../../../engine/analytics/catalogue/catalogue.ts';
import { catalogueSection } from '../../../engine/analytics/catalogue/page.ts';
import type { ExecutionAnalytics } from '../../../engine/domain/monitoring.ts';
import { PROJECT_ROOT } from '../../support/project-root.ts';
import { clockTo, fill, order, quote, storyEngine, tell, trade } from '../../support/engine-story.ts';

describe('catalogue', () => {
  for (const { name, example, compute } of FORMULAS) {
    test(`the worked example of ${name} comes out`, () => {
      const scale = 10 ** example.digits;
      assert.equal(Math.round(compute(example.inputs) * scale) / scale, example.value);
    });
  }

  test('names are unique, and so are places in the answer', () => {
    const paths = FORMULAS.flatMap((formula) => formula.paths);
    assert.equal(new Set(FORMULAS.map(({ name }) => name)).size, FORMULAS.length);
    assert.equal(new Set(paths).size, paths.length);
  });

  test('docs/metrics.md has the catalogue as it is', () => {
    assert.ok(readFileSync(join(PROJECT_ROOT, 'docs/metrics.md'), 'utf8').includes(catalogueSection()), 'run npm run docs');
  });
});

describe('explain=true', () => {
  const explained = async (isEnded: boolean): Promise<ExecutionAnalytics> => {
    const engine = await storyEngine();
    engine.accept(
      { type: 'instrument', timestamp: '2024-06-03T09:00:00Z', symbol: 'S', adv: 50_000, daily_volatility: 0.02, shares_outstanding: 1e7 },
      quote(0, 99, 101),
      order(1, { algorithm: 'TWAP', end_time: '2024-06-03T09:01:40Z', decision_price: 99.5 }),
      trade(2, 100.5, 300),
      fill(3, 'x', 30, 100.25),
      quote(4, 100, 102),
      trade(5, 101, 200),
      fill(6, 'y', 20, 101, { fee: 1.5 }),
    );
    if (isEnded) engine.accept(tell('order_canceled', 8), quote(9, 100, 101), quote(2_000, 98, 99));
    clockTo(engine, isEnded ? 2_100 : 20);
    return engine.analytics('A', true);
  };

  for (const isEnded of [false, true]) {
    test(`each explained number is what its formula makes of its inputs (${isEnded ? 'ended' : 'live'})`, async () => {
      const answer = await explained(isEnded);
      const explanation = Object.entries(answer.explanation ?? {});
      assert.ok(explanation.length >= 30, `${explanation.length} numbers are explained`);
      let defined = 0;
      for (const [path, { name, inputs }] of explanation) {
        const value = path.split('.').reduce<unknown>((at, key) => (at as Record<string, unknown>)[key], answer);
        const redone = formulaOf(name).compute(Object.fromEntries(Object.entries(inputs).map(([key, input]) => [key, input ?? Number.NaN])));
        assert.equal(Number.isFinite(redone) ? redone : null, value, path);
        if (value !== null) defined++;
      }
      assert.ok(defined >= 20, `${defined} of them are defined`);
    });
  }

  test('without it there is no explanation', async () => {
    const engine = await storyEngine();
    engine.accept(order(0));
    assert.equal(engine.analytics('A').explanation, undefined);
  });
});
