/**
 * RFC 3339 text to and from nanoseconds, which a Date cannot hold.
 *
 * It is not a validator for the service: text that it cannot read is `undefined` here and still sent as it is.
 */

const RFC3339 = /^(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d+))?(?:[Zz]|([+-])(\d\d):(\d\d))$/;
const NS_PER_MS = 1_000_000n;
const NS_DIGITS = 9;

/** Nanoseconds since the epoch; digits after the ninth are dropped. Undefined when the text is no RFC 3339 time. */
export function parseRfc3339Ns(text: string): bigint | undefined {
  const match = RFC3339.exec(text);
  if (match === null) return undefined;
  const [, date, time, fraction, offsetSign, offsetHours, offsetMinutes] = match;
  const wallMs = Date.parse(`${date}T${time}Z`);
  if (Number.isNaN(wallMs)) return undefined;
  const offsetMinutesTotal = Number(offsetHours ?? 0) * 60 + Number(offsetMinutes ?? 0);
  const utcMs = wallMs - (offsetSign === '-' ? -1 : 1) * offsetMinutesTotal * 60_000;
  return BigInt(utcMs) * NS_PER_MS + BigInt(fractionDigitsNs(fraction ?? ''));
}

/**
 * UTC text of a time given as whole seconds since the epoch and the decimal digits after the point, as recorded: digits
 * up to the ninth are kept, later ones dropped, none are made up.
 */
export function formatRfc3339(epochSeconds: number, fraction: string): string {
  const seconds = new Date(epochSeconds * 1000).toISOString().slice(0, 19);
  return fraction === '' ? `${seconds}Z` : `${seconds}.${fraction.slice(0, NS_DIGITS)}Z`;
}

/** The digits after a decimal point of seconds, as a count of nanoseconds: '5' is 500,000,000. */
export function fractionDigitsNs(fraction: string): number {
  return Number(fraction.slice(0, NS_DIGITS).padEnd(NS_DIGITS, '0'));
}
