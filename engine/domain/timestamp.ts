/**
 * RFC 3339 timestamps <-> microseconds since 1970 in a double (exact until 2255).
 *
 * Up to nanoseconds are accepted and truncated to microseconds; any offset is accepted and turned to UTC; what is
 * written is always UTC with six decimals. A leap second (":60") counts as the first moment of the next minute.
 */

const PATTERN = /^(\d{4})-(\d{2})-(\d{2})[Tt](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(?:[Zz]|([+-])(\d{2}):(\d{2}))$/;

const TIMESTAMP_US_MIN = 0;
/** 2255-01-01: beyond it a double no longer holds single microseconds. */
const TIMESTAMP_US_MAX = Date.UTC(2255, 0, 1) * 1_000;

/** An event's timestamp is read when it is validated and again when it is journaled: the second time costs nothing. */
let lastText = '';
let lastUs = Number.NaN;

/** Microseconds since 1970, or NaN when the text is not an RFC 3339 timestamp of 1970 to 2254. */
export function parseTimestampUs(text: string): number {
  if (text !== lastText) {
    lastUs = parse(text);
    lastText = text;
  }
  return lastUs;
}

function parse(text: string): number {
  const match = PATTERN.exec(text);
  if (match === null) return Number.NaN;
  const [, yyyy, mm, dd, hh, mi, ss, fraction = '', sign, offsetHours = '0', offsetMinutes = '0'] = match;
  const year = Number(yyyy);
  const month = Number(mm);
  const day = Number(dd);
  const hour = Number(hh);
  const minute = Number(mi);
  const second = Number(ss);
  // Date.UTC takes a year below 100 for one of the last century.
  if (year < 1900) return Number.NaN;
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return Number.NaN;
  if (hour > 23 || minute > 59 || second > 60 || Number(offsetHours) > 23 || Number(offsetMinutes) > 59) return Number.NaN;
  const offsetMs = (sign === '-' ? -1 : 1) * (Number(offsetHours) * 60 + Number(offsetMinutes)) * 60_000;
  const fractionUs = Number(fraction.slice(0, 6).padEnd(6, '0'));
  const us = (Date.UTC(year, month - 1, day, hour, minute, second) - offsetMs) * 1_000 + fractionUs;
  return us >= TIMESTAMP_US_MIN && us < TIMESTAMP_US_MAX ? us : Number.NaN;
}

/** `2012-06-21T13:30:00.004241Z`. */
export function formatTimestamp(timestampUs: number): string {
  const ms = Math.floor(timestampUs / 1_000);
  const us = timestampUs - ms * 1_000;
  return `${new Date(ms).toISOString().slice(0, -1)}${String(Math.floor(us)).padStart(3, '0')}Z`;
}

/** As `formatTimestamp`, with null for NaN. */
export function formatTimestampOrNull(timestampUs: number): string | null {
  return Number.isNaN(timestampUs) ? null : formatTimestamp(timestampUs);
}

function daysInMonth(year: number, month: number): number {
  if (month === 2) return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}
