/** Time as the supervisor gives it to its shards: a real one, with a real thread, whose rows nobody takes until the test does. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import type { InputEvent } from '../../../engine/domain/events.ts';
import { ROWS_RING_BYTES, TICK_INTERVAL_US } from '../../../engine/domain/limits.ts';
import { DEFAULT_SETTINGS } from '../../../engine/domain/settings.ts';
import { US_PER_MS } from '../../../engine/domain/units.ts';
import { MailboxReceiver } from '../../../engine/ring/mailbox.ts';
import { Supervisor } from '../../../engine/supervisor.ts';
import { makeDataFolder } from '../../support/data-folder.ts';

const BATCH_ORDERS = 500;
const ORDERS_MAX = 100_000;
/** Less than this is free in a ring that has no room for a batch's rows. */
const FULL_BYTES = 4_096;
const TICKS = 30;
const MS_OF_TICKS = (TICKS * TICK_INTERVAL_US) / US_PER_MS;
const WAIT_MS_MAX = 10_000;

const unexpected = (what: string) => (): void => assert.fail(what);

function announcement(no: number): InputEvent {
  return { type: 'order', timestamp: '2026-11-26T14:30:00Z', order_id: `order-${no}`, symbol: 'ABC', side: 'BUY', quantity: 100 };
}

async function until(what: string, isSo: () => boolean): Promise<void> {
  for (const untilMs = performance.now() + WAIT_MS_MAX; !isSo(); await sleep(1)) assert.ok(performance.now() < untilMs, `${what}: not within ${WAIT_MS_MAX} ms`);
}

test('time waits for a shard whose rows have no room, and goes on when they have', async () => {
  const folder = await makeDataFolder();
  const supervisor = new Supervisor({
    dataDir: folder.path,
    shards: 1,
    clock: 'receipt',
    settings: DEFAULT_SETTINGS,
    hasDatabase: true,
    storedSequence: () => 0,
    onShardDeath: unexpected('a shard has died'),
    onShardLost: unexpected('a shard is lost'),
    onShardReplaced: unexpected('a shard is replaced'),
    onShardRebuilt: unexpected('a shard is rebuilt'),
    onBroken: unexpected('the sequencer has failed'),
    onDoorbell: () => undefined,
  });
  try {
    supervisor.spawn(undefined, 0);
    await supervisor.beginWith(undefined);
    await supervisor.start(undefined, () => undefined);
    const { sequencer } = supervisor;
    const [{ rows, appliedSequence }] = supervisor.channels as [(typeof supervisor.channels)[0]];
    const applied = new Float64Array(appliedSequence);
    const taken = new MailboxReceiver(rows);

    const sinceStart = sequencer.lastSequence;
    await until('ticks of a shard that has nothing to do', () => sequencer.lastSequence >= sinceStart + TICKS);

    for (let no = 0; taken.usedBytes < ROWS_RING_BYTES - FULL_BYTES; no += BATCH_ORDERS) {
      assert.ok(no < ORDERS_MAX, 'the ring of rows is never full');
      sequencer.accept({ events: Array.from({ length: BATCH_ORDERS }, (_, index) => ({ index, event: announcement(no + index) })), rejected: [] });
      await sleep(TICK_INTERVAL_US / US_PER_MS);
    }
    assert.ok(applied[0]! < sequencer.lastSequence);

    // One tick may follow the newest that the shard has come to.
    const sinceFull = sequencer.lastSequence;
    await sleep(MS_OF_TICKS);
    assert.ok(sequencer.lastSequence <= sinceFull + 1, `${sequencer.lastSequence - sinceFull} ticks more`);

    await until('a shard that has room', () => (taken.receive(() => undefined, BATCH_ORDERS), applied[0] === sequencer.lastSequence));
    const sinceTaken = sequencer.lastSequence;
    await until('ticks of a shard that has caught up', () => (taken.receive(() => undefined, BATCH_ORDERS), sequencer.lastSequence >= sinceTaken + TICKS));
  } finally {
    // A shard that waits for room does not end.
    const rest = new MailboxReceiver(supervisor.channels[0]!.rows);
    const taking = setInterval(() => rest.receive(() => undefined, BATCH_ORDERS), 1);
    await supervisor.stop();
    clearInterval(taking);
    await folder.remove();
  }
});
