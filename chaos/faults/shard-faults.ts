/** How a shard is killed from outside: a word in a file, which shard-fault.ts in the service obeys. */

import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

export const SHARD_FAULTS_VARIABLE = 'EXECMON_CHAOS_FAULTS';
export const SHARD_FAULTS = ['throw', 'heap', 'hang'] as const;
export type ShardFault = (typeof SHARD_FAULTS)[number];

/** The id of an order that no shard survives. */
export const POISON = 'chaos-poison';

/** To be loaded before the service. */
export const SHARD_FAULT_MODULE = new URL('./shard-fault.js', import.meta.url).href;

/** What the service must find around it. Its heaps are small, so that one is soon full. */
export function shardFaultEnvironment(folder: string): Record<string, string> {
  return { [SHARD_FAULTS_VARIABLE]: folder, NODE_OPTIONS: '--max-old-space-size=256' };
}

/** The shard dies of it with its next record. */
export async function killShard(folder: string, shard: number, how: ShardFault): Promise<void> {
  const file = join(folder, `shard-${shard}`);
  // Whole or not at all: it is looked for all the time.
  await writeFile(`${file}.new`, how);
  await rename(`${file}.new`, file);
}
