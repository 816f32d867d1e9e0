import { normalCdf } from './normal-distribution.ts';

/**
 * Cost efficiency by model: how the cost so far compares with what the pre-trade model expects, on the scale of luck.
 *
 *     z = (costBps - expectedCostBps) / max(timingRiskBps, quotedSpreadBps / 2)
 *     costEfficiency = Phi(-z)
 *
 * A ratio in [0, 1]: 0.5 is as modelled, higher is cheaper. All inputs are those of the executed part and elapsed time.
 *
 * NaN: undefined: no cost yet, or no model (no average daily volume or volatility).
 */
export function modelCostEfficiency(z: number): number {
  return normalCdf(-z);
}

/** How many standard deviations of timing risk the cost is above the model; the risk is at least half the quoted spread. */
export function costZ(costBps: number, expectedCostBps: number, timingRiskBps: number, quotedSpreadBps: number): number {
  const riskBps = Number.isNaN(quotedSpreadBps) ? timingRiskBps : Math.max(timingRiskBps, quotedSpreadBps / 2);
  return (costBps - expectedCostBps) / riskBps;
}
