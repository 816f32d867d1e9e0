/**
 * One service a data folder: a file with the process id and its start time, so that the file of a process that was
 * killed is no obstacle, and neither is its id when the system has given it to another process.
 */

import { closeSync, mkdirSync, openSync, readFileSync, unlinkSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export class DataDirInUse extends Error {
  constructor(folder: string, pid: number) {
    super(`data folder ${folder} is used by process ${pid}`);
    this.name = 'DataDirInUse';
  }
}

/** Takes the folder, making it where it is not there; returns how to give it back. Throws DataDirInUse. */
export function lockDataDir(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'service.lock');
  const release = (): void => unlinkSync(path);
  if (tryCreate(path)) return release;
  const holder = readHolder(path);
  if (holder !== undefined && startTimeOf(holder.pid) === holder.startTime) throw new DataDirInUse(folder, holder.pid);
  unlinkSync(path);
  if (tryCreate(path)) return release;
  throw new DataDirInUse(folder, readHolder(path)?.pid ?? 0);
}

function tryCreate(path: string): boolean {
  let file: number;
  try {
    file = openSync(path, 'wx');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  writeSync(file, `${process.pid} ${startTimeOf(process.pid) ?? ''}\n`);
  closeSync(file);
  return true;
}

function readHolder(path: string): { pid: number; startTime: string | undefined } | undefined {
  const match = /^(\d+) (\d*)$/m.exec(readFileSync(path, 'utf8'));
  return match === null ? undefined : { pid: Number(match[1]), startTime: match[2] };
}

/** When a process was started, in the kernel's ticks; undefined when there is no such process. */
function startTimeOf(pid: number): string | undefined {
  try {
    // The name in field 2 may hold spaces; what follows its closing parenthesis does not. Field 22 is the start time.
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[19];
  } catch {
    return undefined;
  }
}
