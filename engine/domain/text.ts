/** What a text must be to be an id or a label: storable as UTF-8 and in a database, the same when read back. */

const HALF_SURROGATE = /[\ud800-\udfff]/u;

/** False for half surrogate pairs, which UTF-8 cannot carry, and for NUL, which PostgreSQL does not store. */
export function isStorableText(text: string): boolean {
  return !text.includes('\0') && !HALF_SURROGATE.test(text);
}

/** Characters as JSON Schema and SQL count them: code points, not UTF-16 units. */
export function characterCount(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}

/** A text where it stands, not made into a string: `byteCount` bytes of UTF-8 from the start of `firstWord` on. */
export interface TextInPlace {
  readonly words: Int32Array;
  readonly firstWord: number;
  readonly byteCount: number;
}
