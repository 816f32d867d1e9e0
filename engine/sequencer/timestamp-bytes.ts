/**
 * Timestamps where they stand as bytes, in the form that clients write: `2012-06-21T13:30:00.004241Z`, with a fraction of 1 to
 * 9 digits or none. The minute is read by parseTimestampUs and kept: events of one minute follow one another.
 */

import { parseTimestampUs } from '../domain/timestamp.ts';
import { US_PER_SECOND } from '../domain/units.ts';

/** `2012-06-21T13:30` */
const MINUTE_BYTES = 16;
/** That is so many times four bytes. */
const MINUTE_WORDS = MINUTE_BYTES / 4;
/** `:00Z` */
const SECOND_BYTES = 4;
const FRACTION_DIGITS_MAX = 9;
const US_DIGITS = 6;
const [ZERO, COLON, POINT, UTC] = [0x30, 0x3a, 0x2e, 0x5a] as const;

export class TimestampBytes {
  private readonly minute = new Int32Array(MINUTE_WORDS);
  private minuteUs = Number.NaN;

  /** Microseconds since 1970 as parseTimestampUs tells them, or NaN for any other form: every byte is looked at. `view` is of the same bytes. */
  parse(bytes: Buffer, view: DataView, at: number, length: number): number {
    const end = at + length;
    if (length < MINUTE_BYTES + SECOND_BYTES || bytes[end - 1] !== UTC || bytes[at + MINUTE_BYTES] !== COLON) return Number.NaN;
    if (!this.isKnownMinute(view, at)) this.readMinute(bytes, view, at);
    const tens = bytes[at + MINUTE_BYTES + 1]! - ZERO;
    const ones = bytes[at + MINUTE_BYTES + 2]! - ZERO;
    // 60, a leap second, is read the general way.
    if (tens < 0 || tens > 5 || ones < 0 || ones > 9) return Number.NaN;
    const secondUs = this.minuteUs + (tens * 10 + ones) * US_PER_SECOND;
    if (length === MINUTE_BYTES + SECOND_BYTES) return secondUs;
    const fractionAt = at + MINUTE_BYTES + SECOND_BYTES;
    const digits = end - 1 - fractionAt;
    if (bytes[fractionAt - 1] !== POINT || digits < 1 || digits > FRACTION_DIGITS_MAX) return Number.NaN;
    let us = 0;
    for (let i = 0; i < Math.max(digits, US_DIGITS); i++) {
      const digit = i < digits ? bytes[fractionAt + i]! - ZERO : 0;
      if (digit < 0 || digit > 9) return Number.NaN;
      if (i < US_DIGITS) us = us * 10 + digit;
    }
    return secondUs + us;
  }

  private isKnownMinute(view: DataView, at: number): boolean {
    for (let word = MINUTE_WORDS - 1; word >= 0; word--) if (view.getInt32(at + 4 * word) !== this.minute[word]) return false;
    return true;
  }

  private readMinute(bytes: Buffer, view: DataView, at: number): void {
    for (let word = 0; word < MINUTE_WORDS; word++) this.minute[word] = view.getInt32(at + 4 * word);
    this.minuteUs = parseTimestampUs(`${bytes.toString('latin1', at, at + MINUTE_BYTES)}:00Z`);
  }
}
