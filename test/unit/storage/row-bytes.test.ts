/** Bytes that come at the end and leave at the start, against a plain list of them. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from '../../support/properties.ts';
import { Memory } from '../../../engine/ring/memory.ts';
import { RowBytes } from '../../../storage/row-bytes.ts';

type Step = { readonly what: 'append' | 'drop' | 'truncate'; readonly size: number };

const steps = fc.array(
  fc.record<Step>({ what: fc.constantFrom('append', 'append', 'append', 'drop', 'truncate'), size: fc.integer({ min: 1, max: 9_000 }) }),
  { minLength: 20, maxLength: 120 },
);

test('what is held is what came, less what has left at either end', () => {
  const source = new Memory(new ArrayBuffer(1 << 14));
  let fill = 0;
  fc.assert(fc.property(steps, (taken) => {
    const rows = new RowBytes();
    let held = Buffer.alloc(0);
    let dropped = 0;
    for (const { what, size } of taken) {
      if (what === 'append') {
        const offset = (size % 7) * 4;
        source.bytes.fill(++fill & 0xff, offset, offset + size);
        source.bytes[offset + size - 1] = size & 0xff;
        rows.append(source, offset, size);
        held = Buffer.concat([held, source.bytes.subarray(offset, offset + size)]);
      } else {
        const count = Math.min(size, held.length);
        const position = what === 'drop' ? rows.firstPosition + count : rows.endPosition - count;
        if (what === 'drop') {
          rows.dropUpTo(position);
          held = held.subarray(count);
          dropped += count;
        } else {
          rows.truncate(position);
          held = held.subarray(0, held.length - count);
        }
      }
      assert.equal(rows.length, held.length);
      assert.equal(rows.firstPosition, dropped);
    }
    assert.ok(held.equals(rows.upTo(rows.endPosition)));
  }));
});

test('what is being sent does not change while more comes', () => {
  const source = new Memory(new ArrayBuffer(1 << 13));
  const rows = new RowBytes();
  source.bytes.fill(1);
  rows.append(source, 0, 1_001);
  const sending = rows.upTo(rows.endPosition);
  source.bytes.fill(2);
  for (let i = 0; i < 100; i++) rows.append(source, 0, 8_191);
  assert.ok(sending.every((byte) => byte === 1));
  assert.equal(sending.length, 1_001);
});
