/** A place in a column of times that never fall. */

/** How many of the first `count` times are at or below `us`: where the next later time stands. */
export function countUpTo(timesUs: Float64Array, count: number, us: number): number {
  if (count > 0 && timesUs[count - 1]! <= us) return count;
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (timesUs[middle]! <= us) low = middle + 1;
    else high = middle;
  }
  return low;
}
