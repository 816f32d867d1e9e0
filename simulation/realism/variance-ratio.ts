/** Whether short moves add up. */

import { mean } from './moments.ts';

/**
 * Signature of the mid: (mean square return over a short step / step) / (the same over a long one). 1 for a random walk; above 1
 * where short moves are taken back (bounce, resilience), below 1 where they go on (trend).
 *
 * Unit: none. Steps in any one unit. Source: signature plot, Andersen, Bollerslev, Diebold and Labys (2000), Risk 13(3); variance
 * ratio, Lo and MacKinlay (1988), Review of Financial Studies 1(1).
 */
export function varianceRatio(
  shortReturns: ArrayLike<number>,
  shortStep: number,
  longReturns: ArrayLike<number>,
  longStep: number,
): number {
  return meanSquare(shortReturns) / shortStep / (meanSquare(longReturns) / longStep);
}

function meanSquare(values: ArrayLike<number>): number {
  return mean(Array.from(values, (value) => value * value));
}
