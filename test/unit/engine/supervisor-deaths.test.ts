/** Shards that die in a real supervisor, whose threads are ended here. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';

import { DEFAULT_SETTINGS } from '../../../engine/domain/settings.ts';
import { Supervisor } from '../../../engine/supervisor.ts';
import { makeDataFolder } from '../../support/data-folder.ts';

const ORDERS = 300;
const WAIT_MS_MAX = 10_000;

/** Its threads, which only it knows. */
interface Insides {
  readonly threads: readonly { readonly worker: Worker }[];
  readonly spare: { readonly worker: Worker } | undefined;
}

async function withSupervisor(play: (supervisor: Supervisor, insides: Insides, told: string[]) => Promise<void>): Promise<void> {
  const folder = await makeDataFolder();
  const told: string[] = [];
  const supervisor = new Supervisor({
    dataDir: folder.path,
    shards: 2,
    clock: 'receipt',
    settings: DEFAULT_SETTINGS,
    hasDatabase: false,
    storedSequence: () => Number.POSITIVE_INFINITY,
    onShardDeath: (shard) => told.push(`${shard} cannot be started again`),
    onShardLost: (shard) => told.push(`${shard} lost`),
    onShardReplaced: () => undefined,
    onShardRebuilt: (shard) => told.push(`${shard} rebuilt`),
    onBroken: () => assert.fail('the sequencer has failed'),
    onDoorbell: () => undefined,
  });
  try {
    supervisor.spawn(undefined, 0);
    await supervisor.beginWith(undefined);
    await supervisor.start(undefined, () => undefined);
    const events = Array.from({ length: ORDERS }, (_, index) => ({
      index,
      event: { type: 'order' as const, timestamp: '2026-11-26T14:30:00Z', order_id: `O${index}`, symbol: `S${index % 9}`, side: 'BUY' as const, quantity: 100 },
    }));
    supervisor.sequencer.accept({ events, rejected: [] });
    await play(supervisor, supervisor as unknown as Insides, told);
  } finally {
    await folder.remove();
  }
}

async function until(what: string, isSo: () => boolean): Promise<void> {
  for (const untilMs = performance.now() + WAIT_MS_MAX; !isSo(); await sleep(1)) assert.ok(performance.now() < untilMs, `${what}: not within ${WAIT_MS_MAX} ms`);
}

test('the spare thread stands in for a shard that dies, and another is kept', () =>
  withSupervisor(async (supervisor, insides, told) => {
    await until('a spare', () => insides.spare !== undefined);
    const { spare } = insides;
    await insides.threads[1]!.worker.terminate();
    await until('rebuilt', () => told.includes('1 rebuilt'));
    assert.equal(insides.threads[1], spare);
    await until('another spare', () => insides.spare !== undefined);
    assert.notEqual(insides.spare, spare);
    assert.ok((await supervisor.stateHash()) !== undefined);
    await supervisor.stop();
    assert.deepEqual(told, ['1 lost', '1 rebuilt']);
  }));

test('a death is one death, also when the spare has gone before', () =>
  withSupervisor(async (supervisor, insides, told) => {
    await until('a spare', () => insides.spare !== undefined);
    await insides.spare!.worker.terminate();
    await insides.threads[0]!.worker.terminate();
    await until('rebuilt', () => told.includes('0 rebuilt'));
    await supervisor.stop();
    assert.deepEqual(told, ['0 lost', '0 rebuilt']);
    assert.equal(supervisor.restartCount, 1);
  }));

test('a shard that dies behind the last message of all is rebuilt and hears it: the supervisor stops', () =>
  withSupervisor(async (supervisor, insides, told) => {
    // Nobody knows yet that it is dying.
    void insides.threads[0]!.worker.terminate();
    const stopped = supervisor.stop();
    assert.notEqual(await Promise.race([stopped, sleep(WAIT_MS_MAX, 'hangs', { ref: false })]), 'hangs');
    assert.deepEqual(told, ['0 lost', '0 rebuilt']);
  }));
