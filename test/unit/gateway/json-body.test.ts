/** JSON bodies: what is no JSON is refused in one pass, bare NaN and Infinity become numbers that are not finite. */

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { parseJson } from '../../../gateway/json-body.ts';

const parse = (text: string): unknown => parseJson(Buffer.from(text));

describe('JSON bodies', () => {
  test('bare NaN and infinities are read as numbers that are not finite', () => {
    assert.deepEqual(parse('{"a":NaN,"b":[-Infinity,Infinity,1]}'), { a: Infinity, b: [-Infinity, Infinity, 1] });
  });

  test('the same words inside strings stay', () => {
    assert.deepEqual(parse('{"a":"NaN \\" Infinity","b":NaN}'), { a: 'NaN " Infinity', b: Infinity });
  });

  test('what is broken otherwise is a SyntaxError, with and without such words', () => {
    for (const text of ['{', '{"a":NaN', 'NaN NaN', '"open', '', 'nope']) assert.throws(() => parse(text), SyntaxError, text);
  });

  test('bytes that are no UTF-8 are an error', () => {
    assert.throws(() => parseJson(Buffer.from([0x22, 0xff, 0x22])));
  });

  test('the time for an unclosed string full of escapes grows with its length, not with its square', () => {
    const spent = (pairs: number): number => {
      const body = Buffer.from(`"${'\\"'.repeat(pairs)} NaN`);
      const begin = process.hrtime.bigint();
      assert.throws(() => parseJson(body), SyntaxError);
      return Number(process.hrtime.bigint() - begin);
    };
    const best = (pairs: number): number => Math.min(...Array.from({ length: 5 }, () => spent(pairs)));
    best(20_000);
    const growth = best(400_000) / best(20_000);
    assert.ok(growth < 100, `20 times the text took ${growth.toFixed(0)} times as long; its square would be 400`);
  });
});
