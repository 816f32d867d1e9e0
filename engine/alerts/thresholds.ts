/**
 * Thresholds: the defaults of the built-in rules and what a monitoring session sets in their place.
 *
 * A key is an alert type or a metric; each names the quantity that is compared, the side on which it fires and the alert
 * that it raises. A given threshold replaces the default rule of the alert it raises.
 */

import type { AlertType, ThresholdKey } from '../domain/enums.ts';

/** Default SLOW_EXECUTION: below this speed, and behind by at least the shortfall; clears at the second speed. */
export const SLOW_SPEED = 0.7;
export const SLOW_SPEED_CLEAR = 0.85;
export const SLOW_SHORTFALL_MIN = 0.05;
/** Default HIGH_COST: slippage above this and above so many quoted spreads, once so much is filled. */
export const HIGH_COST_BPS = 5;
export const HIGH_COST_SPREADS = 1.5;
export const HIGH_COST_PROGRESS_MIN = 0.05;

/** Where a session gives none. */
export const NO_THRESHOLDS: Readonly<Record<string, number>> = {};

/** What is published as effective where a session gives nothing. */
export const DEFAULT_THRESHOLDS: Readonly<Partial<Record<ThresholdKey, number>>> = {
  SLOW_EXECUTION: SLOW_SPEED,
  HIGH_COST: HIGH_COST_BPS,
};

export type ThresholdSide = 'below' | 'above';
export type MeasuredQuantity =
  | 'executionSpeed'
  | 'slippageBps'
  | 'costEfficiency'
  | 'marketImpactBps'
  | 'fillRate'
  | 'rejectRatio'
  | 'ownBenchmarkCostBps';

export interface ThresholdMeaning {
  readonly raises: AlertType;
  readonly measures: MeasuredQuantity;
  readonly fires: ThresholdSide;
}

export const THRESHOLD_MEANINGS: Readonly<Record<ThresholdKey, ThresholdMeaning>> = {
  SLOW_EXECUTION: { raises: 'SLOW_EXECUTION', measures: 'executionSpeed', fires: 'below' },
  EXECUTION_SPEED: { raises: 'SLOW_EXECUTION', measures: 'executionSpeed', fires: 'below' },
  HIGH_COST: { raises: 'HIGH_COST', measures: 'slippageBps', fires: 'above' },
  SLIPPAGE: { raises: 'HIGH_COST', measures: 'slippageBps', fires: 'above' },
  COST_EFFICIENCY: { raises: 'HIGH_COST', measures: 'costEfficiency', fires: 'below' },
  MARKET_IMPACT: { raises: 'MARKET_IMPACT', measures: 'marketImpactBps', fires: 'above' },
  FILL_RATE: { raises: 'VENUE_ISSUE', measures: 'fillRate', fires: 'below' },
  VENUE_ISSUE: { raises: 'VENUE_ISSUE', measures: 'rejectRatio', fires: 'above' },
  ALGORITHM_UNDERPERFORMANCE: { raises: 'ALGORITHM_UNDERPERFORMANCE', measures: 'ownBenchmarkCostBps', fires: 'above' },
};

/** Default rules apply to the alerts that no given threshold raises. */
export function effectiveThresholds(given: Readonly<Record<string, number>>): Record<string, number> {
  const effective: Record<string, number> = {};
  const replaced = new Set(Object.keys(given).map((key) => THRESHOLD_MEANINGS[key as ThresholdKey].raises));
  for (const [key, value] of Object.entries(DEFAULT_THRESHOLDS)) {
    if (!replaced.has(THRESHOLD_MEANINGS[key as ThresholdKey].raises)) effective[key] = value;
  }
  return { ...effective, ...given };
}
