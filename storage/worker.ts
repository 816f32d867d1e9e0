/**
 * Entry of the storage worker thread: the storage agent, the database of `workerData`, the parent's message port.
 *
 * It owns nothing but these ends. Started with `new Worker(new URL('../storage/worker.js', import.meta.url))`.
 */

import { parentPort, workerData } from 'node:worker_threads';
import { pgConnect } from './pg-database.ts';
import { SpillFolder } from './spill-disk.ts';
import { StorageAgent } from './storage-agent.ts';
import type { FromStorageWorker, StorageWorkerData, ToStorageWorker } from './worker-messages.ts';

const port = parentPort;
if (port === null) throw new Error('storage/worker is the entry of a worker thread');

const { rowRings, appliedSequences, durableSequence, journalId, databaseUrl, spillFolder } = workerData as StorageWorkerData;
const agent = new StorageAgent({
  rowRings,
  appliedSequences,
  ...(durableSequence === undefined ? {} : { durableSequence }),
  journalId,
  connect: pgConnect(databaseUrl),
  spillDisk: new SpillFolder(spillFolder),
  post: (message: FromStorageWorker) => port.postMessage(message),
});

port.on('message', (message: ToStorageWorker) => agent.onMessage(message));
await agent.run();
port.close();
