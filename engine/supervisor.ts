/**
 * The supervisor: brings the engine up in the order of the picture in ARCHITECTURE.md and down again.
 *
 *     journal -> sequencer -> mailboxes -> shards -> rows, alerts, changes
 *
 * It owns shared memory and the shards' threads. It knows no HTTP and no SQL: whoever takes rows and whoever answers
 * requests is started by main.ts with what is here.
 */

import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

import { ORDERS_MAX, TICK_INTERVAL_US } from './domain/limits.ts';
import type { Settings } from './domain/settings.ts';
import { US_PER_MS } from './domain/units.ts';
import { HashRounds } from './hash-rounds.ts';
import { Journal, JOURNAL_FOLDER } from './journal/journal.ts';
import type { Frame } from './journal/segment.ts';
import type { Memory } from './ring/memory.ts';
import { ORDER_ROW_DOUBLES } from './orders/order-row.ts';
import { MailboxReceiver, MailboxSender } from './ring/mailbox.ts';
import { SharedRows } from './ring/shared-state.ts';
import { Router } from './sequencer/router.ts';
import { Sequencer } from './sequencer/sequencer.ts';
import { createShardChannels, type ShardAnswer, type ShardChannels, type ShardMessage } from './shard/channels.ts';
import type { ClockMode } from './sequencer/clock.ts';
import type { FoundSnapshot } from './snapshot/find-snapshot.ts';
import { loadSequencer } from './snapshot/snapshot.ts';
import type { StateHash } from './snapshot/state-hash.ts';

const QUERY_MS_MAX = 5_000;
const ROOM_RETRY_MS = 1;

export interface SupervisorOptions {
  readonly dataDir: string;
  readonly shards: number;
  readonly clock: ClockMode;
  readonly settings: Settings;
  readonly hasDatabase: boolean;
  /** What to begin with; undefined: with the beginning of the journal. */
  readonly snapshot: FoundSnapshot | undefined;
  /** A shard's thread has died: its state is gone and so are the numbers of its orders. */
  onShardDeath(shard: number, error: Error): void;
  /** The sequencer failed in the middle of an input: its memory is no longer what the journal says. */
  onBroken(error: unknown): void;
  onDoorbell(): void;
}

export class Supervisor {
  readonly orders = SharedRows.create(ORDERS_MAX, ORDER_ROW_DOUBLES);
  readonly watched = new Uint8Array(new SharedArrayBuffer(ORDERS_MAX));
  readonly channels: readonly ShardChannels[];
  readonly alerts: readonly MailboxReceiver[];
  readonly changes: readonly MailboxReceiver[];
  readonly sequencer: Sequencer;
  private readonly router: Router;
  private readonly applied: readonly Float64Array[];
  private readonly options: SupervisorOptions;
  private readonly queries = new Map<number, (answer: ShardAnswer | undefined) => void>();
  private running = 0;
  private onAllStopped: (() => void) | undefined;
  private queryCount = 0;
  private ticking: NodeJS.Timeout | undefined;
  private openJournal: Journal | undefined;
  private readonly hashes: HashRounds;

  constructor(options: SupervisorOptions) {
    this.options = options;
    const shared = { orders: this.orders.shared, watched: this.watched.buffer as SharedArrayBuffer, hasDatabase: options.hasDatabase, shards: options.shards, snapshotPath: options.snapshot?.path };
    this.channels = Array.from({ length: options.shards }, (_, shard) => createShardChannels(shard, shared));
    this.applied = this.channels.map((channels) => new Float64Array(channels.appliedSequence));
    this.alerts = this.channels.map((channels) => new MailboxReceiver(channels.alerts));
    this.changes = this.channels.map((channels) => new MailboxReceiver(channels.changes));
    this.router = new Router(this.channels.map((channels) => new MailboxSender(channels.mailbox)));
    this.sequencer = new Sequencer(this.router, options.clock, receiptClockUs, (error) => options.onBroken(error));
    this.hashes = new HashRounds(this.router, this.sequencer);
  }

  get journal(): Journal {
    if (this.openJournal === undefined) throw new Error('the journal is not open');
    return this.openJournal;
  }

  /**
   * Opens the journal and rebuilds all state through the shards, from the snapshot and the journal behind it. `beforeReplay` gets the journal's id as soon as
   * it is known, so that somebody takes the rows. Throws JournalDamaged.
   */
  async start(beforeReplay: (journalId: string, durableSequence: SharedArrayBuffer) => void): Promise<void> {
    const { snapshot } = this.options;
    this.startShards();
    if (snapshot !== undefined) loadSequencer(snapshot.path, this.sequencer);
    const onId = (journalId: string, durableSequence: SharedArrayBuffer): void => {
      if (snapshot !== undefined && snapshot.journalId !== journalId) throw new Error(`snapshot ${snapshot.path} is of another journal`);
      beforeReplay(journalId, durableSequence);
    };
    const onFrame = async (segment: Memory, frame: Frame): Promise<void> => {
      while (!this.sequencer.hasRoom()) await sleep(ROOM_RETRY_MS);
      this.sequencer.recover(segment, frame);
    };
    this.openJournal = await Journal.open(join(this.options.dataDir, JOURNAL_FOLDER), onId, onFrame, { afterSequence: snapshot?.sequence ?? 0 });
    if (this.openJournal.nextSequence <= (snapshot?.sequence ?? 0)) {
      throw new Error(`the journal ends at sequence ${this.openJournal.nextSequence - 1}, before the snapshot ${snapshot!.path}`);
    }
    this.sequencer.attach(this.openJournal);
    this.sequencer.configure(this.options.settings);
    this.sequencer.tick();
    while (!this.isCaughtUp()) await sleep(ROOM_RETRY_MS);
    this.ticking = setInterval(() => this.sequencer.tick(), TICK_INTERVAL_US / US_PER_MS);
  }

  /** Asks the order's shard; undefined when it does not answer in time or cannot be asked. */
  analytics(orderNo: number, isExplained: boolean): Promise<ShardAnswer | undefined> {
    const shard = this.router.shardOf(this.sequencer.registry.symbolOfOrder(orderNo));
    const queryId = ++this.queryCount;
    if (!this.router.query(shard, queryId, orderNo, isExplained)) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.settleQuery(queryId, undefined), QUERY_MS_MAX);
      this.queries.set(queryId, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
    });
  }

  /** Of all state after the newest input. It costs every thread time in proportion to what it holds; undefined when a shard is silent. */
  stateHash(): Promise<StateHash | undefined> {
    return this.hashes.ask();
  }

  /** Tells when the shard of an order has applied everything that is acknowledged by now, whatever comes meanwhile. */
  visibility(orderNo: number): () => boolean {
    const shard = this.router.shardOf(Math.max(0, this.sequencer.registry.symbolOfOrder(orderNo)));
    const acknowledged = Math.min(this.journal.durableUpTo, this.sequencer.lastSequence);
    return () => this.applied[shard]![0]! >= acknowledged;
  }

  /** Sum of a counter over the shards. */
  counted(counter: number): number {
    return this.channels.reduce((sum, channels) => sum + new Float64Array(channels.counters)[counter]!, 0);
  }

  /** Stops the clock, lets the shards finish what they have, and closes the journal. */
  async stop(): Promise<void> {
    clearInterval(this.ticking);
    if (this.running > 0) {
      const stopped = new Promise<void>((resolve) => (this.onAllStopped = resolve));
      while (!this.router.stop()) await sleep(ROOM_RETRY_MS);
      await stopped;
    }
    await this.openJournal?.close();
  }

  private startShards(): void {
    this.running = this.channels.length;
    for (const channels of this.channels) {
      const worker = new Worker(new URL('./shard-worker.js', import.meta.url), { workerData: channels, name: `shard-${channels.shard}` });
      worker.on('message', (message: ShardMessage) => this.onMessage(message));
      worker.on('error', (error) => this.options.onShardDeath(channels.shard, error as Error));
    }
  }

  private onMessage(message: ShardMessage): void {
    switch (message.type) {
      case 'doorbell':
        this.options.onDoorbell();
        return;
      case 'answer':
        this.settleQuery(message.queryId, message.answer);
        return;
      case 'hashed':
        this.hashes.onHashed(message.round, message.shard, message.hash);
        return;
      case 'stopped':
        if (--this.running === 0) this.onAllStopped?.();
    }
  }

  private settleQuery(queryId: number, answer: ShardAnswer | undefined): void {
    this.queries.get(queryId)?.(answer);
    this.queries.delete(queryId);
  }

  /** True when every shard has applied all that was given a sequence. */
  private isCaughtUp(): boolean {
    const last = this.sequencer.lastSequence;
    return this.applied.every((cell) => cell[0]! >= last);
  }
}

function receiptClockUs(): number {
  return (performance.timeOrigin + performance.now()) * US_PER_MS;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
