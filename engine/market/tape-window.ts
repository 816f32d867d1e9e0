/** How much of a symbol's quotes and trades is kept. */

/** Of a window: tapes that are full let go of their older half in so much of it, one after the other. */
const LEAVING_SHARE = 1 / 8;
/** Multiples of it, without their whole part, are spread evenly however many there are (Weyl). */
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

/**
 * How many entries of a symbol are kept: up to an eighth less than `max`, of each symbol another number. Tapes of symbols that are quoted as often
 * would else be full in the same moment, and their orders all look then for what they need of what leaves.
 */
export function keptOfSymbol(max: number, symbolNo: number): number {
  return max - Math.floor(max * LEAVING_SHARE * ((symbolNo * GOLDEN_RATIO) % 1));
}
