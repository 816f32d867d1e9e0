/**
 * A shard dies under load: it throws inside a record, its heap is full, or it hangs. The others go on, its own orders are 503 until
 * it knows again what it knew, and nothing that was acknowledged or shown is lost, told twice, or taken back.
 */

import { setTimeout as sleep } from 'node:timers/promises';

import type { CuttingProxy } from '../../test/integration/storage/cutting-proxy.ts';
import { StreamReader } from '../../test/support/stream-reader.ts';
import { FrameWatch } from '../check/frame-watch.ts';
import { hashOfJournal } from '../check/journal-hash.ts';
import { ShardWatch } from '../check/shard-watch.ts';
import { getHealth, getStateHash } from '../check/service-answers.ts';
import { killShard, POISON, type ShardFault, SHARD_FAULT_MODULE, SHARD_FAULTS, shardFaultEnvironment } from '../faults/shard-faults.ts';
import { accountsOf } from '../ledger/account.ts';
import { behindProxy } from './behind-proxy.ts';
import type { CaseRun, ChaosCase } from './chaos-case.ts';
import type { Life } from './life.ts';

const SHARDS = 3;
const EVENTS_BETWEEN = 150;
/** To be noticed, ended and rebuilt; a heap takes its time to be full. */
const REBUILT_MS_MAX = 30_000;
const POLL_MS = 5;
const READERS = 12;
const LATE_PLAN_MS = 600_000;
/** An alert's condition holds for three seconds first. */
const ALERT_MS_MAX = 10_000;
const EXIT_MS_MAX = 20_000;
const EXIT_FAULT = 1;

export const SHARD_DEATHS: ChaosCase = {
  name: 'shard-deaths',
  what: 'a shard throws, runs out of memory or hangs under load: it alone is rebuilt',
  mutants: ['rebuilds-half', 'keeps-half-rows', 'tells-alerts-again', 'never-looks', 'dies-with-its-shard'],
  runs: { short: 1, full: 4 },
  async run(run) {
    const { life, proxy, faultsFolder } = await begin(run);
    const lateIds = announceLate(life);
    await life.load.runThrough(life.service.url, EVENTS_BETWEEN);
    const orderIds = [...life.load.lanes.flatMap(({ ledger }) => [...accountsOf(ledger.events(0)).keys()]).slice(-READERS), ...lateIds];
    const readers = await Promise.all(orderIds.map((orderId) => StreamReader.open(life.service.url, orderId)));
    const frames = new FrameWatch(readers, run.fault);
    // Theirs are the alerts that a successor makes again.
    for (const reader of readers.slice(-lateIds.length)) await reader.next('alert', ({ type }) => type === 'alert', ALERT_MS_MAX);
    const shards = new ShardWatch(life.service.url, run.fault);
    const load = life.load.start(life.service.url);
    // Each way at least once, each shard at least once.
    const deaths = run.sized(SHARD_FAULTS.length, 4 * SHARD_FAULTS.length);
    for (let death = 0; death < deaths && run.faults.length === 0; death++) {
      const before = life.load.acknowledgedEvents;
      await life.load.reaches(before, run.random.integer(20, EVENTS_BETWEEN));
      const how = SHARD_FAULTS[death % SHARD_FAULTS.length]!;
      const shard = (run.seed + death) % SHARDS;
      // What the dead shard has sent waits in memory then, and its successor sends it again.
      proxy.setReachable(death % 2 !== 0);
      await killShard(faultsFolder, shard, how);
      await seeRebuilt(run, life, { shards, shard, how, deaths: death + 1 });
    }
    proxy.setReachable(true);
    await load.stop();
    if (life.load.openBatches > 0) run.fault(`intake has let clients down: ${life.load.lanes.map(({ lastWhy }) => lastWhy).join(', ')}`);
    const refusals = life.load.lanes.flatMap((lane) => lane.refusals);
    if (refusals.length > 0) run.fault(`intake has refused batches: ${[...new Set(refusals)].join(', ')}`);
    if (run.faults.length > 0) return;
    await life.settle();
    run.count('frames', frames.check());
    run.count('answers while a shard was away', shards.answers);
    await sameAsItsJournal(run, life);
  },
};

export const SHARD_POISON: ChaosCase = {
  name: 'shard-poison',
  what: 'a record kills its shard each time: the service ends and names it',
  mutants: ['restarts-for-ever'],
  runs: { short: 1, full: 1 },
  async run(run) {
    const { life } = await begin(run);
    await life.load.runThrough(life.service.url, EVENTS_BETWEEN);
    const events = [{ type: 'order', timestamp: new Date().toISOString(), order_id: POISON, symbol: 'POISON', side: 'BUY', quantity: 100 }];
    const answer = await fetch(new URL('/api/v1/events', life.service.url), { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(events) });
    const { sequence } = (await answer.json()) as { sequence: number };
    const code = await Promise.race([life.service.exited, sleep(EXIT_MS_MAX, undefined)]);
    run.observe(`exit code ${String(code)}; ${life.service.stderr.trimEnd().split('\n').at(-1)!}`);
    if (code !== EXIT_FAULT) run.fault(`a record that no shard survives: exit code ${String(code)}`);
    if (!life.service.stderr.includes(`the record with sequence ${sequence} each time`)) run.fault(`the last words do not name sequence ${sequence}: ${life.service.stderr.slice(-1_000)}`);
  },
};

async function begin(run: CaseRun): Promise<{ readonly life: Life; readonly proxy: CuttingProxy; readonly faultsFolder: string }> {
  const faultsFolder = await run.makeFolder();
  const { life, proxy } = await behindProxy(run, { flags: ['--shards', String(SHARDS)], preloads: [SHARD_FAULT_MODULE], env: shardFaultEnvironment(faultsFolder) });
  await life.start();
  return { life, proxy, faultsFolder };
}

/** Orders far behind their plan, on symbols of their own and so on every shard. Nothing else becomes of them. */
function announceLate(life: Life): string[] {
  const nowMs = Date.now();
  const [start_time, end_time] = [-LATE_PLAN_MS, LATE_PLAN_MS].map((ms) => new Date(nowMs + ms).toISOString());
  const { ledger } = life.load.lanes[0]!;
  const bodies = Array.from({ length: 2 * SHARDS }, (_, i) => ({
    type: 'order', timestamp: new Date(nowMs).toISOString(), order_id: `late-${i}`, symbol: `LATE${i}`, side: 'BUY', quantity: 1_000, algorithm: 'TWAP', start_time, end_time,
  }));
  ledger.open.push({ events: bodies.map((body) => ({ body, expected: 'accepted', sequence: Number.NaN })), key: 'late', attempts: 0, answer: undefined });
  return bodies.map(({ order_id }) => order_id);
}

interface Death {
  readonly shards: ShardWatch;
  readonly shard: number;
  readonly how: ShardFault;
  /** This one and those before it. */
  readonly deaths: number;
}

async function seeRebuilt(run: CaseRun, life: Life, { shards, shard, how, deaths }: Death): Promise<void> {
  const { url } = life.service;
  const orders = life.load.lanes.flatMap(({ ledger }) => [...accountsOf(ledger.events(0)).values()]);
  const startMs = performance.now();
  let isRebuilt = false;
  let hasExited: number | undefined;
  void life.service.exited.then((code) => (hasExited = code));
  while (!isRebuilt && hasExited === undefined && performance.now() - startMs < REBUILT_MS_MAX) {
    await shards.look(orders, shard);
    const { body } = await getHealth(url).catch(() => ({ body: undefined }));
    isRebuilt = body !== undefined && body.shard_restarts >= deaths && body.rebuilding_shards.length === 0;
    await sleep(POLL_MS);
  }
  run.count(`shards that ${how}`);
  run.observe(`${how}: there again ${Math.round(performance.now() - startMs)} ms after it was told to; ${life.service.stderr.trimEnd().split('\n').at(-1)!}`);
  if (!isRebuilt) run.fault(`a shard was told to ${how} and is not there again after ${Math.round(performance.now() - startMs)} ms, exit code ${String(hasExited)}; stderr: ${life.service.stderr.slice(-1_000)}`);
}

/** A shard that was rebuilt is, to the last bit, what the journal says. */
async function sameAsItsJournal(run: CaseRun, life: Life): Promise<void> {
  const live = await getStateHash(life.service.url);
  await life.stop();
  const { dataDir } = life.options;
  const folded = await hashOfJournal(dataDir, live.sequence);
  if (folded !== live.hash) run.fault(`the state after sequence ${live.sequence} has hash ${live.hash}, its journal ${folded}`);
}
