/**
 * CPU time of processes as the kernel counts it, user and system together, in hundredths of a second (Linux, /proc).
 *
 * It tells who was busy: a generator near one second a second has measured itself. `others` is what the machine did
 * besides the processes of the run; where it is not near 0 somebody else was working and the figures are worth less.
 */

import { readdirSync, readFileSync } from 'node:fs';

/** USER_HZ: 100 on every Linux that Node.js runs on. */
const TICKS_PER_SECOND = 100;
/** Of the fields behind the command's name in /proc/PID/stat, see proc(5). */
const PARENT_FIELD = 1;
const USER_FIELD = 11;
const SYSTEM_FIELD = 12;
const WAITED_USER_FIELD = 13;
const WAITED_SYSTEM_FIELD = 14;
/** Of the line `cpu` in /proc/stat: user, nice, system, then idle and iowait, then irq, softirq, steal. */
const MACHINE_BUSY_FIELDS = [0, 1, 2, 5, 6, 7];

/** Seconds by the name of who used them. */
export type CpuSeconds = Readonly<Record<string, number>>;
/** Reads what a party has used since its start. */
export type CpuReaders = Readonly<Record<string, () => number>>;

/** All threads of a process. */
export function processCpu(pid: number): number {
  const fields = statFields(`/proc/${pid}/stat`);
  return fields === undefined ? 0 : (fields[USER_FIELD]! + fields[SYSTEM_FIELD]!) / TICKS_PER_SECOND;
}

/** One thread of a process alone; its main thread has the number of the process. */
export function threadCpu(pid: number, threadId: number): number {
  const fields = statFields(`/proc/${pid}/task/${threadId}/stat`);
  return fields === undefined ? 0 : (fields[USER_FIELD]! + fields[SYSTEM_FIELD]!) / TICKS_PER_SECOND;
}

/** A process and its children, those that have ended included. */
export function familyCpu(pid: number): number {
  const fields = statFields(`/proc/${pid}/stat`);
  if (fields === undefined) return 0;
  const ended = (fields[WAITED_USER_FIELD]! + fields[WAITED_SYSTEM_FIELD]!) / TICKS_PER_SECOND;
  return childrenOf(pid).reduce((sum, child) => sum + processCpu(child), processCpu(pid) + ended);
}

/** The processes that a process has started and that have not ended. */
export function childrenOf(pid: number): number[] {
  return readdirSync('/proc').filter((name) => /^\d+$/.test(name) && statFields(`/proc/${name}/stat`)?.[PARENT_FIELD] === pid).map(Number);
}

/** Starts counting; the function it returns tells what each has used since then, and `others`. */
export function countCpu(readers: CpuReaders, isPartOf: Readonly<Record<string, string>>): () => CpuSeconds {
  const read = (): Record<string, number> => Object.fromEntries(Object.entries(readers).map(([name, reader]) => [name, reader()]));
  const before = read();
  const machineBefore = machineCpu();
  return () => {
    const after = read();
    const used = Object.fromEntries(Object.entries(after).map(([name, seconds]) => [name, rounded(seconds - before[name]!)]));
    const ours = Object.entries(used).reduce((sum, [name, seconds]) => sum + (name in isPartOf ? 0 : seconds), 0);
    return { ...used, others: rounded(Math.max(0, machineCpu() - machineBefore - ours)) };
  };
}

function machineCpu(): number {
  const fields = readFileSync('/proc/stat', 'latin1').split('\n', 1)[0]!.trim().split(/\s+/).slice(1).map(Number);
  return MACHINE_BUSY_FIELDS.reduce((sum, field) => sum + fields[field]!, 0) / TICKS_PER_SECOND;
}

/** The fields behind the name, which may itself contain blanks and brackets; undefined when the process has gone. */
function statFields(path: string): number[] | undefined {
  try {
    const stat = readFileSync(path, 'latin1');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ').map(Number);
  } catch {
    return undefined;
  }
}

const rounded = (seconds: number): number => Math.round(seconds * TICKS_PER_SECOND) / TICKS_PER_SECOND;
