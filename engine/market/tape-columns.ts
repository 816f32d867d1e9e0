/** Columns of a tape: doubles, whose number doubles when they are full. */

export const CAPACITY_MIN = 64;

/** Has no divisor in common with CAPACITY_MIN, so that all numbers below that come up. */
const STEP = 27;
let begun = 0;

/** Of a new tape. They differ: tapes of symbols that are quoted as often would all grow in the same moment. */
export function firstCapacity(): number {
  begun = (begun + STEP) % CAPACITY_MIN;
  return CAPACITY_MIN + begun;
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
