import { DEFAULT_SETTINGS, type Settings } from '../domain/settings.ts';

/**
 * Performance score: one number in [0, 100] for how the execution goes.
 *
 *     score = 100 * weighted mean of min(1, executionSpeed), costEfficiency, min(1, fillRate)
 *
 * over those that are defined; the weights are settings and published with every answer. NaN: none is, or those have no weight.
 */
export function performanceScore(
  executionSpeed: number,
  costEfficiency: number,
  fillRate: number,
  weights: Settings['scoreWeights'] = DEFAULT_SETTINGS.scoreWeights,
): number {
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
