/**
 * Ends what an earlier run left on a cluster folder: a server that outlived its service, or its stale lock file.
 *
 * It owns that decision and nothing that runs. A process is only signalled when it works in that very folder (a server
 * and its children have the cluster folder as working directory), so a reused process id harms nobody.
 */

import { execFile } from 'node:child_process';
import { readFile, readdir, readlink, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const FAST_STOP_MS_MAX = 30_000;
const IMMEDIATE_STOP_MS_MAX = 10_000;
const ORPHANS_MS_MAX = 10_000;
const POLL_MS = 20;

/**
 * Makes the folder free for a new server: a running one is shut down in order, children without a server are waited
 * for, and a lock file that names a foreign process is removed. Throws when the old server does not end.
 */
export async function takeOver(clusterFolder: string, log: (message: string) => void): Promise<void> {
  const folder = await realpath(clusterFolder);
  const lockFile = join(folder, 'postmaster.pid');
  const pid = await pidIn(lockFile);
  if (pid !== undefined && isAlive(pid)) {
    if (await isServerOf(pid, folder)) {
      log(`an earlier run left its database server running (pid ${pid}): stopping it`);
      await stopServer(pid);
    } else {
      log(`${lockFile} names process ${pid}, which is no server of this folder: removing the stale file`);
      await waitForOrphans(folder);
      await rm(lockFile, { force: true });
    }
  }
  await waitForOrphans(folder);
}

/** Ends a server by its process id: first in order (SIGINT), then at once (SIGQUIT), which costs a recovery. */
export async function stopServer(pid: number): Promise<void> {
  signal(pid, 'SIGINT');
  if (await ends(pid, FAST_STOP_MS_MAX)) return;
  signal(pid, 'SIGQUIT');
  if (await ends(pid, IMMEDIATE_STOP_MS_MAX)) return;
  throw new Error(`the database server with pid ${pid} does not end: end it by hand`);
}

async function pidIn(lockFile: string): Promise<number | undefined> {
  const text = await readFile(lockFile, 'utf8').catch(() => '');
  // A standalone backend writes its process id negated.
  const pid = Math.abs(Number.parseInt(text, 10));
  return Number.isSafeInteger(pid) && pid > 0 ? pid : undefined;
}

/** Whether a process is a PostgreSQL server on exactly this folder. */
async function isServerOf(pid: number, folder: string): Promise<boolean> {
  if (process.platform === 'linux') return isPostgresIn(pid, folder);
  const command = await run('ps', ['-o', 'command=', '-p', String(pid)]).catch(() => ({ stdout: '' }));
  return command.stdout.includes('postgres') && command.stdout.includes(folder);
}

async function isPostgresIn(pid: number | string, folder: string): Promise<boolean> {
  try {
    const [workingFolder, name] = await Promise.all([readlink(`/proc/${pid}/cwd`), readFile(`/proc/${pid}/comm`, 'utf8')]);
    return workingFolder === folder && name.startsWith('postgres');
  } catch {
    return false;
  }
}

/** Children of a killed server notice within moments; while one works on the folder no new server may start. */
async function waitForOrphans(folder: string): Promise<void> {
  if (process.platform !== 'linux') return;
  const untilMs = Date.now() + ORPHANS_MS_MAX;
  for (;;) {
    const orphans = await postgresProcessesIn(folder);
    if (orphans.length === 0) return;
    if (Date.now() > untilMs) throw new Error(`processes ${orphans.join(', ')} of an earlier database server on ${folder} do not end: end them by hand`);
    await delay(POLL_MS);
  }
}

async function postgresProcessesIn(folder: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(pids.map((pid) => isPostgresIn(pid, folder)));
  return pids.filter((_, index) => found[index]);
}

async function ends(pid: number, withinMs: number): Promise<boolean> {
  const untilMs = Date.now() + withinMs;
  while (isAlive(pid)) {
    if (Date.now() > untilMs) return false;
    await delay(POLL_MS);
  }
  return true;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
