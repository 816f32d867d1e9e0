/**
 * One run of the PostgreSQL server program on a cluster folder: start it, see it ready, stop it.
 *
 * It owns the child process. The child has a session of its own, because Ctrl-C in a terminal goes to the whole process
 * group and would end the database before our last rows are written.
 */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { open, readFile, stat, truncate } from 'node:fs/promises';
import pg from 'pg';
import { SUPERUSER, type Cluster } from './embedded-cluster.ts';
import type { OsUser } from './embedded-os-user.ts';
import { stopServer } from './embedded-takeover.ts';

const LOG_BYTES_MAX = 16 << 20;
const LOG_TAIL_CHARS = 2_000;
/** Recovery after a crash replays at most max_wal_size. */
const READY_MS_MAX = 120_000;
const READY_POLL_MS = 25;
const READY_CONNECT_MS_MAX = 5_000;

/**
 * One writer and a few readers on the same machine.
 *
 * synchronous_commit stays on. The journal could derive the rows again, but only for a process that starts: the running
 * writer forgets its rows when COMMIT is answered, and a server that crashed alone would come back without the last
 * commits. With some five commits a second the price of a sync each is nothing.
 */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '24',
  max_locks_per_transaction: '256',
  shared_buffers: '128MB',
  max_wal_size: '1GB',
  checkpoint_timeout: '15min',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_parallel_workers_per_gather: '0',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
};

export interface RunningServer {
  readonly child: ChildProcess;
  stop(): Promise<void>;
}

/** The server could not start because somebody took the port in the meantime. */
export class PortTaken extends Error {
  override readonly name = 'PortTaken';
}

/** Starts the server and returns when it answers. Throws with the end of its log when it does not come up. */
export async function startServer(
  postgres: string,
  cluster: Cluster,
  user: OsUser,
  port: number,
): Promise<RunningServer> {
  await boundLog(cluster.logFile);
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const log = await open(cluster.logFile, 'a', 0o600);
  const logStart = (await log.stat()).size;
  const child = spawn(postgres, ['-D', cluster.folder, '-p', String(port), ...settings], {
    ...user,
    detached: true,
    cwd: '/',
    env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['ignore', log.fd, log.fd],
  });
  // The server must not keep our process from ending; its connections do while they are used.
  child.unref();
  await once(child, 'spawn').finally(() => log.close());
  const server = { child, stop: () => stopChild(child) };
  try {
    await untilReady(child, cluster, port);
  } catch (cause) {
    await server.stop();
    const said = (await readFile(cluster.logFile)).subarray(logStart).toString('utf8').slice(-LOG_TAIL_CHARS);
    const message = `the embedded database server did not start (log: ${cluster.logFile}): ${said}`;
    throw said.includes('could not bind') ? new PortTaken(message, { cause }) : new Error(message, { cause });
  }
  return server;
}

/** A connection string for a database of the cluster. */
export function urlOf(cluster: Cluster, port: number, database: string): string {
  return `postgres://${SUPERUSER}:${cluster.password}@127.0.0.1:${port}/${database}`;
}

async function untilReady(child: ChildProcess, cluster: Cluster, port: number): Promise<void> {
  const untilMs = Date.now() + READY_MS_MAX;
  for (;;) {
    if (hasEnded(child)) throw new Error('the server program ended');
    const client = new pg.Client({
      connectionString: urlOf(cluster, port, 'postgres'),
      connectionTimeoutMillis: READY_CONNECT_MS_MAX,
    });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      client.connection.stream.destroy();
      if (Date.now() > untilMs) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, READY_POLL_MS));
  }
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (hasEnded(child) || child.pid === undefined) return;
  child.ref();
  const exited = once(child, 'exit');
  await Promise.all([exited, stopServer(child.pid)]);
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function boundLog(logFile: string): Promise<void> {
  const size = await stat(logFile).then((found) => found.size, () => 0);
  if (size > LOG_BYTES_MAX) await truncate(logFile, 0);
}
