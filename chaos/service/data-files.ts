/** What is in the data folder of a service, seen from outside, and the process that makes a snapshot of it. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Paths of the snapshots that have their name, newest first. */
export function snapshotsIn(dataDir: string): string[] {
  return namesIn(join(dataDir, 'snapshots'), '.snapshot').reverse().map((name) => join(dataDir, 'snapshots', name));
}

/** Names of all that is there of snapshots, also of one that is being written. */
export function snapshotFilesIn(dataDir: string): string[] {
  return namesIn(join(dataDir, 'snapshots'), '');
}

/** The first sequence that the journal has; NaN without a segment. */
export function journalBegin(dataDir: string): number {
  return Number.parseInt(namesIn(join(dataDir, 'journal'), '.journal')[0] ?? '', 10);
}

/** Whether one of these processes makes a snapshot. */
export function isMakingSnapshot(pids: readonly number[]): boolean {
  return pids.some((pid) => commandOf(pid).includes('make-snapshot.js'));
}

function namesIn(folder: string, ending: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(ending)).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** Empty when it is gone. */
function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}
