/** The thread of one shard: runs its agent, parks when there is nothing to do, carries what it says to its rings. */

import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';

import { Packr } from 'msgpackr';

import type { Row } from './domain/rows.ts';
import { shardOfSymbol } from './domain/shard-of-symbol.ts';
import { ORDER_ROW_DOUBLES } from './orders/order-row.ts';
import { MailboxReceiver, MailboxSender } from './ring/mailbox.ts';
import { RowEncoder } from './ring/row-codec.ts';
import { SharedRows } from './ring/shared-state.ts';
import { answerTo } from './shard/answer/answer-to.ts';
import type { ShardBegin, ShardChannels, ShardMessage } from './shard/channels.ts';
import { ShardCounter } from './shard/counters.ts';
import { Shard, type ShardOutputs } from './shard/shard.ts';
import { type AgentOutputs, ShardAgent } from './shard/shard-agent.ts';
import { hashShard } from './shard/state-hash.ts';
import { loadShard } from './snapshot/snapshot.ts';

const PARK_MS_MAX = 100;
/** How long to wait before a full ring is tried again. */
const FULL_RING_RETRY_MS = 1;

const channels = workerData as ShardChannels;
const port = parentPort;
if (port === null) throw new Error('shard-worker.ts runs as a worker thread');

const changes = new MailboxSender(channels.changes);
const alerts = new MailboxSender(channels.alerts);
const rows = new MailboxSender(channels.rows);
const watched = new Uint8Array(channels.watched);
const appliedSequence = new Float64Array(channels.appliedSequence);
const counters = new Float64Array(channels.counters);
const sleeper = new Int32Array(new SharedArrayBuffer(4));
const encoder = new RowEncoder();
const packr = new Packr({ useRecords: false });
const change = new Int32Array(1);
const changeBytes = new Uint8Array(change.buffer);
const post = (message: ShardMessage): void => port.postMessage(message);

function publishRow(row: Row): void {
  encoder.encode(row);
  while (!rows.tryPublishFrom(encoder.memory, encoder.byteLength)) waitForRoom();
}

function publishAlert(message: Uint8Array): void {
  while (!alerts.tryPublish(message)) waitForRoom();
}

/** Rows and alerts are not dropped: the shard waits, and those who read the other rings are told meanwhile. */
function waitForRoom(): void {
  beat();
  ringDoorbell();
  Atomics.wait(sleeper, 0, 0, FULL_RING_RETRY_MS);
}

/** The thread does not hang. */
function beat(): void {
  counters[ShardCounter.HEARTBEAT]!++;
}

function ringDoorbell(): void {
  // The reader asks once on both rings, so that both flags are taken back whichever had something.
  const isAskedOnAlerts = alerts.usedBytes > 0 && alerts.takeDoorbell();
  const isAskedOnChanges = changes.usedBytes > 0 && changes.takeDoorbell();
  if (isAskedOnAlerts || isAskedOnChanges) post({ type: 'doorbell' });
}

const outputs: ShardOutputs = {
  row: channels.hasDatabase ? publishRow : () => undefined,
  alert: (notice) => publishAlert(packr.pack(notice)),
  changed: (orderNo) => {
    if (watched[orderNo] !== 1) return;
    change[0] = orderNo;
    changes.tryPublish(changeBytes);
  },
  atWork: beat,
};

const mailbox = new MailboxReceiver(channels.mailbox);
const inHand = new Float64Array(channels.counters, ShardCounter.SEQUENCE_IN_HAND * Float64Array.BYTES_PER_ELEMENT, 1);
const agentOutputs = (shard: Shard): AgentOutputs => ({
  progressed: (sequence) => {
    appliedSequence[0] = sequence;
    counters[ShardCounter.ORDERS_IN_MEMORY] = shard.ordersInMemory;
    counters[ShardCounter.ORDERS_EVICTED] = shard.evicted.size;
    counters[ShardCounter.UNMATCHED_AMENDMENTS] = shard.fills.waitingCount;
  },
  query: (queryId, orderNo, question) => {
    counters[ShardCounter.IS_ANSWERING] = 1;
    const answer = answerTo(shard, orderNo, question);
    counters[ShardCounter.IS_ANSWERING] = 0;
    post({ type: 'answer', queryId, answer });
  },
  hash: (round, shardCount) => {
    const hash = hashShard(shard, (symbolNo) => shardOfSymbol(symbolNo, shardCount) === channels.shard, beat);
    post({ type: 'hashed', round, shard: channels.shard, hash });
  },
});

/** That has applied nothing. */
function newEngine(): { readonly shard: Shard; readonly agent: ShardAgent } {
  const shard = new Shard(SharedRows.over(channels.orders, ORDER_ROW_DOUBLES), outputs);
  return { shard, agent: new ShardAgent(shard, mailbox, agentOutputs(shard), { watched, inHand }) };
}

async function knowingAgent(): Promise<ShardAgent> {
  const [{ snapshotPath }] = (await once(port!, 'message')) as [ShardBegin];
  if (channels.rebuild !== undefined) {
    // Half as much code again, which a start does not wait for.
    const { rebuildShard } = await import('./snapshot/shard-rebuild.ts');
    const { agent } = await rebuildShard(newEngine, channels, channels.rebuild, () => (beat(), ringDoorbell()), () => post({ type: 'near' }));
    post({ type: 'rebuilt' });
    return agent;
  }
  const { shard, agent } = newEngine();
  if (snapshotPath !== undefined) agent.reach((await loadShard(snapshotPath, shard, channels)).sequence);
  return agent;
}

const agent = await knowingAgent();
while (!agent.isStopped) {
  beat();
  const done = agent.doWork();
  ringDoorbell();
  if (done === 0) mailbox.park(PARK_MS_MAX);
}
post({ type: 'stopped' });
