/**
 * The supervisor: brings the engine up in the order of the picture in ARCHITECTURE.md and down again.
 *
 *     journal -> sequencer -> mailboxes -> shards -> rows, alerts, changes
 *
 * It owns shared memory and the shards' threads. A shard that dies is started again on what the journal says, while the others
 * go on; one that dies of the same record again ends the service. It knows no HTTP and no SQL: whoever takes rows and whoever
 * answers requests is started by main.ts with what is here.
 */

import { join } from 'node:path';

import { ORDERS_MAX, PRACTICE_ORDERS_MAX, SHARD_LOOK_MS, TICK_INTERVAL_US } from './domain/limits.ts';
import type { Settings } from './domain/settings.ts';
import { US_PER_MS } from './domain/units.ts';
import { HashRounds } from './hash-rounds.ts';
import { Journal, JOURNAL_FOLDER } from './journal/journal.ts';
import type { Frame } from './journal/segment.ts';
import type { Memory } from './ring/memory.ts';
import { ORDER_ROW_DOUBLES, OrderCell } from './orders/order-row.ts';
import { MailboxReceiver, MailboxSender } from './ring/mailbox.ts';
import { SharedRows } from './ring/shared-state.ts';
import { Router } from './sequencer/router.ts';
import { Sequencer } from './sequencer/sequencer.ts';
import { createShardChannels, type ShardChannels, type ShardMessage } from './shard/channels.ts';
import type { AnalyticsAnswer } from './domain/question.ts';
import type { RebuildPlan } from './shard/rebuild-plan.ts';
import type { ClockMode } from './sequencer/clock.ts';
import { ShardDeaths } from './shard-deaths.ts';
import { ShardQueries } from './shard-queries.ts';
import { type ShardListener, ShardThread } from './shard-thread.ts';
import type { FoundSnapshot } from './snapshot/find-snapshot.ts';
import { loadSequencer } from './snapshot/snapshot.ts';
import type { StateHash } from './snapshot/state-hash.ts';

const ROOM_RETRY_MS = 1;
/** A status is asked for again by whoever reads it, and waits no longer for a shard that does not keep up. */
const VIEW_MS_MAX = 1_000;

export interface SupervisorOptions {
  readonly dataDir: string;
  readonly shards: number;
  readonly clock: ClockMode;
  readonly settings: Settings;
  readonly hasDatabase: boolean;
  /** Newest sequence whose rows are in the database: a snapshot from behind it may not be begun with. */
  storedSequence(): number;
  /** A shard has died and cannot be started again. */
  onShardDeath(shard: number, error: Error): void;
  /** A shard has died: what it has told is in its rings, which are replaced behind this call. */
  onShardLost(shard: number, error: Error): void;
  /** Its successor is about to start, and tells by these channels, and by `alerts` and `changes`, all over again. */
  onShardReplaced(shard: number, channels: ShardChannels): void;
  /** It knows again what it knew, and goes on. */
  onShardRebuilt(shard: number, tookMs: number): void;
  /** The sequencer failed in the middle of an input: its memory is no longer what the journal says. */
  onBroken(error: unknown): void;
  onDoorbell(): void;
}

export class Supervisor implements ShardListener {
  readonly orders = SharedRows.create(ORDERS_MAX, ORDER_ROW_DOUBLES);
  readonly watched = new Uint8Array(new SharedArrayBuffer(ORDERS_MAX));
  /** By shard; what a shard has is replaced when it is started again. */
  readonly channels: ShardChannels[];
  readonly alerts: MailboxReceiver[];
  readonly changes: MailboxReceiver[];
  readonly sequencer: Sequencer;
  private readonly applied: Float64Array[];
  private readonly threads: ShardThread[] = [];
  /** Stands in for the next shard that dies: the service does not wait for a thread and its code then. */
  private spare: ShardThread | undefined;
  private readonly deaths: readonly ShardDeaths[];
  /** Shards that do not know yet again what they knew, and since when. */
  private readonly rebuilding = new Map<number, number>();
  private readonly router: Router;
  private readonly options: SupervisorOptions;
  private readonly queries: ShardQueries;
  private readonly hashes: HashRounds;
  private running = 0;
  private onAllStopped: (() => void) | undefined;
  private isStarted = false;
  /** A shard that dies behind this has not heard it. */
  private isStopSent = false;
  private ticking: NodeJS.Timeout | undefined;
  private looking: NodeJS.Timeout | undefined;
  private openJournal: Journal | undefined;
  private restarts = 0;
  /** All that had been sequenced at the last tick. */
  private tickSequence = 0;
  /** Given to the shards before it was known to be whole, and what has come of that; undefined once it is known. */
  private ahead: { readonly snapshotPath: string | undefined; death?: { readonly shard: number; readonly error: Error } } | undefined;

  constructor(options: SupervisorOptions) {
    this.options = options;
    this.channels = Array.from({ length: options.shards }, (_, shard) => createShardChannels(shard, this.shared()));
    this.applied = this.channels.map((channels) => new Float64Array(channels.appliedSequence));
    this.alerts = this.channels.map((channels) => new MailboxReceiver(channels.alerts));
    this.changes = this.channels.map((channels) => new MailboxReceiver(channels.changes));
    this.deaths = this.channels.map(() => new ShardDeaths());
    this.router = new Router(this.channels.map((channels) => new MailboxSender(channels.mailbox)));
    this.queries = new ShardQueries(this.router);
    this.sequencer = new Sequencer(this.router, options.clock, receiptClockUs, (error) => options.onBroken(error));
    this.hashes = new HashRounds(this.router, this.sequencer);
  }

  get journal(): Journal {
    if (this.openJournal === undefined) throw new Error('the journal is not open');
    return this.openJournal;
  }

  /** The shards' threads load their code and then a snapshot, if there is one, while others find out whether it is whole; before that they run so many engines for the warm-up, whose channels are returned, each by shard. */
  spawn(likelySnapshotPath: string | undefined, practiceEngines: number): ShardChannels[][] {
    this.running = this.channels.length;
    this.ahead = { snapshotPath: likelySnapshotPath };
    for (const _ of this.channels) this.threads.push(new ShardThread(this));
    const practice = Array.from({ length: practiceEngines }, () => this.practiceChannels());
    for (const [shard, thread] of this.threads.entries()) thread.begin(this.channels[shard]!, likelySnapshotPath, practice.map((each) => each[shard]!));
    return practice;
  }

  /** Says which snapshot is whole: where it is another one than the shards have begun with, they are put aside and others begin. */
  async beginWith(snapshotPath: string | undefined): Promise<void> {
    const { snapshotPath: likelyPath, death } = this.ahead!;
    if (snapshotPath === likelyPath) {
      this.ahead = undefined;
      if (death !== undefined) this.onDeath(death.shard, death.error);
      return;
    }
    await Promise.all(this.threads.map((thread) => thread.end()));
    this.ahead = undefined;
    for (const shard of this.threads.keys()) {
      const channels = this.renew(shard);
      this.router.attach(shard, new MailboxSender(channels.mailbox));
      this.threads[shard] = new ShardThread(this);
      this.threads[shard].begin(channels, snapshotPath);
    }
  }

  /**
   * Opens the journal and rebuilds all state through the shards, from the snapshot that they have begun with, or else the beginning, and the journal behind it.
   * `beforeReplay` gets the journal's id as soon as it is known, so that somebody takes the rows. Throws JournalDamaged.
   */
  async start(snapshot: FoundSnapshot | undefined, beforeReplay: (journalId: string, durableSequence: SharedArrayBuffer) => void): Promise<void> {
    if (snapshot !== undefined) await loadSequencer(snapshot.path, this.sequencer);
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
    this.isStarted = true;
    this.ticking = setInterval(() => this.tick(), TICK_INTERVAL_US / US_PER_MS);
    this.looking = setInterval(() => this.look(), SHARD_LOOK_MS);
  }

  /** Asks the order's shard; undefined when it does not answer in time or cannot be asked. */
  async analytics(orderNo: number, isExplained: boolean): Promise<AnalyticsAnswer | undefined> {
    const answer = await this.queries.ask(this.shardOfOrder(orderNo), orderNo, isExplained ? 'explained analytics' : 'analytics');
    return answer === 'shown' ? undefined : answer;
  }

  /**
   * Brings what is shown of an announced order up to all that has a sequence by now, where its market has moved since it was computed; nothing
   * to wait for otherwise. Without an answer in time it stays as it was.
   */
  broughtUpToDate(orderNo: number): Promise<unknown> | undefined {
    const shownSequence = this.orders.cells[orderNo * this.orders.rowDoubles + OrderCell.AS_OF_SEQUENCE]!;
    const { registry } = this.sequencer;
    if (shownSequence >= registry.marketSequence(registry.symbolOfOrder(orderNo))) return undefined;
    return this.queries.ask(this.shardOfOrder(orderNo), orderNo, 'view', VIEW_MS_MAX);
  }

  /** Of all state after the newest input. It costs every thread time in proportion to what it holds; undefined when a shard is silent. */
  stateHash(): Promise<StateHash | undefined> {
    return this.hashes.ask();
  }

  /** Tells when the shard of an order has applied everything that is acknowledged by now, whatever comes meanwhile. */
  visibility(orderNo: number): () => boolean {
    const shard = this.shardOfOrder(orderNo);
    const acknowledged = Math.min(this.journal.durableUpTo, this.sequencer.lastSequence);
    return () => this.applied[shard]![0]! >= acknowledged;
  }

  /** True while the shard of an order has died and does not know yet again what it knew. */
  isRebuilding(orderNo: number): boolean {
    return this.rebuilding.size > 0 && this.rebuilding.has(this.shardOfOrder(orderNo));
  }

  get rebuildingShards(): readonly number[] {
    return [...this.rebuilding.keys()];
  }

  /** How often a shard was started again. */
  get restartCount(): number {
    return this.restarts;
  }

  shardOfOrder(orderNo: number): number {
    return this.router.shardOf(Math.max(0, this.sequencer.registry.symbolOfOrder(orderNo)));
  }

  /** Sum of a counter over the shards. */
  counted(counter: number): number {
    return this.threads.reduce((sum, thread) => sum + thread.counted(counter), 0);
  }

  /** Stops the clock, lets the shards finish what they have, and closes the journal. */
  async stop(): Promise<void> {
    clearInterval(this.ticking);
    if (this.running > 0) {
      const stopped = new Promise<void>((resolve) => (this.onAllStopped = resolve));
      // One that is being rebuilt is waited for: its rows are among those that are to be written.
      while (!this.router.stop()) await sleep(ROOM_RETRY_MS);
      this.isStopSent = true;
      await stopped;
    }
    clearInterval(this.looking);
    await this.spare?.end();
    await this.openJournal?.close();
  }

  onMessage(shard: number, message: ShardMessage): void {
    switch (message.type) {
      case 'doorbell':
        this.options.onDoorbell();
        return;
      case 'answer':
        this.queries.settle(message.queryId, message.answer);
        return;
      case 'hashed':
        this.hashes.onHashed(message.round, message.shard, message.hash);
        return;
      case 'near':
        this.sendFromHere(shard);
        return;
      case 'rebuilt': {
        const sinceMs = this.rebuilding.get(shard)!;
        this.rebuilding.delete(shard);
        this.options.onShardRebuilt(shard, performance.now() - sinceMs);
        return;
      }
      case 'stopped':
        if (--this.running === 0) this.onAllStopped?.();
    }
  }

  onDeath(shard: number, error: Error): void {
    if (this.ahead !== undefined) {
      this.ahead.death = { shard, error };
      return;
    }
    const sequence = this.threads[shard]!.sequenceInHand;
    const nowMs = performance.now();
    const hopeless = this.isStarted ? this.deaths[shard]!.judge(nowMs, sequence) : `it has died before the service was ready${sequence === 0 ? '' : `, of the record with sequence ${sequence}`}`;
    if (hopeless !== undefined) return this.options.onShardDeath(shard, new Error(`${hopeless}: ${error.message}`, { cause: error }));
    if (!this.rebuilding.has(shard)) this.rebuilding.set(shard, nowMs);
    this.restarts++;
    this.replace(shard, error);
  }

  /** From here on a shard's inputs only go to the journal; its successor begins to read it. */
  private replace(shard: number, error: Error): void {
    const { options, journal, sequencer } = this;
    this.router.detach(shard);
    this.queries.giveUp(shard);
    options.onShardLost(shard, error);
    const rebuild = {
      dataDir: options.dataDir,
      journalId: journal.id,
      snapshotUpTo: Math.min(options.storedSequence(), sequencer.lastSequence),
      durableSequence: journal.durableSequence,
      joinAfter: new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT),
    };
    const channels = this.renew(shard, rebuild);
    options.onShardReplaced(shard, channels);
    this.threads[shard] = this.spare === undefined || this.spare.hasEnded ? new ShardThread(this) : this.spare;
    this.spare = undefined;
    this.threads[shard].begin(channels);
  }

  /** Other channels for a shard. */
  private renew(shard: number, rebuild?: RebuildPlan): ShardChannels {
    const channels = createShardChannels(shard, { ...this.shared(), ...(rebuild && { rebuild }) });
    this.channels[shard] = channels;
    this.applied[shard] = new Float64Array(channels.appliedSequence);
    this.alerts[shard] = new MailboxReceiver(channels.alerts);
    this.changes[shard] = new MailboxReceiver(channels.changes);
    return channels;
  }

  /** The successor reads the journal up to what was sequenced by now, and finds in its mailbox what follows. */
  private sendFromHere(shard: number): void {
    const { mailbox, rebuild } = this.channels[shard]!;
    this.router.attach(shard, new MailboxSender(mailbox));
    new Float64Array(rebuild!.joinAfter)[0] = this.sequencer.lastSequence;
    this.journal.beginCommit();
    if (this.isStopSent) this.router.stopOne(shard);
  }

  /**
   * Time moves on when every shard has come to where it stood: one that has more orders than it can evaluate in a second is given
   * longer steps, in each of which it evaluates each order once, and not a queue of ticks that only grows. One that is silent or is
   * being rebuilt is not waited for: the others are not concerned.
   */
  private tick(): void {
    for (let shard = 0; shard < this.applied.length; shard++) {
      if (this.applied[shard]![0]! < this.tickSequence && !this.rebuilding.has(shard) && !this.threads[shard]!.isSilent) return;
    }
    this.sequencer.tick();
    this.tickSequence = this.sequencer.lastSequence;
  }

  private look(): void {
    for (const [shard, thread] of this.threads.entries()) thread.look(this.rebuilding.has(shard));
    if (this.rebuilding.size === 0) this.spare ??= new ShardThread(this, true);
  }

  private practiceChannels(): ShardChannels[] {
    const { hasDatabase, shards } = this.options;
    const orders = SharedRows.create(PRACTICE_ORDERS_MAX, ORDER_ROW_DOUBLES).shared;
    const watched = new SharedArrayBuffer(PRACTICE_ORDERS_MAX);
    return this.channels.map((_, shard) => createShardChannels(shard, { hasDatabase, shards, orders, watched }));
  }

  private shared(): Parameters<typeof createShardChannels>[1] {
    const { hasDatabase, shards } = this.options;
    return { orders: this.orders.shared, watched: this.watched.buffer as SharedArrayBuffer, hasDatabase, shards };
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
