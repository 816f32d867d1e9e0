import { US_PER_SECOND } from '../domain/units.ts';

/**
 * Time from the start of an order to its first live fill.
 *
 *     timeToFirstFillSeconds = (firstFillUs - startUs) / 1_000_000
 *
 * Seconds of wall time; both moments in microseconds since 1970. Negative when a fill is from before the start.
 *
 * NaN: undefined: no live fill.
 */
export function timeToFirstFillSeconds(firstFillUs: number, startUs: number): number {
  return (firstFillUs - startUs) / US_PER_SECOND;
}
