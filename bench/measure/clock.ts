/** The clock of all measuring: CLOCK_MONOTONIC of the machine, the same in every process of a run. */

const NS_PER_US = 1_000;

/** Microseconds since the machine was started. */
export function monotonicUs(): number {
  return Number(process.hrtime.bigint()) / NS_PER_US;
}

/** Microseconds since the epoch, for the timestamps of events. Not for measuring: it may be set. */
export function wallUs(): number {
  return (performance.timeOrigin + performance.now()) * NS_PER_US;
}
