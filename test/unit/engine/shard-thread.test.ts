/** When the thread of a shard is said to hang, or to have died. The cells that it moves are moved here, in its place. */

import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';

import { SHARD_SILENT_LOOKS_MAX } from '../../../engine/domain/limits.ts';
import { ORDER_ROW_DOUBLES } from '../../../engine/orders/order-row.ts';
import { SharedRows } from '../../../engine/ring/shared-state.ts';
import { createShardChannels } from '../../../engine/shard/channels.ts';
import { ShardCounter } from '../../../engine/shard/counters.ts';
import { ShardThread } from '../../../engine/shard-thread.ts';

test('one that goes from record to record, or moves within one, does not hang; one that does neither is ended', async () => {
  const orders = SharedRows.create(16, ORDER_ROW_DOUBLES);
  const channels = createShardChannels(0, { orders: orders.shared, watched: new SharedArrayBuffer(16), hasDatabase: false, shards: 1 });
  const counters = new Float64Array(channels.counters);
  const deaths = new EventEmitter();
  const told: Error[] = [];
  const thread = new ShardThread({
    onMessage: () => undefined,
    onDeath: (_shard, error) => {
      told.push(error);
      deaths.emit('death');
    },
  });
  thread.begin(channels);
  for (const counter of [ShardCounter.SEQUENCE_IN_HAND, ShardCounter.HEARTBEAT]) {
    for (let look = 0; look < 5 * SHARD_SILENT_LOOKS_MAX; look++) {
      counters[counter]!++;
      thread.look(false);
    }
  }
  assert.deepEqual(told, []);
  assert.equal(thread.isSilent, false);
  const died = once(deaths, 'death');
  for (let look = 0; look < SHARD_SILENT_LOOKS_MAX - 1; look++) thread.look(false);
  assert.equal(thread.isSilent, true);
  counters[ShardCounter.SEQUENCE_IN_HAND]!++;
  thread.look(false);
  assert.equal(thread.isSilent, false);
  for (let look = 0; look <= SHARD_SILENT_LOOKS_MAX; look++) thread.look(false);
  await died;
  assert.deepEqual(told.map(({ message }) => message), ['its thread has hung']);
});

test('a spare that is gone before it began dies when it begins, once, as the shard that it was to be', async () => {
  const channels = createShardChannels(2, { orders: SharedRows.create(16, ORDER_ROW_DOUBLES).shared, watched: new SharedArrayBuffer(16), hasDatabase: false, shards: 3 });
  const deaths = new EventEmitter();
  const told: string[] = [];
  const spare = new ShardThread({ onMessage: () => undefined, onDeath: (shard, error) => (told.push(`${shard}: ${error.message}`), deaths.emit('death')) }, true);
  const { worker } = spare as unknown as { readonly worker: Worker };
  await worker.terminate();
  assert.deepEqual(told, []);
  const died = once(deaths, 'death');
  spare.begin(channels);
  await died;
  await setImmediate();
  assert.match(told.join(), /^2: its thread ended with code \d+$/);
});
