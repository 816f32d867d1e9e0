/** The binary encoding of edge values, read back by a real server. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { COPY_HEADER, COPY_TRAILER, CopyBuffer } from '../../../storage/copy-buffer.ts';
import { jsonbText } from '../../../storage/copy-encoder.ts';
import type { DatabaseSession } from '../../../storage/database.ts';
import { startPostgres, type TestPostgres } from './databases.ts';

let database: TestPostgres;
let session: DatabaseSession;

before(async () => {
  database = await startPostgres();
  session = await database.connect();
});
after(async () => {
  await session.close();
  await database.stop();
});

/** Sends one column of values and returns what the server makes of each as text. */
async function asServerReads<T>(
  type: string,
  values: readonly T[],
  encode: (buffer: CopyBuffer, value: T) => void,
  shown = 'value::text',
): Promise<unknown[]> {
  await session.execute(`DROP TABLE IF EXISTS edge; CREATE TEMPORARY TABLE edge (position int, value ${type})`);
  const buffer = new CopyBuffer();
  values.forEach((value, position) => {
    buffer.beginRow(2);
    buffer.int4(position);
    encode(buffer, value);
  });
  await session.copyIn('COPY edge FROM STDIN (FORMAT binary)', [COPY_HEADER, buffer.first(buffer.length), COPY_TRAILER]);
  const rows = await session.query(`SELECT ${shown} AS shown FROM edge ORDER BY position`);
  return rows.map((row) => row['shown']);
}

test('double precision: extremes are exact and NaN is NULL', async () => {
  const values = [0, -0, 0.1, Number.MAX_VALUE, Number.MIN_VALUE, -1e-300, Infinity, -Infinity, NaN];
  const found = await asServerReads('double precision', values, (buffer, value) => buffer.float8(value));
  assert.deepEqual(found.map((text) => (text === null ? NaN : Number(text))), values);
});

test('bigint: both signs and every digit of a safe integer', async () => {
  const values = [0, 1, -1, 2 ** 31, 2 ** 32, -(2 ** 32), 2 ** 32 - 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
  assert.deepEqual(await asServerReads('bigint', values, (buffer, value) => buffer.int8(value)), values.map(String));
});

test('integer: extremes', async () => {
  const values = [0, -1, 2 ** 31 - 1, -(2 ** 31)];
  assert.deepEqual(await asServerReads('integer', values, (buffer, value) => buffer.int4(value)), values.map(String));
});

test('timestamptz: single microseconds from 1970 to 2255, before and after 2000, and NaN is NULL', async () => {
  const values = [0, 1, 946_684_799_999_999, 946_684_800_000_000, 1_340_285_400_004_241, 8_993_807_999_999_999, NaN];
  const shown = `(extract(epoch FROM value) * 1000000)::bigint::text`;
  const found = await asServerReads('timestamptz', values, (buffer, value) => buffer.timestamp(value), shown);
  assert.deepEqual(found, values.map((us) => (Number.isNaN(us) ? null : String(us))));
});

test('text: unicode is kept, what text cannot hold becomes U+FFFD, NULL is not the empty text', async () => {
  const values = ['', 'plain', 'Ö', '注文', '🚀🚀', 'a\tb\n\\N"', 'half \ud800 pair', 'a\0b', 'é\0', 'x'.repeat(300_000), null];
  const expected = values.map((value) => value?.replaceAll('\0', '\ufffd').replaceAll('\ud800', '\ufffd') ?? null);
  assert.deepEqual(await asServerReads('text', values, (buffer, value) => buffer.text(value)), expected);
});

test('jsonb: nested quotes, unicode, NaN as null, and no value or key that jsonb refuses', async () => {
  const values = [
    {}, [], { 'NASDAQ "Q"': 0.5, 'Börse\\u0000': 0.5 }, { 'nul \0': 1 }, ['half \udc00', 'pair 🚀', '\\ud800'], { none: Number.NaN },
  ];
  const found = await asServerReads('jsonb', values, (buffer, value) => buffer.jsonb(jsonbText(value)));
  assert.deepEqual(found.map((text) => JSON.parse(String(text)) as unknown), [
    {}, [], { 'NASDAQ "Q"': 0.5, 'Börse\\u0000': 0.5 }, { 'nul \ufffd': 1 }, ['half \ufffd', 'pair 🚀', '\\ud800'], { none: null },
  ]);
});

test('uuid: any case, and what is none is refused', async () => {
  const values = ['74738ff5-5367-5958-9aee-98fffdcd1876', '00000000-0000-0000-0000-000000000000', 'FFFFFFFF-FFFF-4FFF-BFFF-FFFFFFFFFFFF'];
  assert.deepEqual(await asServerReads('uuid', values, (buffer, value) => buffer.uuid(value)), values.map((text) => text.toLowerCase()));
  for (const wrong of ['', 'x', '74738ff5-5367-5958-9aee-98fffdcd187', '74738ff5-5367-5958-9aee-98fffdcd187g']) {
    assert.throws(() => new CopyBuffer().uuid(wrong), /no uuid/);
  }
});

test('a COPY that the server refuses is an error with its SQLSTATE, and the connection goes on', async () => {
  await session.execute('DROP TABLE IF EXISTS edge; CREATE TEMPORARY TABLE edge (value int)');
  const garbage = [Buffer.from('no header at all'), Buffer.alloc(40 << 20)];
  await assert.rejects(session.copyIn('COPY edge FROM STDIN (FORMAT binary)', garbage), { name: 'DatabaseError', sqlState: '22P04' });
  await assert.rejects(session.copyIn('COPY nowhere FROM STDIN', []), { sqlState: '42P01' });
  assert.deepEqual(await session.query('SELECT 1 AS one'), [{ one: 1 }]);
});
