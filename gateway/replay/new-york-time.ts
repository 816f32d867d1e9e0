/**
 * When a New York trading day is, in UTC: LOBSTER counts seconds after midnight on the wall clock there.
 *
 * It owns the offset lookup (from the zone database inside Intl) and nothing about file formats.
 */

const ISO_DATE = /^(\d{4})-(\d\d)-(\d\d)$/;

/** How New York writes an instant as `06/21/2012, 08:00:00`, 24-hour. */
const newYorkWall = new Intl.DateTimeFormat('en-US', {
  timeZone: 'America/New_York',
  hourCycle: 'h23',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

/** Whether `text` is a date of the calendar as `YYYY-MM-DD`. */
export function isIsoDate(text: string): boolean {
  const ms = ISO_DATE.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

/**
 * UTC seconds since the epoch of the moment that LOBSTER's `time = 0` stands for on `isoDate`.
 *
 * The offset is that of noon. Clocks change at 02:00, before any session opens at 04:00, so noon's offset is right for
 * every message of the day; that of midnight would be an hour off on the two days a year when they change.
 */
export function newYorkDayStartSeconds(isoDate: string): number {
  if (!isIsoDate(isoDate)) throw new RangeError(`not a date as YYYY-MM-DD: ${isoDate}`);
  const noonAsUtcMs = Date.parse(`${isoDate}T12:00:00Z`);
  // The first guess takes the offset of 12:00 UTC, which is 07:00 or 08:00 in New York: the same side of the change.
  const offsetMs = wallClockMs(noonAsUtcMs) - noonAsUtcMs;
  return (Date.parse(`${isoDate}T00:00:00Z`) - offsetMs) / 1000;
}

/** New York's wall clock at an instant, read as if it were UTC, in milliseconds since the epoch. */
function wallClockMs(utcMs: number): number {
  const part = Object.fromEntries(newYorkWall.formatToParts(utcMs).map(({ type, value }) => [type, Number(value)]));
  const { year = NaN, month = NaN, day = NaN, hour = NaN, minute = NaN, second = NaN } = part;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
