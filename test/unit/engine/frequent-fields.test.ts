/** Names of fields in bytes: all sixteen are known, and nothing that differs from them by one byte. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FREQUENT_FIELDS, frequentFieldAt } from '../../../engine/sequencer/frequent-fields.ts';

const fieldOf = (name: Buffer): number => {
  const bytes = Buffer.concat([Buffer.from('?'), name, Buffer.from('?')]);
  return frequentFieldAt(bytes, new DataView(bytes.buffer, bytes.byteOffset, bytes.length), 1, name.length);
};

test('every field is found by its name', () => {
  for (const [field, name] of FREQUENT_FIELDS.entries()) assert.equal(fieldOf(Buffer.from(name)), field, name);
});

test('a name with one byte changed, missing or added is no field', () => {
  const names = new Set<string>(FREQUENT_FIELDS);
  for (const name of FREQUENT_FIELDS) {
    for (let at = 0; at < name.length; at++) {
      for (let byte = 0; byte < 256; byte++) {
        const changed = Buffer.from(name);
        changed[at] = byte;
        if (!names.has(changed.toString('latin1'))) assert.equal(fieldOf(changed), -1, `${name}, byte ${at} is ${byte}`);
      }
      const shorter = Buffer.from(name.slice(0, at) + name.slice(at + 1));
      if (!names.has(shorter.toString())) assert.equal(fieldOf(shorter), -1, shorter.toString());
    }
    assert.equal(fieldOf(Buffer.from(`${name}s`)), -1);
    assert.equal(fieldOf(Buffer.from(`${name}${name}`)), -1);
  }
  assert.equal(fieldOf(Buffer.alloc(0)), -1);
});
