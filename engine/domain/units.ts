/** Units that appear in names all over the house. Time inside is microseconds since 1970 in a double. */

/** Basis points in a ratio of one. */
export const BPS = 10_000;

export const US_PER_MS = 1_000;
export const US_PER_SECOND = 1_000_000;
export const US_PER_HOUR = 3_600 * US_PER_SECOND;
