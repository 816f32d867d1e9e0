/** The service: options, then engine, database and gateway, then one line when it is ready. Ends in order on a signal. */

import { writeFileSync } from 'node:fs';
import { isIPv6 } from 'node:net';
import { join, resolve } from 'node:path';

import { pino } from 'pino';

import { Gateway } from '../gateway/gateway.ts';
import { StorageHost } from '../storage/storage-host.ts';
import { lockDataDir } from './data-dir-lock.ts';
import { helpText, type Options, readOptions } from './options.ts';
import { Supervisor } from './supervisor.ts';

const EXIT_FAULT = 1;
const EXIT_USAGE = 2;
const LOOPBACK = ['127.0.0.1', '::1', 'localhost'];
const SHUTDOWN_STORAGE_MS_MAX = 8_000;

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

async function run(options: Options): Promise<void> {
  const log = pino({ level: options['log-level'], base: null }, pino.destination(2));
  const dataDir = resolve(options['data-dir']);
  const die = (what: string, error: unknown): never => {
    log.fatal({ err: error }, what);
    process.stderr.write(`${what}: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(EXIT_FAULT);
  };
  try {
    const release = lockDataDir(dataDir);
    process.on('exit', release);
    await serve(options, dataDir, log, die);
  } catch (error) {
    die('the service cannot start', error);
  }
}

async function serve(options: Options, dataDir: string, log: pino.Logger, die: (what: string, error: unknown) => never): Promise<void> {
  let phase: 'starting' | 'ready' | 'stopping' = 'starting';
  let storage: StorageHost | undefined;
  let supervisor: Supervisor | undefined;
  let gateway: Gateway | undefined;

  const stop = async (signal: string): Promise<void> => {
    if (phase === 'stopping') return;
    const wasReady = phase === 'ready';
    phase = 'stopping';
    log.info({ signal }, 'stopping');
    gateway?.transport.stopListening();
    // What a start that is cut short has read of the journal is read again by the next one.
    if (wasReady) await supervisor?.stop();
    await storage?.stop(wasReady ? supervisor!.sequencer.lastSequence : 0, SHUTDOWN_STORAGE_MS_MAX);
    await gateway?.close();
    log.info('stopped');
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => void stop(signal).catch((error: unknown) => die('the service could not stop in order', error)));
  }

  const database = await StorageHost.open({ dataDir, databaseUrl: options['database-url'], log: (message) => log.info({ part: 'storage' }, message) });
  storage = database;
  if (options['database-url'] === '') writeFileSync(join(dataDir, 'database-url'), `${database.databaseUrl}\n`, { mode: 0o600 });

  const engine = new Supervisor({
    dataDir,
    shards: options.shards,
    clock: options.clock,
    onShardDeath: (shard, error) => die(`shard ${shard} has died; start again to rebuild its state from the journal`, error),
    onDoorbell: () => gateway?.onDoorbell(),
  });
  supervisor = engine;
  await engine.start((journalId) => {
    database.start({
      journalId,
      rowRings: engine.channels.map((channels) => channels.rows),
      appliedSequences: engine.channels.map((channels) => channels.appliedSequence),
      onDeath: (error) => die('the storage worker has died; start again, rows that are missing are written then', error),
    });
  });
  if (engine.journal.bytesCut > 0) log.warn({ bytes: engine.journal.bytesCut }, 'cut the torn end of the journal; nothing in it was acknowledged');

  const intakeClosed = (): 'not_ready' | 'journal_failed' | undefined => {
    if (engine.journal.failed !== undefined) return 'journal_failed';
    return phase === 'ready' ? undefined : 'not_ready';
  };
  gateway = new Gateway({
    sequencer: engine.sequencer,
    orders: engine.orders,
    watched: engine.watched,
    alerts: engine.alerts,
    changes: engine.changes,
    transport: options.transport,
    heartbeatMs: options['heartbeat-ms'],
    analytics: (orderNo, isExplained) => engine.analytics(orderNo, isExplained),
    intakeClosed,
    health: () => ({
      isReady: intakeClosed() === undefined,
      reason: engine.journal.failed?.message ?? (phase === 'ready' ? undefined : `the service is ${phase}`),
      details: {
        clock: options.clock,
        shards: options.shards,
        transport: gateway?.transport.name,
        journal: { last_sequence: engine.sequencer.lastSequence },
        storage: database.health(),
      },
    }),
    onError: (error) => log.error({ err: error }, 'a handler failed'),
  });
  gateway.onDoorbell();

  const address = await gateway.transport.listen(options.host, options.port);
  if ((phase as string) === 'stopping') return;
  phase = 'ready';
  const host = isIPv6(address.host) ? `[${address.host}]` : address.host;
  process.stdout.write(`ready http://${host}:${address.port}\n`);
}
