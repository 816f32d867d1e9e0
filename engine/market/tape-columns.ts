/** Columns of a tape: doubles, whose number doubles when they are full. */

export const CAPACITY_MIN = 64;

/** Of a window: tapes that are full let go of their older half in so much of it, one after the other. */
const LEAVING_SHARE = 1 / 8;
/** Multiples of it, without their whole part, are spread evenly however many there are (Weyl). */
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

/**
 * Entries that get their running sum with each entry that comes, from the first one without. A late entry takes the sums of all behind it away, and
 * entries come late all the time when several feeds are read side by side: to make all of them again for each would cost as much as how late it is.
 */
export const SUMS_PER_ENTRY = 4;

let steps = 0;

/** Of a new tape. They differ, as all their later capacities do: tapes of symbols that are quoted as often would all grow in the same moment. */
export function firstCapacity(): number {
  return Math.floor(CAPACITY_MIN * (1 + anyShare()));
}

/** Of a tape that is full. */
export function nextCapacity(capacity: number): number {
  return Math.floor(capacity * (2 + anyShare() / 2));
}

/** How many entries of a symbol are kept: up to an eighth less than `max`, of each symbol another number, for the same reason. */
export function keptOfSymbol(max: number, symbolNo: number): number {
  return max - Math.floor(max * LEAVING_SHARE * ((symbolNo * GOLDEN_RATIO) % 1));
}

/** A number in [0, 1) without a pattern, but the same in each run. */
function anyShare(): number {
  let bits = Math.imul(++steps, 0x9e3779b1);
  bits = Math.imul(bits ^ (bits >>> 15), 0x85ebca6b);
  return ((bits ^ (bits >>> 13)) >>> 0) / 2 ** 32;
}

/** For so many entries. */
export function capacityFor(count: number): number {
  let capacity = CAPACITY_MIN;
  while (capacity < count) capacity *= 2;
  return capacity;
}

/** A longer column that begins as this one. */
export function grown(column: Float64Array, capacity: number): Float64Array<ArrayBuffer> {
  const longer = new Float64Array(capacity);
  longer.set(column);
  return longer;
}
