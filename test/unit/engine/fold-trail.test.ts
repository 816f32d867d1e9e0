/** How many fills a trail knows: as many as come before one, while there is memory for it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { FOLD_TRAIL_FILLS_MAX, FOLD_TRAIL_FILLS_MIN, FOLD_TRAILS_BYTES_MAX } from '../../../engine/domain/limits.ts';
import { FoldTrail, TrailCell, TrailRoom } from '../../../engine/orders/fold-trail.ts';

/** Of one entry. */
const ENTRY_BYTES = Object.keys(TrailCell).length * 8;

function fill(trail: FoldTrail, count: number): number {
  for (let i = 0; i < count; i++) {
    // It may get other cells.
    const place = trail.push();
    trail.cells[place] = i;
  }
  return trail.length;
}

test('a trail knows the last fills, so many at first and twice as many as come before one then', () => {
  const trail = new FoldTrail(new TrailRoom());
  assert.equal(fill(trail, 5_000), FOLD_TRAIL_FILLS_MIN);
  trail.widen(1_500);
  assert.equal(trail.length, 0, 'what it knew is folded again');
  assert.equal(fill(trail, 5_000), 4_096);
  let place = trail.end;
  for (let i = 4_999; i >= 5_000 - 4_096; i--) {
    const behind = place;
    place = trail.before(place);
    assert.equal(trail.cells[place], i);
    if (i < 4_999) assert.equal(trail.after(place), behind);
  }
  trail.widen(10);
  assert.equal(fill(trail, 5_000), 4_096, 'it does not become shorter');
  trail.widen(1e9);
  assert.equal(fill(trail, 3 * FOLD_TRAIL_FILLS_MAX), FOLD_TRAIL_FILLS_MAX);
});

test('long trails of a shard share their memory; where there is none left a trail stays as it is', () => {
  const room = new TrailRoom();
  const longest = (FOLD_TRAIL_FILLS_MAX - FOLD_TRAIL_FILLS_MIN) * ENTRY_BYTES;
  const trails = Array.from({ length: Math.floor(FOLD_TRAILS_BYTES_MAX / longest) }, () => new FoldTrail(room));
  for (const trail of trails) trail.widen(FOLD_TRAIL_FILLS_MAX);
  const oneMore = new FoldTrail(room);
  oneMore.widen(FOLD_TRAIL_FILLS_MAX);
  assert.equal(fill(oneMore, FOLD_TRAIL_FILLS_MAX), FOLD_TRAIL_FILLS_MIN);
  trails[0]!.release();
  oneMore.widen(FOLD_TRAIL_FILLS_MAX);
  assert.equal(fill(oneMore, FOLD_TRAIL_FILLS_MAX), FOLD_TRAIL_FILLS_MAX);
});
