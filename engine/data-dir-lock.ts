/**
 * One service a data folder: a file with the process id and its start time, so that the file of a process that was
 * killed is no obstacle, and neither is its id when the system has given it to another process. Processes of another
 * pid namespace (two containers on one volume) do not see each other.
 */

import { linkSync, mkdirSync, readFileSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const TRIES_MAX = 5;

export class DataDirInUse extends Error {
  constructor(folder: string, pid: string) {
    super(`data folder ${folder} is used by process ${pid}`);
    this.name = 'DataDirInUse';
  }
}

/** Takes the folder, making it where it is not there; returns how to give it back. Throws DataDirInUse. */
export function lockDataDir(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'service.lock');
  const own = `${path}.${process.pid}`;
  const content = `${process.pid} ${startTimeOf(String(process.pid)) ?? ''}\n`;
  // Written under a name of its own and linked, the lock is never seen half made.
  writeFileSync(own, content);
  try {
    for (let tries = 0; tries < TRIES_MAX; tries++) {
      if (tryLink(own, path)) return () => release(path, content);
      const held = readFileSync(path, 'utf8');
      const [pid = '', startTime] = held.trim().split(' ');
      if (startTimeOf(pid) !== undefined && startTimeOf(pid) === startTime) throw new DataDirInUse(folder, pid);
      setAside(path, held);
    }
    throw new DataDirInUse(folder, 'others that start at the same time');
  } finally {
    unlinkSync(own);
  }
}

function tryLink(own: string, path: string): boolean {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Moves a stale lock away. If another starter has replaced it meanwhile, what was moved is put back. */
function setAside(path: string, stale: string): void {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if (readFileSync(aside, 'utf8') !== stale) tryLink(aside, path);
  unlinkSync(aside);
}

function release(path: string, content: string): void {
  try {
    if (readFileSync(path, 'utf8') === content) unlinkSync(path);
  } catch {
    // Gone already: nothing to give back.
  }
}

/** When a process was started, in the kernel's ticks; undefined when there is no such process, or only its remains. */
function startTimeOf(pid: string): string | undefined {
  try {
    // The name in field 2 may hold spaces; what follows its closing parenthesis does not: state, ..., start time (22).
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}
