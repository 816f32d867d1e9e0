/** What the doors answer while the journal's disk has no room, and once a sync of it has failed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { assertRefused, Client } from '../../support/client.ts';
import { type Doors, openDoors } from '../../support/doors.ts';
import { EnginePipeline } from '../../support/engine-pipeline.ts';
import { IntakeSocket } from '../../support/intake-socket.ts';
import { SimulatedDisk } from '../../../sim/world/simulated-disk.ts';
import { Timeline } from '../../support/timeline.ts';

const line = new Timeline('DISK', '2026-03-02T14:30:00Z');
/** As many ticks as there are between two tries of a full disk. */
const TICKS_OF_A_TRY = 20;
const NOTHING_MORE_MS = 50;

interface Stage {
  readonly disk: SimulatedDisk;
  readonly pipeline: EnginePipeline;
  readonly doors: Doors;
  readonly client: Client;
}

async function onStage(clock: 'event' | 'receipt', play: (stage: Stage) => Promise<void>): Promise<void> {
  const disk = new SimulatedDisk();
  const pipeline = await EnginePipeline.open({ clock, disk, receiptUs: Date.parse('2026-03-02T14:30:00Z') * 1_000 });
  pipeline.tick(pipeline.receiptUs);
  const doors = await openDoors(pipeline);
  try {
    await play({ disk, pipeline, doors, client: new Client(doors.url) });
  } finally {
    await doors.close();
  }
}

const tickOn = async (pipeline: EnginePipeline): Promise<void> => {
  for (let tick = 0; tick < TICKS_OF_A_TRY; tick++) pipeline.tick(pipeline.receiptUs + 10_000);
  await new Promise((resolve) => setTimeout(resolve, NOTHING_MORE_MS));
};
const body = (...events: readonly object[]): string => JSON.stringify(events);
const filledOf = async ({ pipeline, client }: Stage): Promise<number> => {
  pipeline.work();
  return (await client.status('o')).filled_quantity;
};

for (const clock of ['event', 'receipt'] as const) {
  test(`a full disk: 507, reads go on, nothing grows, and intake resumes by itself, --clock ${clock}`, () =>
    onStage(clock, async (stage) => {
      const { disk, pipeline, doors, client } = stage;
      await client.accept(line.order(0, 'o', { quantity: 100 }), line.fill(1, 'o', 'before', 1, 10));
      const socket = await IntakeSocket.open(doors.url);
      disk.capacityBytes = 0;

      const inHand = body(line.fill(2, 'o', 'in-hand', 2, 10));
      const answer = await client.postRaw(inHand, 'application/json');
      assertRefused(answer, 507, 'disk_full');
      assert.equal(answer.headers.get('retry-after'), '1');
      assert.equal(await filledOf(stage), 3, 'what is in hand may be shown before it is durable');

      const { lastSequence } = pipeline.sequencer;
      for (const refused of [
        await client.postRaw(body(line.fill(3, 'o', 'later', 4, 10)), 'application/json'),
        await client.startRaw(JSON.stringify({ order_id: 'o' })),
        await client.request('GET', '/health/ready'),
      ]) {
        assertRefused(refused, 507, 'disk_full');
        assert.equal(refused.headers.get('retry-after'), '1');
      }
      const frame = await socket.send([line.fill(3, 'o', 'later', 4, 10)]);
      assert.ok(frame.type === 'refused' && frame.code === 'disk_full' && frame.retry_after_ms === 1_000, JSON.stringify(frame));
      await assert.rejects(IntakeSocket.open(doors.url), /507/);
      await tickOn(pipeline);
      await tickOn(pipeline);
      assert.equal(pipeline.sequencer.lastSequence, lastSequence, 'neither events nor ticks are written meanwhile');
      assert.equal(await filledOf(stage), 3);
      assert.equal((await client.request('GET', '/health/live')).status, 200);

      disk.capacityBytes = Number.POSITIVE_INFINITY;
      await tickOn(pipeline);
      assert.equal((await client.request('GET', '/health/ready')).status, 200);
      const again = await client.post([line.fill(2, 'o', 'in-hand', 2, 10)]);
      assert.deepEqual([again.accepted, again.duplicates], [0, 1], 'what was in hand has become durable');
      const after = await socket.send([line.fill(3, 'o', 'later', 4, 10)]);
      assert.ok(after.type === 'ack' && after.accepted === 1, JSON.stringify(after));
      assert.equal(await filledOf(stage), 7);
      socket.ws.close();

      await pipeline.close();
      const found = await EnginePipeline.open({ clock, folder: pipeline.folder, disk: disk.afterPowerCut(() => 0) });
      assert.equal(found.status('o').filled_quantity, 7, 'all that was acknowledged is on the disk');
      await found.close();
    }));
}

test('a batch that met the full disk over the WebSocket is refused with disk_full, and is a duplicate once there is room', () =>
  onStage('event', async ({ disk, pipeline, doors, client }) => {
    await client.accept(line.order(0, 'o', { quantity: 100 }));
    const socket = await IntakeSocket.open(doors.url);
    disk.capacityBytes = 0;
    const refused = await socket.send([line.fill(1, 'o', 'x', 1, 10)]);
    assert.ok(refused.type === 'refused' && refused.code === 'disk_full' && refused.retry_after_ms === 1_000, JSON.stringify(refused));
    disk.capacityBytes = Number.POSITIVE_INFINITY;
    await tickOn(pipeline);
    const again = await socket.send([line.fill(1, 'o', 'x', 1, 10)]);
    assert.ok(again.type === 'ack' && again.duplicates === 1, JSON.stringify(again));
    socket.ws.close();
    await pipeline.close();
  }));

test('a session that met the full disk is answered 507', () =>
  onStage('event', async ({ disk, pipeline, client }) => {
    await client.accept(line.order(0, 'o', { quantity: 100 }));
    disk.capacityBytes = 0;
    assertRefused(await client.startRaw(JSON.stringify({ order_id: 'o' })), 507, 'disk_full');
    disk.capacityBytes = Number.POSITIVE_INFINITY;
    await tickOn(pipeline);
    assert.equal((await client.startRaw(JSON.stringify({ order_id: 'o' }))).status, 200, 'the session is there');
    await pipeline.close();
  }));

test('after a failed sync nothing is acknowledged any more, through any door, and what was before is found', () =>
  onStage('receipt', async ({ disk, pipeline, doors, client }) => {
    await client.accept(line.order(0, 'o', { quantity: 100 }), line.fill(1, 'o', 'before', 1, 10));
    const socket = await IntakeSocket.open(doors.url);
    disk.failingSyncs = 1;
    const lost = await socket.send([line.fill(2, 'o', 'lost', 2, 10)]);
    assert.ok(lost.type === 'refused' && lost.code === 'journal_failed', JSON.stringify(lost));
    const { lastSequence } = pipeline.sequencer;
    // The disk is well again: what it has kept of that round nobody knows.
    for (let tries = 0; tries < 3; tries++) {
      assertRefused(await client.postRaw(body(line.fill(3, 'o', 'later', 4, 10)), 'application/json'), 503, 'journal_failed');
      assertRefused(await client.startRaw(JSON.stringify({ order_id: 'o' })), 503, 'journal_failed');
      assertRefused(await client.request('GET', '/health/ready'), 503, 'journal_failed');
      const refused = await socket.send([line.fill(3, 'o', 'later', 4, 10)]);
      assert.ok(refused.type === 'refused' && refused.code === 'journal_failed', JSON.stringify(refused));
      await assert.rejects(IntakeSocket.open(doors.url), /503/);
      await tickOn(pipeline);
    }
    assert.equal(pipeline.sequencer.lastSequence, lastSequence);
    socket.ws.close();
    const found = await EnginePipeline.open({ clock: 'receipt', folder: pipeline.folder, disk: disk.afterPowerCut(() => 0.9) });
    assert.equal(found.status('o').filled_quantity, 1, 'what was acknowledged is there, what was not synced is not');
    await found.close();
  }));
