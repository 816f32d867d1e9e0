/** Search in times that do not fall. */

/** How many of `timesUs` are at or before `timeUs`: the index of the first one after it. */
export function indexAfter(timesUs: Float64Array, timeUs: number): number {
  let low = 0;
  let high = timesUs.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (timesUs[middle]! <= timeUs) low = middle + 1;
    else high = middle;
  }
  return low;
}
