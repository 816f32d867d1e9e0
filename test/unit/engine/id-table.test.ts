/** The table of ids against a Map: any texts, many of them, and growth. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from '../../support/properties.ts';

import { IdTable } from '../../../engine/sequencer/id-table.ts';

describe('the table of ids', () => {
  test('gives numbers in the order of coming and finds what it was given, as a Map would', () => {
    const text = fc.oneof(fc.string({ unit: 'grapheme', maxLength: 128 }), fc.constantFrom('', 'a', 'b', 'ab', 'é', 'e\u0301', '\u{1F680}', 'x'.repeat(300)), fc.nat(50).map(String));
    fc.assert(
      fc.property(fc.array(text, { maxLength: 200 }), fc.array(text, { maxLength: 20 }), (ids, others) => {
        const table = new IdTable();
        const model = new Map<string, number>();
        for (const id of ids) {
          assert.equal(table.find(id), model.get(id));
          if (!model.has(id)) model.set(id, model.size);
          assert.equal(table.define(id), model.get(id));
          assert.equal(table.size, model.size);
        }
        for (const id of [...ids, ...others]) assert.equal(table.find(id), model.get(id));
      }),
    );
  });

  test('300,000 ids over several blocks and many growths', () => {
    const table = new IdTable();
    const idOf = (no: number): string => (no % 5 === 0 ? `ausführung-${no}` : `EXEC-2026-03-02-${no}`);
    for (let no = 0; no < 300_000; no++) assert.equal(table.define(idOf(no)), no);
    for (let no = 0; no < 300_000; no += 7) assert.equal(table.find(idOf(no)), no);
    for (let no = 0; no < 1_000; no++) assert.equal(table.find(`none-${no}`), undefined);
  });
});
