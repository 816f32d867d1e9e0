/**
 * A snapshot that the medium has spoilt. Two always stay so that one may be damaged, and before there are two the whole journal is there:
 * so one is, and no other until that one is gone.
 */

import { snapshotFiles } from '../engine/snapshot/snapshot-file.ts';
import { SNAPSHOT_DIR } from './world/folders.ts';
import type { Random } from './world/random.ts';
import type { SimulatedDisk } from './world/simulated-disk.ts';

const NEWEST = 0.7;

/** Returns its name, or undefined where none may be. */
export async function spoilSnapshot(disk: SimulatedDisk, random: Random): Promise<string | undefined> {
  const names = await snapshotFiles(SNAPSHOT_DIR, disk);
  const name = random.chance(NEWEST) ? names[0] : names[1];
  if (name === undefined || names.some((known) => disk.isDamaged(`${SNAPSHOT_DIR}/${known}`))) return undefined;
  disk.damage(`${SNAPSHOT_DIR}/${name}`, random.next);
  return name;
}
