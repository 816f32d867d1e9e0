/** A start from the newest snapshot that is whole. Only what was damaged on purpose may be passed over. */

import type { Disk } from '../../engine/journal/disk.ts';
import type { Sequencer } from '../../engine/sequencer/sequencer.ts';
import { findSnapshot, type FoundSnapshot } from '../../engine/snapshot/find-snapshot.ts';
import { loadSequencer } from '../../engine/snapshot/snapshot.ts';
import { must } from '../auditor/violation.ts';
import { DATA_DIR } from '../world/folders.ts';
import type { VirtualTime } from '../world/virtual-time.ts';
import type { Lane } from './lane.ts';

export interface BeginOptions {
  /** As the service uses it. */
  readonly disk: Disk;
  readonly isDamaged: (path: string) => boolean;
  readonly sequencer: Sequencer;
  readonly lanes: readonly Lane[];
  readonly time: VirtualTime;
  readonly trace: (line: string) => void;
}

/** The journal behind it is read while the shards still load. */
export async function beginWithSnapshot({ disk, isDamaged, sequencer, lanes, time, trace }: BeginOptions): Promise<FoundSnapshot | undefined> {
  const onDamaged = (error: Error, path: string): void => {
    trace(`service: ${error.message}`);
    must(isDamaged(path), () => `nothing has happened to a snapshot and it cannot be read: ${error.message}`);
  };
  const snapshot = await findSnapshot(DATA_DIR, () => true, onDamaged, disk);
  if (snapshot === undefined) return undefined;
  trace(`service: goes on from the snapshot of ${snapshot.sequence}`);
  for (const [no, lane] of lanes.entries()) lane.begin(snapshot.path, no, lanes.length, disk).catch((error: unknown) => time.fail(error));
  await loadSequencer(snapshot.path, sequencer, disk);
  return snapshot;
}
