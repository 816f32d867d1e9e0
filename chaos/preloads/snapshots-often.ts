/**
 * Loaded before the service, and before the process that makes its snapshots, by cases that cannot wait: the service makes a snapshot
 * every so many whole minutes, once there are 50,000 records more, and removes segments of 64 MiB. Here the same code does the same
 * many times a minute, whatever there is more, on small segments; and who makes a snapshot has a slow disk, so that a kill at any
 * instant meets it. These four numbers are all that is changed.
 */

import { Journal } from '../../engine/journal/journal.ts';
import { SnapshotKeeper } from '../../engine/snapshot/snapshot-keeper.ts';
import { replaceMethod } from '../mutants/replace-method.ts';
import { slowWrites } from '../mutants/slow-writes.ts';

/** The only interval of the service that is so long: of --snapshot-minutes 1. */
const SNAPSHOT_MINUTE_MS = 60_000;
const SNAPSHOT_MS = 100;
const SEGMENT_BYTES_MAX = 16 << 10;
const WRITE_MS = 12;

replaceMethod(globalThis, 'setInterval', (setInterval) => (call: unknown, ms: number, ...rest: unknown[]) => setInterval(call, ms === SNAPSHOT_MINUTE_MS ? SNAPSHOT_MS : ms, ...rest));

replaceMethod(SnapshotKeeper.prototype, 'makeOne', (makeOne) => async function () {
  const known = this.lastSequence;
  if (this.child !== undefined || this.options.upToSequence() <= known) return;
  this.lastSequence = Number.NEGATIVE_INFINITY;
  await makeOne.call(this);
  if (this.lastSequence < known) this.lastSequence = known;
});

replaceMethod(Journal, 'open', (openJournal) => function (folder: unknown, onId: unknown, onFrame: unknown, options: object = {}) {
  return openJournal.call(this, folder, onId, onFrame, { ...options, segmentBytesMax: SEGMENT_BYTES_MAX });
});

if (process.argv[1]?.endsWith('make-snapshot.js') === true) slowWrites(WRITE_MS);
