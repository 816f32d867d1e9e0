/** The life of the embedded server: data that stays, kills of every kind, folders that are closed. */

import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../../storage/embedded.ts';
import { pgConnect } from '../../../storage/pg-database.ts';
import { makeDataDir, select } from './databases.ts';

const SERVICE = fileURLToPath(new URL('./embedded-service.js', import.meta.url));
const ROOT_ONLY = process.getuid?.() === 0 ? {} : { skip: 'only root starts the server as another user' };
const NOBODY_ID = 65_534;
const WAIT_MS_MAX = 15_000;

const servers = new Set<number>();

/** The server of a data folder by its own lock file; remembered, to be ended with the tests whatever happens. */
async function serverPid(dataDir: string): Promise<number> {
  const pid = Number.parseInt(await readFile(join(dataDir, 'postgres/cluster/postmaster.pid'), 'utf8'), 10);
  servers.add(pid);
  return pid;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function startService(dataDir: string, ids: { uid?: number; gid?: number } = {}): Promise<{ service: ChildProcess; databaseUrl: string }> {
  const service = spawn(process.execPath, [SERVICE, dataDir], { ...ids, detached: true, cwd: '/', stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(service.stdout!, 'data')) as [Buffer];
  return { service, databaseUrl: line.toString().trim() };
}

async function kill(service: ChildProcess): Promise<void> {
  service.kill('SIGKILL');
  await once(service, 'exit');
}

const notes = async (databaseUrl: string): Promise<unknown[]> =>
  (await select(pgConnect(databaseUrl), 'SELECT text FROM note ORDER BY text')).map((row) => row['text']);

after(() => {
  for (const pid of servers) if (isAlive(pid)) process.kill(pid, 'SIGQUIT');
});

describe('one data folder through many lives', () => {
  let dataDir: string;
  const logged: string[] = [];
  const start = (): Promise<EmbeddedPostgres> => startEmbeddedPostgres({ dataDir, log: (message) => logged.push(message) });

  before(async () => {
    dataDir = await makeDataDir();
  });
  after(() => rm(dataDir, { recursive: true, force: true }));

  test('a first start makes a UTF-8 database on loopback only, with a password that is ours alone', async () => {
    const server = await start();
    const [facts] = await select(pgConnect(server.databaseUrl), `
      SELECT current_database() AS name, pg_encoding_to_char(encoding) AS encoding, datcollate AS collate,
             current_setting('listen_addresses') AS addresses, current_setting('unix_socket_directories') AS sockets,
             current_setting('TimeZone') AS zone, current_setting('synchronous_commit') AS synchronous
      FROM pg_database WHERE datname = current_database()`);
    assert.deepEqual(facts, {
      name: 'execution_monitor', encoding: 'UTF8', collate: 'C', addresses: '127.0.0.1', sockets: '', zone: 'UTC', synchronous: 'on',
    });
    const password = await stat(join(dataDir, 'postgres/password'));
    assert.equal(password.mode & 0o777, 0o600);
    assert.equal(password.uid, process.getuid?.());
    const wrong = new URL(server.databaseUrl);
    wrong.password = 'wrong';
    await assert.rejects(select(pgConnect(wrong.href), 'SELECT'), /password authentication failed/);
    await select(pgConnect(server.databaseUrl), `CREATE TABLE note AS SELECT 'first' AS text`);
    await serverPid(dataDir);
    await server.stop();
  });

  test('what was written is there after a stop and a start; stopping twice does no harm', async () => {
    const server = await start();
    assert.deepEqual(await notes(server.databaseUrl), ['first']);
    const pid = await serverPid(dataDir);
    await server.stop();
    await server.stop();
    assert.equal(isAlive(pid), false);
  });

  test('a lock file that names a living process of somebody else is no obstacle', async () => {
    await writeFile(join(dataDir, 'postgres/cluster/postmaster.pid'), `${process.pid}\n${join(dataDir, 'postgres/cluster')}\n`);
    const server = await start();
    assert.deepEqual(await notes(server.databaseUrl), ['first']);
    await server.stop();
    assert(logged.some((message) => message.includes(`names process ${process.pid}, which is no server of this folder`)));
  });

  test('a kill of service and server at once leaves a lock file, which is no obstacle', async () => {
    const { service, databaseUrl } = await startService(dataDir);
    await select(pgConnect(databaseUrl), `INSERT INTO note VALUES ('before the kill')`);
    const pid = await serverPid(dataDir);
    await kill(service);
    process.kill(pid, 'SIGKILL');
    const server = await start();
    assert.deepEqual(await notes(server.databaseUrl), ['before the kill', 'first']);
    await server.stop();
  });

  test('a server that outlived its service, and a Ctrl-C to the whole group, is taken over', async () => {
    const { service, databaseUrl } = await startService(dataDir);
    process.kill(-service.pid!, 'SIGINT');
    await select(pgConnect(databaseUrl), `INSERT INTO note VALUES ('outlived')`);
    const pid = await serverPid(dataDir);
    await kill(service);
    assert.equal(isAlive(pid), true);
    const server = await start();
    assert.equal(isAlive(pid), false);
    assert.notEqual(await serverPid(dataDir), pid);
    assert.deepEqual(await notes(server.databaseUrl), ['before the kill', 'first', 'outlived']);
    assert(logged.some((message) => message.includes(`left its database server running (pid ${pid})`)));
    await server.stop();
  });

  test('a server that is killed under the service comes back at the same URL', async () => {
    const server = await start();
    process.kill(await serverPid(dataDir), 'SIGKILL');
    const untilMs = Date.now() + WAIT_MS_MAX;
    const recovered = async (): Promise<boolean> => notes(server.databaseUrl).then((found) => found.length === 3, () => false);
    while (!(await recovered())) {
      assert(Date.now() < untilMs, `the server did not come back: ${logged.join('; ')}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const pid = await serverPid(dataDir);
    await server.stop();
    assert.equal(isAlive(pid), false);
  });

  test('a start without its password, or on a cluster of another version, says what to do', async () => {
    const password = await readFile(join(dataDir, 'postgres/password'), 'utf8');
    await rm(join(dataDir, 'postgres/password'));
    await assert.rejects(start(), /postgres\/password is missing or empty: restore it/);
    await writeFile(join(dataDir, 'postgres/password'), password, { mode: 0o600 });
    await writeFile(join(dataDir, 'postgres/cluster/PG_VERSION'), '15\n');
    await assert.rejects(start(), /made by PostgreSQL 15, but this is 18/);
  });
});

test('what a kill during initdb left is thrown away and made again', async () => {
  const dataDir = await makeDataDir();
  try {
    const cutOff = spawn(process.execPath, [SERVICE, dataDir], { detached: true, cwd: '/', stdio: 'ignore' });
    const filesIn = async (folder: string): Promise<string[]> => readdir(folder, { recursive: true }).catch(() => []);
    const home = join(dataDir, 'postgres');
    const halfDone = /^cluster\.unfinished-[^/]+\/PG_VERSION$/;
    while (!(await filesIn(home)).some((file) => halfDone.test(file))) await new Promise((resolve) => setTimeout(resolve, 5));
    // initdb is in its service's process group: this ends both.
    process.kill(-cutOff.pid!, 'SIGKILL');
    await once(cutOff, 'exit');
    assert((await filesIn(home)).some((file) => halfDone.test(file)));
    const logged: string[] = [];
    const server = await startEmbeddedPostgres({ dataDir, log: (message) => logged.push(message) });
    await serverPid(dataDir);
    await server.stop();
    assert(logged.some((message) => message.includes('cut off')));
    assert.deepEqual((await readdir(home)).sort(), ['cluster', 'password', 'server.log']);
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});

test('a parent folder that the server cannot enter is named, with what to do', ROOT_ONLY, async () => {
  const parent = await makeDataDir();
  try {
    await chmod(parent, 0o700);
    const dataDir = join(parent, 'open/data');
    await mkdir(dataDir, { recursive: true });
    await assert.rejects(startEmbeddedPostgres({ dataDir, log: () => {} }), (error: Error) => {
      assert(error.message.includes(`cannot enter the folder ${parent} (mode 0700)`), error.message);
      assert(error.message.includes(`run "chmod o+x ${parent}"`), error.message);
      return true;
    });
  } finally {
    await rm(parent, { recursive: true, force: true });
  }
});

test('an ordinary user runs the server as itself', ROOT_ONLY, async () => {
  const dataDir = await makeDataDir();
  try {
    await chown(dataDir, NOBODY_ID, NOBODY_ID);
    const { service, databaseUrl } = await startService(dataDir, { uid: NOBODY_ID, gid: NOBODY_ID });
    assert.deepEqual(await select(pgConnect(databaseUrl), 'SELECT 1 AS one'), [{ one: 1 }]);
    const pid = await serverPid(dataDir);
    assert.match(await readFile(`/proc/${pid}/status`, 'utf8'), new RegExp(`^Uid:\\s+${NOBODY_ID}\\s`, 'm'));
    await kill(service);
    process.kill(pid, 'SIGINT');
    while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 10));
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
});
