/**
 * A data folder that outlives its services: for tests that kill a service and start another one on what it left.
 *
 * `remove` also ends the embedded database that a dead service left running in it, found by the folder's own pid file.
 */
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const END_MS_MAX = 10_000;

export interface DataFolder {
  readonly path: string;
  remove(): Promise<void>;
}

export async function makeDataFolder(): Promise<DataFolder> {
  const path = await mkdtemp(join(tmpdir(), 'execution-monitor-'));
  await chmod(path, 0o755);
  return {
    path,
    async remove() {
      await endDatabaseIn(path);
      await rm(path, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

/** The process id of the database server that runs in a data folder, or undefined. */
export async function databasePidIn(dataDir: string): Promise<number | undefined> {
  const folder = join(dataDir, 'postgres', 'cluster');
  try {
    const pid = Number((await readFile(join(folder, 'postmaster.pid'), 'utf8')).split('\n')[0]);
    const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8');
    return commandLine.includes(dataDir) ? pid : undefined;
  } catch {
    return undefined;
  }
}

async function endDatabaseIn(dataDir: string): Promise<void> {
  const pid = await databasePidIn(dataDir);
  if (pid === undefined) return;
  process.kill(pid, 'SIGINT');
  for (const deadlineMs = performance.now() + END_MS_MAX; performance.now() < deadlineMs; await sleep(50)) {
    if ((await databasePidIn(dataDir)) === undefined) return;
  }
  process.kill(pid, 'SIGKILL');
}
