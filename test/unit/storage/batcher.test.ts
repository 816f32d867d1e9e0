/** When a batch is due, and how long a failure waits. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BATCH_LIMITS, Batcher } from '../../../storage/batcher.ts';

test('a batch is due by rows, by bytes or by age, and never without rows', () => {
  const batcher = new Batcher(BATCH_LIMITS);
  assert.equal(batcher.due(39_999, 4_000_000, 199), false);
  assert.equal(batcher.due(40_000, 0, 0), true);
  assert.equal(batcher.due(1, 4 << 20, 0), true);
  assert.equal(batcher.due(1, 0, 200), true);
  assert.equal(batcher.due(0, 1 << 30, 1e9), false);
});

test('retries wait twice as long each time, at most five seconds, and begin anew after a success', () => {
  const batcher = new Batcher(BATCH_LIMITS);
  const waits = Array.from({ length: 9 }, () => batcher.onFailure(undefined));
  assert.deepEqual(waits, [100, 200, 400, 800, 1_600, 3_200, 5_000, 5_000, 5_000]);
  batcher.onSuccess();
  assert.equal(batcher.onFailure(undefined), 100);
});

test('a server short of resources gets smaller batches until it copes', () => {
  const batcher = new Batcher(BATCH_LIMITS);
  batcher.onFailure('08006');
  assert.equal(batcher.batchRowsMax, 40_000);
  batcher.onFailure('53200');
  batcher.onFailure('57014');
  assert.equal(batcher.batchRowsMax, 10_000);
  for (let failure = 0; failure < 20; failure++) batcher.onFailure('54000');
  assert.equal(batcher.batchRowsMax, 1);
  for (let success = 0; success < 20; success++) batcher.onSuccess();
  assert.equal(batcher.batchRowsMax, 40_000);
});
