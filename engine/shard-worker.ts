/**
 * The thread of one shard: learns what is known, then works off its mailbox until it is told to stop. Before it is told which shard
 * it is it loads code, a spare also that of a rebuild.
 */

import { once } from 'node:events';
import { parentPort, workerData } from 'node:worker_threads';

import type { ShardBegin, ShardChannels, ShardMessage, ShardWorkerData } from './shard/channels.ts';
import type { ShardAgent } from './shard/shard-agent.ts';
import { ShardRings } from './shard/shard-rings.ts';
import { loadShard } from './snapshot/snapshot.ts';

const port = parentPort;
if (port === null) throw new Error('shard-worker.ts runs as a worker thread');
const post = (message: ShardMessage): void => port.postMessage(message);

// Half as much code again, which a start does not wait for.
const loadRebuild = () => import('./snapshot/shard-rebuild.ts');
if ((workerData as ShardWorkerData).isSpare) await loadRebuild();
const [{ channels, snapshotPath, practice }] = (await once(port, 'message')) as [ShardBegin];
const rings = new ShardRings(channels, post);

async function knowingAgent(): Promise<ShardAgent> {
  warmUp(practice);
  if (channels.rebuild !== undefined) {
    const { rebuildShard } = await loadRebuild();
    const { agent } = await rebuildShard(rings.newEngine, channels, channels.rebuild, () => (rings.beat(), rings.ringDoorbell()), () => post({ type: 'near' }));
    post({ type: 'rebuilt' });
    return agent;
  }
  const { shard, agent } = rings.newEngine();
  if (snapshotPath !== undefined) agent.reach((await loadShard(snapshotPath, shard, channels)).sequence);
  return agent;
}

/** Engines of which nothing is kept. They are made before the first one works, as they are where the real one is made. */
function warmUp(practice: readonly ShardChannels[]): void {
  const all = practice.map((each) => new ShardRings(each, post)).map((each) => ({ rings: each, agent: each.newEngine().agent }));
  for (const each of all) each.rings.run(each.agent);
}

rings.run(await knowingAgent());
post({ type: 'stopped' });
