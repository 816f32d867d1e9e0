/** Weights of the parts of the performance score; published with every answer. */
export const PERFORMANCE_SCORE_WEIGHTS = { execution_speed: 0.4, cost_efficiency: 0.45, fill_rate: 0.15 } as const;

/**
 * Performance score: one number in [0, 100] for how the execution goes.
 *
 *     score = 100 * weighted mean of min(1, executionSpeed), costEfficiency, min(1, fillRate)
 *
 * over those that are defined, with the weights above. NaN: none is.
 */
export function performanceScore(executionSpeed: number, costEfficiency: number, fillRate: number): number {
  const weights = PERFORMANCE_SCORE_WEIGHTS;
  let sum = 0;
  let weight = 0;
  if (!Number.isNaN(executionSpeed)) {
    sum += weights.execution_speed * Math.min(1, executionSpeed);
    weight += weights.execution_speed;
  }
  if (!Number.isNaN(costEfficiency)) {
    sum += weights.cost_efficiency * costEfficiency;
    weight += weights.cost_efficiency;
  }
  if (!Number.isNaN(fillRate)) {
    sum += weights.fill_rate * Math.min(1, fillRate);
    weight += weights.fill_rate;
  }
  return weight === 0 ? Number.NaN : (100 * sum) / weight;
}
