/** A process and all that it started, however deep, by their ids; signals go to those and to nobody else. */

import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const GONE_MS_MAX = 15_000;
const POLL_MS = 5;

/** The process first, then its children and theirs. Processes that have ended are left out. */
export function processTree(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = statOf(Number(name));
    if (stat === undefined || stat.state === 'Z') continue;
    children.set(stat.parent, [...(children.get(stat.parent) ?? []), Number(name)]);
  }
  const tree = [pid];
  for (let i = 0; i < tree.length; i++) tree.push(...(children.get(tree[i]!) ?? []));
  return tree;
}

/** Processes that work in a folder of ours or below it: a database server that outlived its service. */
export function processesIn(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => `${workingFolderOf(pid)}/`.startsWith(`${folder}/`));
}

export function signalAll(pids: readonly number[], signal: NodeJS.Signals): void {
  for (const pid of pids) {
    try {
      process.kill(pid, signal);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

/** Rejects when one of them does not end. */
export async function allGone(pids: readonly number[]): Promise<void> {
  for (const untilMs = performance.now() + GONE_MS_MAX; ; await sleep(POLL_MS)) {
    const left = pids.filter((pid) => ![undefined, 'Z', 'X'].includes(statOf(pid)?.state));
    if (left.length === 0) return;
    if (performance.now() > untilMs) throw new Error(`processes ${left.join(', ')} do not end`);
  }
}

/** Resident memory of a process, bytes; NaN when it is gone. */
export function residentBytes(pid: number): number {
  try {
    return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1_024;
  } catch {
    return Number.NaN;
  }
}

function workingFolderOf(pid: number): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return '';
  }
}

function statOf(pid: number): { readonly state: string; readonly parent: number } | undefined {
  try {
    // The name in field 2 may hold spaces; what follows its closing parenthesis does not.
    const [state, parent] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
    return { state: state!, parent: Number(parent) };
  } catch {
    return undefined;
  }
}
