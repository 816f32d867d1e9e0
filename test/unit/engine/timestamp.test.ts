/** RFC 3339 timestamps: what is accepted, what is refused, and that microseconds survive the round trip. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from '../../support/properties.ts';

import { formatTimestamp, formatTimestampOrNull, parseTimestampUs } from '../../../engine/domain/timestamp.ts';

const MAX_US = Date.UTC(2255, 0, 1) * 1_000;

describe('timestamps', () => {
  const accepted: readonly (readonly [text: string, us: number])[] = [
    ['1970-01-01T00:00:00Z', 0],
    ['1970-01-01T00:00:00.000001Z', 1],
    ['1970-01-01T00:00:01.5Z', 1_500_000],
    ['1970-01-01t00:00:01z', 1_000_000],
    ['1970-01-01T01:00:00+01:00', 0],
    ['1969-12-31T23:30:00-00:30', 0],
    ['1970-01-01T00:00:00-00:00', 0],
    ['2012-06-21T13:30:00.004241999Z', Date.UTC(2012, 5, 21, 13, 30) * 1_000 + 4_241],
    ['2012-06-21T13:30:00.123456789+05:45', Date.UTC(2012, 5, 21, 7, 45) * 1_000 + 123_456],
    ['2024-02-29T23:59:59.999999Z', Date.UTC(2024, 2, 1) * 1_000 - 1],
    ['2000-02-29T00:00:00Z', Date.UTC(2000, 1, 29) * 1_000],
    ['2016-12-31T23:59:60Z', Date.UTC(2017, 0, 1) * 1_000],
    ['2254-12-31T23:59:59.999999Z', MAX_US - 1],
  ];
  for (const [text, us] of accepted) test(`${text} is ${us}`, () => assert.equal(parseTimestampUs(text), us));

  const refused = [
    '', '2024', '2024-01-01', '2024-01-01T00:00:00', '2024-01-01 00:00:00Z', '2024-01-01T00:00Z', '2024-01-01T00:00:00.Z',
    '2024-01-01T00:00:00.1234567890Z', '2024-01-01T00:00:00+0100', '2024-01-01T00:00:00+01', '2024-01-01T00:00:00+24:00',
    '2024-01-01T00:00:00+01:60', '2024-01-01T24:00:00Z', '2024-01-01T00:60:00Z', '2024-01-01T00:00:61Z', '2024-13-01T00:00:00Z',
    '2024-00-01T00:00:00Z', '2024-01-00T00:00:00Z', '2024-01-32T00:00:00Z', '2023-02-29T00:00:00Z', '2100-02-29T00:00:00Z',
    '2024-04-31T00:00:00Z', '1969-12-31T23:59:59.999999Z', '1970-01-01T00:00:00+00:01', '2255-01-01T00:00:00Z', '9999-12-31T23:59:59Z',
    ' 2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z\n', '２０２４-01-01T00:00:00Z', '24-01-01T00:00:00Z', '+2024-01-01T00:00:00Z',
  ];
  for (const text of refused) test(`${JSON.stringify(text)} is none`, () => assert.ok(Number.isNaN(parseTimestampUs(text))));

  test('a year of the first century is none: it is not one of 1970 to 1999', () => {
    for (const text of ['0000-01-01T00:00:00Z', '0070-01-01T00:00:00Z', '0099-12-31T23:59:59Z']) assert.ok(Number.isNaN(parseTimestampUs(text)), text);
  });

  test('what is written is read back to the microsecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: MAX_US - 1 }), (us) => {
        const text = formatTimestamp(us);
        assert.match(text, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
        assert.equal(parseTimestampUs(text), us);
      }),
    );
  });

  test('an offset moves the moment by itself and by nothing else', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2e15, max: 3e15 }), fc.integer({ min: -1_439, max: 1_439 }), (us, minutes) => {
        const local = formatTimestamp(us + minutes * 60_000_000).slice(0, -1);
        const [hh, mm] = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60].map((part) => String(part).padStart(2, '0'));
        assert.equal(parseTimestampUs(`${local}${minutes < 0 ? '-' : '+'}${hh}:${mm}`), us);
      }),
    );
  });

  test('undefined is null', () => assert.equal(formatTimestampOrNull(Number.NaN), null));
});
