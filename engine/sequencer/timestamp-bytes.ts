/**
 * Timestamps where they stand as bytes, in the form that clients write: `2012-06-21T13:30:00.004241Z`, with a fraction of 1 to
 * 9 digits or none. The minute is read by parseTimestampUs and kept: events of one minute follow one another.
 */

import { parseTimestampUs } from '../domain/timestamp.ts';
import { US_PER_SECOND } from '../domain/units.ts';

/** `2012-06-21T13:30` */
const MINUTE_BYTES = 16;
/** `:00Z` */
const SECOND_BYTES = 4;
const FRACTION_DIGITS_MAX = 9;
const US_DIGITS = 6;
const [ZERO, COLON, POINT, UTC] = [0x30, 0x3a, 0x2e, 0x5a] as const;

export class TimestampBytes {
  private readonly minute = new Uint8Array(MINUTE_BYTES);
  private minuteUs = Number.NaN;

  /** Microseconds since 1970 as parseTimestampUs tells them, or NaN for any other form. */
  parse(bytes: Buffer, at: number, length: number): number {
    const end = at + length;
    if (length < MINUTE_BYTES + SECOND_BYTES || bytes[end - 1] !== UTC || bytes[at + MINUTE_BYTES] !== COLON) return Number.NaN;
    if (!this.isKnownMinute(bytes, at)) this.readMinute(bytes, at);
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

  private isKnownMinute(bytes: Uint8Array, at: number): boolean {
    for (let i = MINUTE_BYTES - 1; i >= 0; i--) if (bytes[at + i] !== this.minute[i]) return false;
    return true;
  }

  private readMinute(bytes: Buffer, at: number): void {
    this.minute.set(bytes.subarray(at, at + MINUTE_BYTES));
    this.minuteUs = parseTimestampUs(`${bytes.toString('latin1', at, at + MINUTE_BYTES)}:00Z`);
  }
}
