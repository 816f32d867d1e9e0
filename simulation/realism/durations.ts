/** Durations between takes. */

/**
 * The times from each take to the next, in seconds. Takes of both sides at one time are one moment: durations are above 0.
 * Their coefficient of variation is 1 for a Poisson process. Source: Engle and Russell (1998), Econometrica 66(5).
 */
export function durationsOf(timesUs: Float64Array): Float64Array {
  const durations = [];
  for (let i = 1; i < timesUs.length; i++) {
    const durationUs = timesUs[i]! - timesUs[i - 1]!;
    if (durationUs > 0) durations.push(durationUs / 1e6);
  }
  return Float64Array.from(durations);
}
