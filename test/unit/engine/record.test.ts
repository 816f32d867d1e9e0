/** Journal records: what is written is read back, whatever the texts and however often the memory grew. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from '../../support/properties.ts';

import { NONE, RECORD_HEAD_BYTES, RecordReader, RecordType, RecordWriter, setRecordSymbol } from '../../../engine/journal/record.ts';

const head = (sequence: number) => ({ type: RecordType.EXECUTION, sequence, receivedUs: sequence + 0.5, timestampUs: -sequence, orderNo: sequence % 7, symbolNo: NONE });

const body = fc.record({
  doubles: fc.array(fc.double(), { maxLength: 6 }),
  words: fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { maxLength: 6 }),
  texts: fc.array(fc.string({ unit: 'grapheme', maxLength: 80 }), { maxLength: 4 }),
});

describe('records', () => {
  test('round trip of any bodies, in memory that has to grow', () => {
    fc.assert(
      fc.property(fc.array(body, { minLength: 1, maxLength: 30 }), fc.constantFrom(64, 256, 1 << 16), (bodies, capacity) => {
        const writer = new RecordWriter(capacity);
        const starts = bodies.map(({ doubles, words, texts }, i) => {
          writer.begin(head(i + 1));
          doubles.forEach((value) => writer.double(value));
          words.forEach((value) => writer.word(value));
          texts.forEach((value) => writer.text(value));
          return writer.end();
        });
        assert.equal(writer.recordCount, bodies.length);
        const record = new RecordReader();
        let offset = 0;
        bodies.forEach(({ doubles, words, texts }, i) => {
          assert.equal(offset, starts[i]);
          record.open(writer.written, offset);
          const { type, sequence, receivedUs, timestampUs, orderNo, symbolNo } = record;
          assert.deepEqual({ type, sequence, receivedUs, timestampUs, orderNo, symbolNo }, head(i + 1));
          for (const value of doubles) assert.ok(Object.is(record.double(), value));
          for (const value of words) assert.equal(record.word(), value);
          for (const value of texts) assert.equal(record.text(), value);
          assert.equal(record.byteLength % 8, 0);
          offset += record.byteLength;
        });
        assert.equal(offset, writer.byteLength);
      }),
    );
  });

  test('texts of every plane, and longer than the memory', () => {
    const texts = ['', 'ascii', 'äöü', '円', '🚀🚀', '\0', 'a'.repeat(100_000), '円'.repeat(50_000)];
    const writer = new RecordWriter(64);
    writer.begin(head(1));
    for (const text of texts) writer.text(text);
    writer.end();
    const record = new RecordReader().open(writer.written, 0);
    for (const text of texts) assert.equal(record.text(), text);
  });

  test('the symbol of a record can be filled in later', () => {
    const writer = new RecordWriter(256);
    writer.begin(head(1));
    writer.end();
    writer.begin(head(2));
    const start = writer.end();
    setRecordSymbol(writer.written, start, 42);
    assert.equal(new RecordReader().open(writer.written, start).symbolNo, 42);
    assert.equal(new RecordReader().open(writer.written, 0).symbolNo, NONE);
    assert.equal(writer.byteLength, 2 * RECORD_HEAD_BYTES);
  });
});
