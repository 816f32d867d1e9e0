/**
 * The embedded database: a real PostgreSQL server of our own, for those who bring none.
 *
 * It owns the server's life: start, take-over of what an earlier run left, restart when it dies under us, stop. It
 * installs no handler for signals or exit; who starts it stops it, after the last rows are written. When our process
 * is killed the server goes on by itself, and the next start on the folder takes over.
 *
 * The caller makes sure that only one service uses a data folder: a second start would take the server from the first.
 */

import { createServer, type AddressInfo } from 'node:net';
import pg from 'pg';
import { findPostgresBinaries } from './embedded-binaries.ts';
import { openCluster, type Cluster } from './embedded-cluster.ts';
import { findOsUser } from './embedded-os-user.ts';
import { PortTaken, startServer, urlOf, type RunningServer } from './embedded-server.ts';
import { takeOver } from './embedded-takeover.ts';

const DATABASE_NAME = 'execution_monitor';
const PORT_ATTEMPTS_MAX = 5;
const RESTART_MS_MIN = 500;
const RESTART_MS_MAX = 30_000;
/** A server that ran this long had recovered. */
const HEALTHY_MS_MIN = 60_000;

export interface EmbeddedPostgresOptions {
  /** The service's data folder; the database lives in `postgres/` under it. */
  readonly dataDir: string;
  readonly log: (message: string) => void;
}

export interface EmbeddedPostgres {
  /** Stays the same for the life of this process, also when the server had to be restarted. */
  readonly databaseUrl: string;
  /** Shuts the server down in order. Never leaves it running; throws when it cannot be ended. */
  stop(): Promise<void>;
}

/** Starts the server on a free port of 127.0.0.1 and makes the database in it. */
export async function startEmbeddedPostgres({ dataDir, log }: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const binaries = await findPostgresBinaries();
  const user = await findOsUser(log);
  const cluster = await openCluster(dataDir, binaries, user, log);
  await takeOver(cluster.folder, log);
  const launch = (port: number): Promise<RunningServer> => startServer(binaries.postgres, cluster, user, port);
  const { server, port } = await startOnFreePort(launch);
  try {
    await createDatabase(cluster, port);
  } catch (error) {
    await server.stop();
    throw error;
  }
  const keeper = new ServerKeeper(server, async () => {
    await takeOver(cluster.folder, log);
    return launch(port);
  }, log);
  return { databaseUrl: urlOf(cluster, port, DATABASE_NAME), stop: () => keeper.stop() };
}

/** Starts the server again when it dies without being asked to, at growing intervals. */
class ServerKeeper {
  private server: RunningServer;
  private readonly restart: () => Promise<RunningServer>;
  private readonly log: (message: string) => void;
  private startedAtMs = Date.now();
  private delayMs = RESTART_MS_MIN;
  private timer: NodeJS.Timeout | undefined;
  private restarting: Promise<void> | undefined;
  private stopped = false;

  constructor(server: RunningServer, restart: () => Promise<RunningServer>, log: (message: string) => void) {
    this.server = server;
    this.restart = restart;
    this.log = log;
    this.watch();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.restarting;
    await this.server.stop();
  }

  private watch(): void {
    this.server.child.once('exit', (code, signal) => {
      if (this.stopped) return;
      this.log(`the embedded database server ended unexpectedly (${signal ?? `exit code ${String(code)}`}): starting it again`);
      if (Date.now() - this.startedAtMs >= HEALTHY_MS_MIN) this.delayMs = RESTART_MS_MIN;
      this.restartLater();
    });
  }

  private restartLater(): void {
    this.timer = setTimeout(() => (this.restarting = this.restartNow()), this.delayMs);
    this.delayMs = Math.min(this.delayMs * 2, RESTART_MS_MAX);
  }

  private async restartNow(): Promise<void> {
    try {
      this.server = await this.restart();
      this.startedAtMs = Date.now();
      this.watch();
      this.log('the embedded database server runs again');
    } catch (error) {
      this.log(error instanceof Error ? error.message : String(error));
      if (!this.stopped) this.restartLater();
    }
  }
}

async function startOnFreePort(
  launch: (port: number) => Promise<RunningServer>,
): Promise<{ server: RunningServer; port: number }> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    try {
      return { server: await launch(port), port };
    } catch (error) {
      if (!(error instanceof PortTaken) || attempt === PORT_ATTEMPTS_MAX) throw error;
    }
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => probe.once('error', reject).listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function createDatabase(cluster: Cluster, port: number): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf(cluster, port, 'postgres') });
  client.on('error', () => {});
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE_NAME]);
    if (rowCount === 0) {
      await client.query(`CREATE DATABASE ${DATABASE_NAME} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'`);
    }
  } finally {
    await client.end();
  }
}
