/** The hash of state: what it tells apart and what not, and that the parts of an engine must fit together. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { DigestSum, StateDigest } from '../../../engine/domain/state-digest.ts';
import type { StateWriter } from '../../../engine/domain/state-writer.ts';
import { hashOfParts } from '../../../engine/snapshot/state-hash.ts';

function hashed(write: (out: StateWriter) => void): string {
  const digest = new StateDigest();
  digest.clear();
  write(digest);
  return new DigestSum().add(digest).toString();
}

/** A NaN as the hardware makes it, and one with a payload: both are one to a program. */
const NANS = [Number.NaN, ...[0xfff80000, 0x7ff80001].map((word) => new Float64Array(new Uint32Array([0, word]).buffer)[0]!)];

test('every NaN is one, 0 and -0 are two', () => {
  assert.equal(new Set(NANS.flatMap((value) => [hashed((out) => out.double(value)), hashed((out) => out.doubles(Float64Array.of(value), 1))])).size, 1);
  assert.notEqual(hashed((out) => out.double(0)), hashed((out) => out.double(-0)));
});

test('a column is its cells, wherever it stands', () => {
  const column = Float64Array.of(9, 1.5, -0, 3);
  const one = hashed((out) => column.subarray(1).forEach((value) => out.double(value)));
  assert.equal(hashed((out) => out.doubles(column.subarray(1), 3)), one);
  const bytes = Buffer.from('xabcdefg');
  assert.equal(hashed((out) => out.block(bytes.subarray(1))), hashed((out) => out.block(Buffer.from('abcdefg'))));
});

test('order, length and where one text ends count', () => {
  const all = [
    hashed(() => undefined),
    hashed((out) => out.word(0)),
    hashed((out) => [0, 0].forEach((word) => out.word(word))),
    hashed((out) => ['ab', 'c'].forEach((text) => out.text(text))),
    hashed((out) => ['a', 'bc'].forEach((text) => out.text(text))),
    hashed((out) => out.text('abc')),
    hashed((out) => out.text('acb')),
    hashed((out) => out.block(Buffer.from('abc'))),
  ];
  assert.equal(new Set(all).size, all.length);
});

test('a sum is the same in any order, modulo 2^64', () => {
  const parts = [{ high: 0xffffffff, low: 0xffffffff }, { high: 1, low: 2 }, { high: 0x80000000, low: 0xfffffffe }];
  const sum = parts.reduce((total, { high, low }) => (total + (BigInt(high) << 32n) + BigInt(low)) % (1n << 64n), 0n);
  for (const order of [parts, parts.toReversed()]) {
    assert.equal(order.reduce<DigestSum>((total, part) => total.add(part), new DigestSum()).toString(), sum.toString(16).padStart(16, '0'));
  }
});

test('shards that know different things of what is common are found out', () => {
  const part = { high: 1, low: 1 };
  const shard = { own: part, common: part };
  assert.equal(hashOfParts(7, part, [shard, shard]).sequence, 7);
  assert.throws(() => hashOfParts(7, part, [shard, { own: part, common: { high: 1, low: 2 } }]), /shard 1 does not know at sequence 7/);
});
