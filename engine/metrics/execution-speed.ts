/** Speed of an order that has fills before any were expected. Not exported: V8 boxes what is chosen between such a constant and a number. */
const EXECUTION_SPEED_CAP = 10;

/**
 * Execution speed (the metric EXECUTION_SPEED): progress against the plan.
 *
 *     executionSpeed = executionProgress / expectedProgress
 *
 * 1 is on schedule, below 1 behind, above 1 ahead. Nothing done and nothing expected is 1; something done before anything
 * was expected is 10.
 *
 * NaN: undefined: no expected progress (an order without a plan).
 */
export function executionSpeed(executionProgress: number, expectedProgress: number): number {
  if (Number.isNaN(expectedProgress)) return Number.NaN;
  if (expectedProgress === 0) return executionProgress === 0 ? 1 : EXECUTION_SPEED_CAP;
  return executionProgress / expectedProgress;
}
