/**
 * The journal on a disk that fails: whatever is cut, lost or full, what was durable is found again, in order and whole, and
 * nothing that was not appended. A disk that lies about its syncs loses something: this check can fail.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import fc from '../support/properties.ts';

import { DiskFull } from '../../engine/journal/disk.ts';
import { Journal } from '../../engine/journal/journal.ts';
import { seededRandom } from '../support/seeded-random.ts';
import { SimulatedDisk } from '../../sim/world/simulated-disk.ts';

const RUNS = Number(process.env['EXECMON_PROPERTY_RUNS'] ?? 400);
const FOLDER = '/journal';
/** So small that a life has many segments. */
const SEGMENT_BYTES_MAX = 4_096;

/** Some are longer than a sector, so that a round can have a hole. */
const payload = (no: number): Buffer => Buffer.alloc(8 * (1 + ((no * 37) % 200)), 1 + (no % 255));

type Step = { readonly frames: number; readonly then: 'wait' | 'go_on' | 'cut' | 'kill' | 'full' | 'fail' };
const STEPS = fc.array(
  fc.record({
    frames: fc.integer({ min: 1, max: 6 }),
    then: fc.oneof(
      { weight: 4, arbitrary: fc.constant('wait' as const) },
      { weight: 4, arbitrary: fc.constant('go_on' as const) },
      { weight: 2, arbitrary: fc.constant('cut' as const) },
      { weight: 1, arbitrary: fc.constant('kill' as const) },
      { weight: 1, arbitrary: fc.constant('full' as const) },
      { weight: 1, arbitrary: fc.constant('fail' as const) },
    ),
  }),
  { minLength: 1, maxLength: 25 },
);

/** Plays a life of a journal. Throws where something durable is not found, or something found was never appended. */
async function live(steps: readonly Step[], seed: number, isLying: boolean): Promise<void> {
  const random = seededRandom(seed);
  let disk = new SimulatedDisk();
  /** Payloads by their number, and how many of them are durable for sure. */
  let appended: number[] = [];
  let durable = 0;
  let next = 1;
  const open = async (): Promise<Journal> => {
    disk.isLying = isLying;
    const found: Buffer[] = [];
    const journal = await Journal.open(FOLDER, () => undefined, (segment, frame) => {
      found.push(Buffer.from(segment.bytes.subarray(frame.payloadOffset, frame.payloadOffset + frame.payloadBytes)));
    }, { disk, segmentBytesMax: SEGMENT_BYTES_MAX, clock: { nowMs: () => 0, pause: () => Promise.resolve() } });
    assert.ok(found.length >= durable, `${durable} frames were durable, ${found.length} are found`);
    assert.ok(found.length <= appended.length, 'nothing is found that was not appended');
    assert.deepEqual(found, appended.slice(0, found.length).map(payload), 'frames are found whole and in order');
    appended = appended.slice(0, found.length);
    durable = found.length;
    return journal;
  };
  const cutPower = async (): Promise<Journal> => {
    disk = disk.afterPowerCut(random);
    return open();
  };
  let journal = await open();
  for (const { frames, then } of steps) {
    if (then === 'full') disk.capacityBytes = Math.floor(random() * 20_000);
    if (then === 'fail') disk.failingSyncs = 1;
    for (let i = 0; i < frames; i++) {
      journal.append(payload(next), 1);
      appended.push(next++);
    }
    const upTo = appended.length;
    if (then === 'go_on') journal.beginCommit();
    else if (then === 'cut' || then === 'kill') {
      journal.beginCommit();
      for (let turns = Math.floor(random() * 6); turns > 0; turns--) await Promise.resolve();
      // A process that is killed leaves what the system has in its cache; the old one must not write any more.
      if (then === 'kill') disk = disk.afterKill();
      journal = await (then === 'cut' ? cutPower() : open());
    } else {
      const outcome = await journal.durable().then(
        () => 'durable' as const,
        (error: unknown) => error,
      );
      if (outcome === 'durable') durable = upTo;
      else if (outcome instanceof DiskFull) {
        assert.ok(journal.isFull);
        assert.equal(journal.failed, undefined);
        disk.capacityBytes = Number.POSITIVE_INFINITY;
        await journal.durable();
        assert.ok(!journal.isFull, 'with room it goes on by itself');
        durable = upTo;
      } else {
        await assert.rejects(journal.durable(), 'after a failed sync nothing is durable any more');
        disk.failingSyncs = 0;
        journal = await (random() < 0.5 ? cutPower() : open());
      }
    }
    disk.capacityBytes = Number.POSITIVE_INFINITY;
    disk.failingSyncs = 0;
  }
  await cutPower();
}

test('what was durable is found again, whatever happens to the disk', async () => {
  await fc.assert(
    fc.asyncProperty(STEPS, fc.integer(), (steps, seed) => live(steps, seed, false)),
    { numRuns: RUNS },
  );
});

test('a disk that lies about its syncs is found out', async () => {
  const found = await fc.check(
    fc.asyncProperty(STEPS, fc.integer(), (steps, seed) => live(steps, seed, true)),
    { numRuns: RUNS, seed: 1 },
  );
  assert.ok(found.failed, 'no life lost anything');
});
