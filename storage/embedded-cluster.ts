/**
 * The folder of the embedded database: the cluster, its password, the server's log.
 *
 *     DATA_DIR/postgres/password    of the database superuser, readable by us only
 *     DATA_DIR/postgres/cluster/    the server's own folder, belongs to the OS user it runs as
 *     DATA_DIR/postgres/server.log  what the server has to say
 *
 * It owns making them. `initdb` works in a folder of another name, which is renamed when all is done: a cluster that is
 * there is complete, and what a kill during initdb leaves is thrown away on the next start.
 */

import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, open, readFile, readdir, rename, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { PostgresBinaries } from './embedded-binaries.ts';
import { giveTo, openForPassage, requireReachable, type OsUser } from './embedded-os-user.ts';

const run = promisify(execFile);
const OUTPUT_BYTES_MAX = 1 << 20;
/** For a folder in which an initdb of an earlier start still makes files. */
const REMOVE_RETRIES_MAX = 5;

export const SUPERUSER = 'postgres';

export interface Cluster {
  readonly folder: string;
  readonly password: string;
  readonly logFile: string;
}

/** Opens the cluster under a data folder, and makes it first when there is none. */
export async function openCluster(
  dataDir: string,
  binaries: PostgresBinaries,
  user: OsUser,
  log: (message: string) => void,
): Promise<Cluster> {
  const home = join(resolve(dataDir), 'postgres');
  const folder = join(home, 'cluster');
  await mkdir(home, { recursive: true, mode: 0o755 });
  await openForPassage(user, resolve(dataDir));
  await openForPassage(user, home);
  await requireReachable(user, home, 'the data folder');
  await requireReachable(user, dirname(binaries.postgres), 'the programs in');
  // An empty folder is what a volume mounted there looks like; anything else that is no cluster is not ours to remove.
  await rmdir(folder).catch(() => {});
  if (await exists(folder)) await requireVersion(folder, binaries);
  else await initialise(home, folder, binaries, user, log);
  return { folder, password: await readPassword(home), logFile: join(home, 'server.log') };
}

async function initialise(
  home: string,
  folder: string,
  binaries: PostgresBinaries,
  user: OsUser,
  log: (message: string) => void,
): Promise<void> {
  for (const name of await readdir(home)) {
    if (!name.includes('.unfinished-')) continue;
    log(`${join(home, name)} was left by a start that was cut off: removing it`);
    await rm(join(home, name), { recursive: true, force: true, maxRetries: REMOVE_RETRIES_MAX });
  }
  // A name of its own each time: an initdb that outlived its service must not write into the folder of the next.
  const attempt = randomBytes(6).toString('hex');
  const unfinished = join(home, `cluster.unfinished-${attempt}`);
  const passwordForInitdb = join(home, `password.unfinished-${attempt}`);
  log(`making a new database in ${folder}`);
  const password = randomBytes(24).toString('hex');
  await writeFile(join(home, 'password'), password, { mode: 0o600, flush: true });
  try {
    await writeFile(passwordForInitdb, password, { mode: 0o600 });
    await giveTo(user, passwordForInitdb);
    await mkdir(unfinished, { mode: 0o700 });
    await giveTo(user, unfinished);
    const options = ['--encoding=UTF8', '--locale=C', '--auth=scram-sha-256', `--username=${SUPERUSER}`, '--no-instructions'];
    await run(binaries.initdb, [`--pgdata=${unfinished}`, `--pwfile=${passwordForInitdb}`, ...options], {
      ...user,
      cwd: '/',
      env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' },
      maxBuffer: OUTPUT_BYTES_MAX,
    });
  } catch (cause) {
    const { stderr } = cause as { stderr?: string };
    throw new Error(`initdb failed in ${home}: ${stderr ?? String(cause)}`, { cause });
  } finally {
    await rm(passwordForInitdb, { force: true });
  }
  await rename(unfinished, folder);
  // initdb has synced what is in it; its name and the password's survive a power cut from here on.
  await syncFolder(home);
}

async function syncFolder(folder: string): Promise<void> {
  const directory = await open(folder, 'r');
  await directory.sync();
  await directory.close();
}

async function requireVersion(folder: string, binaries: PostgresBinaries): Promise<void> {
  const theirs = (await readFile(join(folder, 'PG_VERSION'), 'utf8').catch(() => '')).trim();
  if (theirs === '') throw new Error(`${folder} is there but holds no database: move it away`);
  const { stdout } = await run(binaries.postgres, ['--version']);
  const ours = /(\d+)/.exec(stdout)?.[1];
  if (theirs !== ours) {
    throw new Error(`the database in ${folder} was made by PostgreSQL ${theirs}, but this is ${String(ours)}: upgrade it with pg_upgrade or start on a new data folder`);
  }
}

async function readPassword(home: string): Promise<string> {
  const file = join(home, 'password');
  const password = await readFile(file, 'utf8').catch(() => '');
  if (password === '') throw new Error(`${file} is missing or empty: restore it, or move ${home} away to begin with a new database`);
  return password.trim();
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(() => true, () => false);
}
