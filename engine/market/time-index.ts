/** Places in a column of times that never fall. */

/** How many of the first `count` times are below `us`: where the first time at or after it stands. */
export function countBefore(timesUs: Float64Array, count: number, us: number): number {
  let low = 0;
  let high = count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (timesUs[middle]! < us) low = middle + 1;
    else high = middle;
  }
  return low;
}

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

/** Of the first `count` things with a (time, sequence) each, in this order: the place of the last below the given one, -1 without one. */
export function placeBefore(timesUs: Float64Array, sequences: Float64Array, count: number, us: number, sequence: number): number {
  let upTo = countUpTo(timesUs, count, us);
  while (upTo > 0 && timesUs[upTo - 1] === us && sequences[upTo - 1]! >= sequence) upTo--;
  return upTo - 1;
}
