/** How often the database gets a row of an order's numbers. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { MonitoringRow } from '../../../engine/domain/rows.ts';
import { DEFAULT_SETTINGS, type MonitoringRows } from '../../../engine/domain/settings.ts';
import { clockTo, fill, order, storyEngine } from '../../support/engine-story.ts';

const FILLS = 4;

async function rowsOf(monitoringRows: MonitoringRows): Promise<readonly MonitoringRow[]> {
  const engine = await storyEngine({ settings: { ...DEFAULT_SETTINGS, monitoringRows } });
  engine.accept(order(0, { quantity: 1_000 }));
  for (let i = 1; i <= FILLS; i++) engine.accept(fill(0.1 * i, `x${i}`, 100));
  // The same again has no news.
  engine.accept(fill(0.1, 'x1', 100));
  clockTo(engine, 3);
  await engine.close();
  return engine.rows.filter((row): row is MonitoringRow => row.kind === 'monitoring');
}

test('one in each second that has news, besides the announcement', async () => {
  const rows = await rowsOf('second');
  assert.deepEqual(rows.map(({ executionProgress }) => executionProgress), [0, 0.4]);
});

test('one at each input of the order that has news', async () => {
  const rows = await rowsOf('input');
  assert.deepEqual(rows.map(({ executionProgress }) => executionProgress), [0, 0.1, 0.2, 0.3, 0.4]);
  assert.equal(new Set(rows.map(({ sequence }) => sequence)).size, rows.length);
});
