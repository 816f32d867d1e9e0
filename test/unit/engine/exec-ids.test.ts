/** The arena of exec_ids against strings: kept, given back, and compared as strings compare. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from '../../support/properties.ts';

import { ExecIds } from '../../../engine/orders/exec-ids.ts';

/** UTF-8 and UTF-16 put the last two the other way round. */
const UNITS = ['a', 'b', 'B', '0', '\u007f', '\u0080', 'é', '\u{1f600}', '\uffee'];
const id = fc.string({ unit: fc.constantFrom(...UNITS), minLength: 1, maxLength: 12 });

describe('exec_ids as bytes', () => {
  test('each stands under its place until it is released, whatever comes and goes', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ id: fc.oneof(id, fc.constant('x'.repeat(128))), releases: fc.boolean(), pick: fc.nat() }), { maxLength: 200 }), (steps) => {
        const ids = new ExecIds();
        const held: { place: number; id: string }[] = [];
        for (const step of steps) {
          held.push({ place: ids.keepText(step.id), id: step.id });
          if (step.releases) ids.release(held.splice(step.pick % held.length, 1)[0]!.place);
          for (const { place, id: text } of held) assert.equal(ids.text(place), text);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('compares as strings do', () => {
    const ids = new ExecIds();
    fc.assert(fc.property(id, id, (a, b) => assert.equal(ids.isBelow(ids.keepText(a), ids.keepText(b)), a < b)), { numRuns: 2_000 });
  });

  test('bytes that were released are used again', () => {
    const ids = new ExecIds();
    const places = new Set<number>();
    for (let i = 0; i < 100_000; i++) {
      const place = ids.keepText(`broker-3-${String(i).padStart(11, '0')}`);
      places.add(place);
      ids.release(place);
    }
    assert.equal(places.size, 1);
  });
});
