/** Rows through their encoder and back, and which orders have news for the database. */

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from '../../support/properties.ts';

import type { Row } from '../../../engine/domain/rows.ts';
import { RecordReader, RecordType, RecordWriter } from '../../../engine/journal/record.ts';
import { OrderCell } from '../../../engine/orders/order-row.ts';
import { WrittenRows } from '../../../engine/shard/written-rows.ts';
import { alertRow, analyticsRow, executionRow, monitoringRow, orderRow } from '../../integration/storage/sample-rows.ts';
import { decodedRow, encodedRow } from '../../support/wire-rows.ts';

const sequences = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
const numbers = fc.oneof(fc.double().map((value) => value + 0), fc.constant(Number.NaN));
const times = fc.integer({ min: 0, max: 8_993_807_999_999_999 });
/** No NUL: intake refuses it. */
const texts = (maxLength: number) => fc.string({ unit: 'binary', minLength: 1, maxLength }).filter((text) => !text.includes('\0'));
const optional = fc.option(texts(60));

const shares = fc.uniqueArray(texts(20).filter((name) => !/^\d+$/.test(name)), { maxLength: 6 }).map((names) => ({ count: names.length, names, shares: names.map((_, i) => 1 / (i + 3)) }));

const rows: fc.Arbitrary<Row> = fc.oneof(
  fc.tuple(sequences, fc.record({ timestampUs: times, orderId: texts(50), executionProgress: numbers, expectedProgress: numbers, slippage: numbers, venueDistribution: shares, alerts: fc.array(texts(20), { maxLength: 3 }) }))
    .map(([sequence, change]) => monitoringRow(sequence, change)),
  fc.tuple(sequences, fc.record({ timestampUs: times, receivedUs: times, execId: texts(128), refExecId: optional, venue: optional, childOrderId: optional, liquidity: optional, quantity: numbers, price: numbers, fee: numbers }))
    .map(([sequence, change]) => executionRow(sequence, change)),
  fc.tuple(sequences, fc.record({ orderId: texts(50), account: optional, desk: optional, averagePrice: numbers, endedUs: fc.oneof(times, fc.constant(Number.NaN)) }))
    .map(([sequence, change]) => orderRow(sequence, change)),
  fc.tuple(sequences, fc.record({ timestampUs: times, revision: fc.nat(), executionSpeed: numbers, recommendation: texts(300) }))
    .map(([sequence, change]) => alertRow(sequence, { ...change, eventId: '74738ff5-5367-5958-9aee-98fffdcd1876' })),
  fc.tuple(sequences, fc.record({ part: fc.nat(), parts: fc.nat(), content: texts(9_000) })).map(([sequence, change]) => analyticsRow(sequence, change)),
);

test('a row is the same behind its encoder, whatever was encoded before it', () => {
  fc.assert(fc.property(fc.array(rows, { maxLength: 8 }), (several) => {
    for (const row of several) assert.deepStrictEqual(decodedRow(encodedRow(row)), row);
  }));
});

test('an exec_id where it stands in its record is the same as its string', () => {
  fc.assert(fc.property(texts(128), (execId) => {
    const writer = new RecordWriter();
    writer.begin({ type: RecordType.EXECUTION, sequence: 1, receivedUs: 0, timestampUs: 0, orderNo: 0, symbolNo: 0 });
    writer.word(7);
    writer.text(execId);
    writer.end();
    const record = new RecordReader().open(writer.written, 0);
    record.word();
    record.passText();
    const inPlace = { words: record.memory.words, firstWord: record.textFrom >> 2, byteCount: record.textBytes };
    assert.deepStrictEqual(decodedRow(encodedRow(executionRow(5, { execId: inPlace }))), executionRow(5, { execId }));
    assert.equal(record.passedText(), execId);
  }));
});

test('minus zero is written as zero, as JSON shows it', () => {
  const row = decodedRow(encodedRow(monitoringRow(1, { slippage: -0 })));
  assert.ok(row.kind === 'monitoring' && Object.is(row.slippage, 0));
});

test('what cannot be stored is refused before it is sent', () => {
  assert.throws(() => encodedRow(monitoringRow(6, { orderId: 'x'.repeat(101) })), /1 to 100/);
  assert.throws(() => encodedRow(monitoringRow(6, { orderId: '' })), /1 to 100/);
  assert.doesNotThrow(() => encodedRow(monitoringRow(6, { orderId: '🚀'.repeat(100) })));
  assert.throws(() => encodedRow(monitoringRow(6, { timestampUs: Number.NaN })), /timestamp/);
  assert.throws(() => encodedRow(executionRow(6, { receivedUs: Number.NaN })), /received/);
});

test('an order has news when it was never written, had an input, or shows another number', () => {
  const cells = new Float64Array(200).fill(Number.NaN);
  const written = new WrittenRows();
  for (const orderNo of [0, 5_000, 1_023]) {
    cells.fill(Number.NaN);
    cells[OrderCell.SEQUENCE] = 7;
    const hasNews = (): [boolean, boolean] => [written.isOrderBehind(orderNo, cells, 0), written.differs(orderNo, cells, 0)];
    assert.equal(hasNews()[0], true);
    written.note(orderNo, cells, 0);
    assert.deepEqual(hasNews(), [false, false]);
    cells[OrderCell.SLIPPAGE_BPS] = 0;
    assert.deepEqual(hasNews(), [false, true]);
    written.note(orderNo, cells, 0);
    cells[OrderCell.SEQUENCE] = 8;
    assert.deepEqual(hasNews(), [true, false]);
    cells[OrderCell.AS_OF_SEQUENCE] = 9;
    assert.deepEqual(hasNews(), [true, false], 'a newer input alone is no news');
  }
});
