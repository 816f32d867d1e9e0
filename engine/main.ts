/** The service: options, then engine, database and gateway, then one line when it is ready. Ends in order on a signal. */

import './v8-flags.ts';

import { writeFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { pino } from 'pino';

import type { GatewayContext, HealthReport } from '../gateway/context.ts';
import type { Gateway } from '../gateway/gateway.ts';
import type { StorageHost } from '../storage/storage-host.ts';
import type { Journal } from './journal/journal.ts';
import { lockDataDir } from './data-dir-lock.ts';
import { LogLines } from './log-lines.ts';
import { helpText, NO_DATABASE, type Options, readOptions, settingsOf } from './options.ts';
import type { ShardChannels } from './shard/channels.ts';
import { ShardCounter } from './shard/counters.ts';
import { findSnapshot, type FoundSnapshot, newestSnapshot } from './snapshot/find-snapshot.ts';
import type { MadeSnapshot } from './snapshot/next-snapshot.ts';
import { SnapshotKeeper } from './snapshot/snapshot-keeper.ts';
import { Supervisor } from './supervisor.ts';

const EXIT_FAULT = 1;
const EXIT_USAGE = 2;
const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];
const SHUTDOWN_STORAGE_MS_MAX = 6_000;
const SHUTDOWN_MS_MAX = 8_000;
/** For the last frames of streams when the rest took too long already. */
const CLOSING_MS_MAX = 500;
const FAILED_STORAGE_MS_MAX = 5_000;
/** V8 compiles for the objects that it has seen; the second engine, made with the first, meets it as the real one will. */
const PRACTICE_ENGINES = 2;
const ROOM_WATCH_MS = 100;
/** Corrections and busts that wait longer than this for their execution are worth a warning. */
const UNMATCHED_SECONDS_MAX = 30;

const lines = new LogLines();

async function run(options: Options): Promise<void> {
  const log = pino({ level: options['log-level'], base: null }, lines);
  const dataDir = resolve(options['data-dir']);
  try {
    process.on('exit', lockDataDir(dataDir));
  } catch (error) {
    return fail(log, 'the service cannot start', error, undefined);
  }
  await new Service(options, dataDir, log).start();
}

/** Says what has failed and ends the process; a database server of our own is not left behind. */
async function fail(log: pino.Logger, what: string, error: unknown, storage: StorageHost | undefined): Promise<void> {
  log.fatal({ err: error }, what);
  lines.write(`${what}: ${error instanceof Error ? error.message : String(error)}\n`);
  const tooLong = setTimeout(() => process.exit(EXIT_FAULT), FAILED_STORAGE_MS_MAX);
  await storage?.abandon().catch((reason: unknown) => log.error({ err: reason }, 'the embedded database did not stop'));
  clearTimeout(tooLong);
  process.exit(EXIT_FAULT);
}

class Service {
  private readonly options: Options;
  private readonly dataDir: string;
  private readonly log: pino.Logger;
  private phase: 'starting' | 'ready' | 'stopping' = 'starting';
  private storage: StorageHost | undefined;
  private supervisor: Supervisor | undefined;
  private gateway: Gateway | undefined;
  private snapshots: SnapshotKeeper | undefined;

  constructor(options: Options, dataDir: string, log: pino.Logger) {
    this.options = options;
    this.dataDir = dataDir;
    this.log = log;
  }

  async start(): Promise<void> {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) {
      process.on(signal, () => void this.stop(signal).catch((error: unknown) => this.die('the service could not stop in order', error)));
    }
    try {
      await this.bringUp();
    } catch (error) {
      this.die('the service cannot start', error);
    }
  }

  private async bringUp(): Promise<void> {
    const { options, dataDir, log } = this;
    const databaseUrl = options['database-url'];
    const supervisor = new Supervisor({
      dataDir,
      shards: options.shards,
      clock: options.clock,
      settings: settingsOf(options),
      hasDatabase: databaseUrl !== NO_DATABASE,
      // What has no database has no snapshots that could be ahead of it.
      storedSequence: () => this.storage?.committedSequence ?? Number.POSITIVE_INFINITY,
      onShardDeath: (shard, error) => this.die(`shard ${shard} has died and is not started again`, error),
      onShardLost: (shard, error) => {
        log.error({ err: error, shard }, 'a shard has died: it is rebuilt from the journal');
        this.gateway?.onShardLost(shard);
      },
      onShardReplaced: (shard, { rows, appliedSequence }) => {
        this.storage?.replaceShard(shard, rows, appliedSequence);
        this.gateway?.onDoorbell();
      },
      onShardRebuilt: (shard, tookMs) => {
        log.warn({ shard, took_ms: Math.round(tookMs) }, 'a shard was rebuilt and goes on');
        this.gateway?.onShardRebuilt((orderNo) => supervisor.shardOfOrder(orderNo) === shard);
      },
      onBroken: (error) => this.die('what is known and what is journaled have come apart; start again to rebuild it', error),
      onDoorbell: () => this.gateway?.onDoorbell(),
    });
    this.supervisor = supervisor;
    const likelySnapshotPath = options['ignore-snapshots'] ? undefined : await newestSnapshot(dataDir);
    // What only this thread needs it loads while the shards' threads load their code; and it warms up while it waits for others.
    // To load a snapshot takes longest of all that a start does, and needs every core: nothing may come before or beside it.
    const practiceEngines = options['warm-up'] && likelySnapshotPath === undefined ? PRACTICE_ENGINES : 0;
    const warmedUp = this.warmUp(supervisor.spawn(likelySnapshotPath, practiceEngines));
    const storage = databaseUrl === NO_DATABASE ? undefined : await this.openStorage(databaseUrl);
    this.storage = storage;
    if (databaseUrl === '' && storage !== undefined) writeFileSync(join(dataDir, 'database-url'), `${storage.databaseUrl}\n`, { mode: 0o600 });
    const [snapshot, { Gateway }, { chooseTransport }] = await Promise.all([this.snapshotToBeginWith(), import('../gateway/gateway.ts'), import('../gateway/transport/choose-transport.ts')]);
    await supervisor.beginWith(snapshot?.path);
    const gateway = new Gateway({
      sequencer: supervisor.sequencer,
      orders: supervisor.orders,
      watched: supervisor.watched,
      alerts: supervisor.alerts,
      alertsBeginAfter: snapshot?.sequence ?? -1,
      changes: supervisor.changes,
      openTransport: (handlers, limits) => chooseTransport(handlers, limits, options.transport),
      heartbeatMs: options['heartbeat-ms'],
      analytics: {
        ofShard: (orderNo, isExplained) => supervisor.analytics(orderNo, isExplained),
        stored: (orderId) => storage?.storedAnalytics(orderId) ?? Promise.resolve(undefined),
      },
      dataDir,
      durableSequence: () => new Float64Array(supervisor.journal.durableSequence)[0]!,
      isRebuilding: (orderNo) => supervisor.isRebuilding(orderNo),
      broughtUpToDate: (orderNo) => supervisor.broughtUpToDate(orderNo),
      visibility: (orderNo) => supervisor.visibility(orderNo),
      intakeClosed: () => this.intakeClosed(),
      health: () => this.health(),
      stateHash: () => supervisor.stateHash(),
      onError: (error) => log.error({ err: error }, 'a handler failed'),
    });
    this.gateway = gateway;
    // Alerts of the past are taken from their rings while the journal is read back: a full ring would hold up its shard.
    gateway.onDoorbell();
    await supervisor.start(snapshot, (journalId, durableSequence) => {
      storage?.start({
        journalId,
        durableSequence,
        beginsAfter: snapshot?.sequence ?? 0,
        rowRings: supervisor.channels.map((channels) => channels.rows),
        appliedSequences: supervisor.channels.map((channels) => channels.appliedSequence),
        onDeath: (error) => this.die('the storage worker has died; start again, rows that are missing are written then', error),
      });
    });
    const { bytesCut } = supervisor.journal;
    if (bytesCut > 0) log.warn({ bytes: bytesCut }, 'cut the torn end of the journal; nothing in it was acknowledged');
    await warmedUp;
    const address = await gateway.transport.listen(options.host, options.port);
    if (this.phase !== 'starting') return;
    this.phase = 'ready';
    const host = isIPv6(address.host) ? `[${address.host}]` : address.host;
    this.watchAmendments(supervisor);
    this.snapshots = this.keepSnapshots(supervisor, snapshot?.sequence ?? 0);
    this.watchRoom(supervisor.journal);
    process.stdout.write(`ready http://${host}:${address.port}\n`);
  }

  /** Without it the service is slower at first, and that is all: a failure is told and no more. */
  private async warmUp(engines: readonly (readonly ShardChannels[])[]): Promise<void> {
    if (engines.length === 0) return;
    try {
      const { warmUp } = await import('../gateway/warm-up/warm-up.ts');
      this.log.info({ ...(await warmUp(engines)) }, 'warmed up');
    } catch (error) {
      this.log.warn({ err: error }, 'the warm-up was broken off');
    }
  }

  private async openStorage(databaseUrl: string): Promise<StorageHost> {
    const { StorageHost } = await import('../storage/storage-host.ts');
    return StorageHost.open({ dataDir: this.dataDir, databaseUrl, log: (message) => this.log.info({ part: 'storage' }, message) });
  }

  private async snapshotToBeginWith(): Promise<FoundSnapshot | undefined> {
    if (this.options['ignore-snapshots']) return undefined;
    const onDamaged = (error: Error): void => this.log.warn({ err: error }, 'a snapshot cannot be read; an older one or the whole journal is read instead');
    const found = await findSnapshot(this.dataDir, () => true, onDamaged);
    if (found !== undefined) this.log.info({ path: found.path, sequence: found.sequence }, 'going on from a snapshot');
    return found;
  }

  private keepSnapshots(supervisor: Supervisor, lastSequence: number): SnapshotKeeper {
    const durable = new Float64Array(supervisor.journal.durableSequence);
    const options = {
      dataDir: this.dataDir,
      journalId: supervisor.journal.id,
      everyMinutes: this.options['snapshot-minutes'],
      historyHours: this.options['history-hours'],
      upToSequence: () => Math.min(durable[0]!, this.storage?.committedSequence ?? 0),
      onMade: (made: MadeSnapshot, removedSegments: number) => this.log.info({ ...made, removed_segments: removedSegments }, 'made a snapshot'),
      onFailed: (error: unknown) => {
        if (this.phase === 'ready') this.log.error({ err: error }, 'no snapshot was made; the next one is tried later');
      },
    };
    return new SnapshotKeeper(options, lastSequence);
  }

  /** The alarm for corrections and busts whose execution does not come: once when it begins, once when it is over. */
  private watchAmendments(supervisor: Supervisor): void {
    let secondsWaiting = 0;
    setInterval(() => {
      const unmatched = supervisor.counted(ShardCounter.UNMATCHED_AMENDMENTS);
      if (unmatched === 0 && secondsWaiting >= UNMATCHED_SECONDS_MAX) this.log.info('no correction or bust waits for its execution any more');
      secondsWaiting = unmatched === 0 ? 0 : secondsWaiting + 1;
      if (secondsWaiting === UNMATCHED_SECONDS_MAX) this.log.warn({ unmatched }, 'corrections or busts wait for executions that have not come');
    }, 1_000).unref();
  }

  /** The alarm for a full disk: once when it begins, once when it is over. */
  private watchRoom(journal: Journal): void {
    let wasFull = false;
    setInterval(() => {
      if (journal.isFull === wasFull) return;
      wasFull = journal.isFull;
      this.log.warn(wasFull ? 'the disk of the journal is full: no events are taken until there is room' : 'the disk of the journal has room again: events are taken');
    }, ROOM_WATCH_MS).unref();
  }

  private async stop(signal: string): Promise<void> {
    if (this.phase === 'stopping') {
      // Asked twice: at once. What was acknowledged is in the journal.
      await fail(this.log, `stopped by a second ${signal}`, 'rows that are missing are written at the next start', this.storage);
      return;
    }
    const wasReady = this.phase === 'ready';
    this.phase = 'stopping';
    this.log.info({ signal }, 'stopping');
    this.gateway?.transport.stopListening();
    this.snapshots?.stop();
    const tooLong = setTimeout(() => void this.endAnyway(), SHUTDOWN_MS_MAX);
    // What a start that is cut short has read of the journal is read again by the next one.
    if (wasReady) await this.supervisor?.stop();
    // What a full disk had no room for was not acknowledged and has no rows.
    await this.storage?.stop(wasReady ? this.supervisor!.journal.durableUpTo : 0, SHUTDOWN_STORAGE_MS_MAX);
    await this.gateway?.close();
    clearTimeout(tooLong);
    this.log.info('stopped');
    process.exit(0);
  }

  /** The database takes too long, or a shard waits for it: the journal is complete, the rest is derived at the next start. */
  private async endAnyway(): Promise<void> {
    this.log.warn({ storage: this.storage?.health() }, 'stopping without the database; missing rows are written at the next start');
    await this.supervisor?.journal.durable().catch((error: unknown) => this.log.error({ err: error }, 'the newest input is not durable; it was not acknowledged'));
    await Promise.race([this.gateway?.close(), sleep(CLOSING_MS_MAX)]);
    await this.storage?.abandon();
    process.exit(0);
  }

  private intakeClosed(): ReturnType<GatewayContext['intakeClosed']> {
    return this.phase === 'ready' ? this.supervisor!.journal.closedBy : 'not_ready';
  }

  private reasonOf(closed: NonNullable<ReturnType<GatewayContext['intakeClosed']>>): string {
    switch (closed) {
      case 'not_ready':
        return `the service is ${this.phase}`;
      case 'journal_failed':
        return this.supervisor!.journal.failed!.message;
      case 'disk_full':
        return 'the journal has no room on its disk; numbers stay readable, and events are taken again once there is room';
    }
  }

  private health(): HealthReport {
    const closed = this.intakeClosed();
    return {
      isReady: closed === undefined,
      reason: closed === undefined ? undefined : this.reasonOf(closed),
      details: {
        clock: this.options.clock,
        shards: this.options.shards,
        rebuilding_shards: this.supervisor?.rebuildingShards,
        shard_restarts: this.supervisor?.restartCount,
        transport: this.gateway?.transport.name,
        orders: {
          in_memory: this.supervisor?.counted(ShardCounter.ORDERS_IN_MEMORY),
          evicted: this.supervisor?.counted(ShardCounter.ORDERS_EVICTED),
          unmatched_amendments: this.supervisor?.counted(ShardCounter.UNMATCHED_AMENDMENTS),
        },
        journal: { last_sequence: this.supervisor?.sequencer.lastSequence },
        storage: this.storage?.health() ?? { kind: NO_DATABASE },
      },
    };
  }

  private die(what: string, error: unknown): void {
    this.phase = 'stopping';
    void fail(this.log, what, error, this.storage);
  }
}

const read = readOptions(process.argv.slice(2), process.env);
if (read.is === 'help') {
  process.stdout.write(helpText());
} else if (read.is === 'fault') {
  process.stderr.write(`${read.detail}\n`);
  process.exitCode = EXIT_USAGE;
} else if (!LOOPBACK.includes(read.options.host) && !read.options.insecure) {
  process.stderr.write(`--host ${read.options.host}: outside loopback authentication is needed, which this version has not; --insecure listens without\n`);
  process.exitCode = EXIT_USAGE;
} else {
  await run(read.options);
}
