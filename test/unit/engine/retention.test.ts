/** What of snapshots and journal may go: never what a start or the history needs. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from '../../support/properties.ts';

import { removable } from '../../../engine/snapshot/retention.ts';

const HOUR_MS = 3_600_000;
const NOW_MS = 1_000 * HOUR_MS;
const snapshot = (sequence: number, hoursAgo: number) => ({ name: `s${sequence}`, sequence, madeMs: NOW_MS - hoursAgo * HOUR_MS });
const segment = (firstSequence: number) => ({ name: `j${firstSequence}`, firstSequence });
const SEGMENTS = [1, 101, 201, 301, 401].map(segment);

describe('what may go', () => {
  test('without two snapshots nothing', () => {
    assert.deepEqual(removable([snapshot(450, 0)], SEGMENTS, NOW_MS), { snapshots: [], segments: [] });
  });

  test('without history all but two snapshots, and the journal before the older of them', () => {
    const found = removable([snapshot(150, 3), snapshot(250, 2), snapshot(350, 1), snapshot(450, 0)], SEGMENTS, NOW_MS);
    assert.deepEqual(found, { snapshots: ['s250', 's150'], segments: ['j1', 'j101', 'j201'] });
  });

  test('a history of two hours keeps what was known two hours ago', () => {
    const found = removable([snapshot(50, 5), snapshot(150, 3), snapshot(250, 2.5), snapshot(350, 1), snapshot(450, 0)], SEGMENTS, NOW_MS - 2 * HOUR_MS);
    assert.deepEqual(found, { snapshots: ['s150', 's50'], segments: ['j1', 'j101'] });
  });

  test('while the history goes back to the beginning nothing', () => {
    assert.deepEqual(removable([snapshot(150, 3), snapshot(250, 2), snapshot(450, 0)], SEGMENTS, NOW_MS - 24 * HOUR_MS), { snapshots: [], segments: [] });
  });

  test('whatever there is: two snapshots stay, every moment of the history has a snapshot before it, every snapshot its journal', () => {
    const some = fc.uniqueArray(fc.integer({ min: 1, max: 1_000 }), { maxLength: 12 });
    fc.assert(
      fc.property(some, fc.uniqueArray(fc.integer({ min: 2, max: 1_100 }), { maxLength: 12 }), fc.integer({ min: 0, max: 1_000 }), (sequences, firsts, horizon) => {
        // A snapshot of a later sequence was made later.
        const snapshots = sequences.map((sequence) => ({ name: `s${sequence}`, sequence, madeMs: sequence }));
        const segments = [1, ...firsts].map(segment);
        const gone = removable(snapshots, segments, horizon);
        const kept = snapshots.filter(({ name }) => !gone.snapshots.includes(name)).sort((a, b) => a.sequence - b.sequence);
        const keptSegments = segments.filter(({ name }) => !gone.segments.includes(name)).sort((a, b) => a.firstSequence - b.firstSequence);
        assert.ok(kept.length >= Math.min(2, snapshots.length));
        if (gone.segments.length === 0) return;
        assert.ok(kept.some(({ madeMs }) => madeMs <= horizon), 'the history begins with a snapshot');
        assert.ok(keptSegments[0]!.firstSequence <= kept[0]!.sequence + 1, 'the journal behind the oldest snapshot is whole');
        assert.ok(keptSegments.every((one, place) => place === 0 || segments.filter(({ firstSequence }) => firstSequence > keptSegments[0]!.firstSequence).some((other) => other.name === one.name)));
      }),
      { numRuns: 500 },
    );
  });
});
