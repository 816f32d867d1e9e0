/** The binary encoding of edge values, read back by a real server. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CopyTuple } from '../../../engine/ring/copy-tuple.ts';
import { COPY_HEADER, COPY_TRAILER } from '../../../storage/copy-frame.ts';
import type { DatabaseSession } from '../../../storage/database.ts';
import { startPostgres, type TestPostgres } from './databases.ts';

const ROOM_IN_FRONT = 24;

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
  encode: (tuple: CopyTuple, value: T) => void,
  shown = 'value::text',
): Promise<unknown[]> {
  await session.execute(`DROP TABLE IF EXISTS edge; CREATE TEMPORARY TABLE edge (position int, value ${type})`);
  const tuple = new CopyTuple();
  const tuples = values.map((value, position) => {
    tuple.begin(ROOM_IN_FRONT, 2);
    tuple.int4(position);
    encode(tuple, value);
    return Buffer.from(tuple.memory.bytes.subarray(ROOM_IN_FRONT, tuple.byteLength));
  });
  await session.copyIn('COPY edge FROM STDIN (FORMAT binary)', [COPY_HEADER, ...tuples, COPY_TRAILER]);
  const rows = await session.query(`SELECT ${shown} AS shown FROM edge ORDER BY position`);
  return rows.map((row) => row['shown']);
}

test('double precision: extremes are exact, NaN is NULL, and -0 is 0 as JSON shows it', async () => {
  const values = [0, -0, 0.1, Number.MAX_VALUE, Number.MIN_VALUE, -1e-300, Infinity, -Infinity, NaN];
  const found = await asServerReads('double precision', values, (tuple, value) => tuple.float8(value));
  assert.deepEqual(found.map((text) => (text === null ? NaN : Number(text))), values.map((value) => value + 0));
});

test('bigint: both signs and every digit of a safe integer', async () => {
  const values = [0, 1, -1, 2 ** 31, 2 ** 32, -(2 ** 32), 2 ** 32 - 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
  assert.deepEqual(await asServerReads('bigint', values, (tuple, value) => tuple.int8(value)), values.map(String));
});

test('integer: extremes', async () => {
  const values = [0, -1, 2 ** 31 - 1, -(2 ** 31)];
  assert.deepEqual(await asServerReads('integer', values, (tuple, value) => tuple.int4(value)), values.map(String));
});

test('timestamptz: single microseconds from 1970 to 2255, before and after 2000, and NaN is NULL', async () => {
  const values = [0, 1, 946_684_799_999_999, 946_684_800_000_000, 1_340_285_400_004_241, 8_993_807_999_999_999, NaN];
  const shown = `(extract(epoch FROM value) * 1000000)::bigint::text`;
  const found = await asServerReads('timestamptz', values, (tuple, value) => tuple.timestamp(value), shown);
  assert.deepEqual(found, values.map((us) => (Number.isNaN(us) ? null : String(us))));
});

test('text: unicode is kept, what text cannot hold becomes U+FFFD, NULL is not the empty text', async () => {
  const values = ['', 'plain', 'Ö', '注文', '🚀🚀', 'a\tb\n\\N"', 'half \ud800 pair', 'a\0b', 'é\0', 'x'.repeat(300_000), null];
  const expected = values.map((value) => value?.replaceAll('\0', '\ufffd').replaceAll('\ud800', '\ufffd') ?? null);
  assert.deepEqual(await asServerReads('text', values, (tuple, value) => tuple.text(value)), expected);
});

test('jsonb: nested quotes, unicode, NaN as null, and no value or key that jsonb refuses', async () => {
  const values = [
    ['NASDAQ "Q"', 0.5], ['Börse\\u0000', 1 / 3], ['nul \0', 1e-7], ['half \udc00', 1e21], ['pair 🚀', 2 / 3], ['\\ud800', -0],
    ['tab\t', Number.NaN], ['', Infinity], ['x'.repeat(300), 1],
  ] as const;
  const found = await asServerReads('jsonb', values, (tuple, [name, number]) => {
    tuple.beginJson();
    tuple.json('{');
    tuple.jsonString(name);
    tuple.json(':');
    tuple.jsonNumber(number);
    tuple.json('}');
    tuple.endJson();
  });
  assert.deepEqual(found.map((text) => Object.entries(JSON.parse(String(text)) as object)[0]), [
    ['NASDAQ "Q"', 0.5], ['Börse\\u0000', 1 / 3], ['nul \ufffd', 1e-7], ['half \ufffd', 1e21], ['pair 🚀', 2 / 3], ['\\ud800', 0],
    ['tab\t', null], ['', null], ['x'.repeat(300), 1],
  ]);
});

test('uuid: any case, and what is none is refused', async () => {
  const values = ['74738ff5-5367-5958-9aee-98fffdcd1876', '00000000-0000-0000-0000-000000000000', 'FFFFFFFF-FFFF-4FFF-BFFF-FFFFFFFFFFFF'];
  assert.deepEqual(await asServerReads('uuid', values, (tuple, value) => tuple.uuid(value)), values.map((text) => text.toLowerCase()));
  for (const wrong of ['', 'x', '74738ff5-5367-5958-9aee-98fffdcd187', '74738ff5-5367-5958-9aee-98fffdcd187g']) {
    assert.throws(() => new CopyTuple().uuid(wrong), /no uuid/);
  }
});

test('a COPY that the server refuses is an error with its SQLSTATE, and the connection goes on', async () => {
  await session.execute('DROP TABLE IF EXISTS edge; CREATE TEMPORARY TABLE edge (value int)');
  const garbage = [Buffer.from('no header at all'), Buffer.alloc(40 << 20)];
  await assert.rejects(session.copyIn('COPY edge FROM STDIN (FORMAT binary)', garbage), { name: 'DatabaseError', sqlState: '22P04' });
  await assert.rejects(session.copyIn('COPY nowhere FROM STDIN', []), { sqlState: '42P01' });
  assert.deepEqual(await session.query('SELECT 1 AS one'), [{ one: 1 }]);
});
