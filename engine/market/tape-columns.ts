/** Columns of a tape: doubles, as many as a power of two, that grow when they are full. */

export const CAPACITY_MIN = 64;

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
