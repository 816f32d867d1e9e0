/**
 * Whether an alert's condition holds for an order, and whether it is over. Pure: numbers in, verdict out; how long it
 * must hold and what follows is lifecycle.ts.
 *
 * This is the simple form: two default rules (SLOW_EXECUTION, HIGH_COST) and the thresholds of a monitoring session.
 */

import { type AlertType, SEVERITIES, type Severity, type ThresholdKey } from '../domain/enums.ts';
import {
  HIGH_COST_BPS,
  HIGH_COST_PROGRESS_MIN,
  HIGH_COST_SPREADS,
  type MeasuredQuantity,
  NO_THRESHOLDS,
  SLOW_SHORTFALL_MIN,
  SLOW_SPEED,
  SLOW_SPEED_CLEAR,
  THRESHOLD_MEANINGS,
} from './thresholds.ts';

/** What the rules look at. Undefined is NaN: a condition on an undefined number does not hold. */
export interface Measured extends Readonly<Record<MeasuredQuantity, number>> {
  readonly nowUs: number;
  readonly startUs: number;
  readonly plannedEndUs: number;
  readonly executionProgress: number;
  readonly expectedProgress: number;
  /** Quoted spread, bps of the mid. */
  readonly spreadBps: number;
  readonly isHalted: boolean;
}

export interface Verdict {
  readonly fires: boolean;
  readonly clears: boolean;
  readonly severity: Severity;
}

const QUIET: Verdict = { fires: false, clears: false, severity: 'LOW' };

/** No alert in this first part of the horizon; one severity up in the last part. */
const HORIZON_START = 0.05;
const HORIZON_END = 0.85;

/** A given threshold clears when the value is this share of it on the good side. */
const THRESHOLD_HYSTERESIS = 0.1;

/**
 * True when no default rule can fire, told from four numbers: most orders at most moments. It looks at no spread, no horizon and
 * no halt, which can only keep an alert from firing.
 */
export function isCalm(executionSpeed: number, expectedProgress: number, executionProgress: number, slippageBps: number): boolean {
  const isSlow = executionSpeed < SLOW_SPEED && expectedProgress - executionProgress >= SLOW_SHORTFALL_MIN;
  return !isSlow && !(slippageBps > HIGH_COST_BPS);
}

/** The verdict on one alert type. `given` are the thresholds of the order's monitoring session. */
export function judge(type: AlertType, measured: Measured, given: Readonly<Record<string, number>>): Verdict {
  const isGiven = given !== NO_THRESHOLDS && isRaisedBy(given, type);
  if (!isGiven && type !== 'SLOW_EXECUTION' && type !== 'HIGH_COST') return QUIET;
  const isInhibited = (type === 'SLOW_EXECUTION' || type === 'HIGH_COST' || type === 'MARKET_IMPACT') && measured.isHalted;
  if (isInhibited || horizonShare(measured) < HORIZON_START) return QUIET;
  if (isGiven) return judgeThresholds(type, measured, given);
  return type === 'SLOW_EXECUTION' ? judgeSlow(measured) : judgeCost(measured);
}

function judgeSlow(measured: Measured): Verdict {
  const { executionSpeed, expectedProgress, executionProgress } = measured;
  return {
    fires: executionSpeed < SLOW_SPEED && expectedProgress - executionProgress >= SLOW_SHORTFALL_MIN,
    clears: !(executionSpeed < SLOW_SPEED_CLEAR),
    severity: slowSeverity(measured),
  };
}

function judgeCost(measured: Measured): Verdict {
  const { slippageBps, spreadBps, executionProgress } = measured;
  const limitBps = Math.max(HIGH_COST_BPS, Number.isNaN(spreadBps) ? 0 : HIGH_COST_SPREADS * spreadBps);
  return {
    fires: slippageBps > limitBps && executionProgress >= HIGH_COST_PROGRESS_MIN,
    clears: !(slippageBps > limitBps * (1 - THRESHOLD_HYSTERESIS)),
    severity: severityByExcess(slippageBps, limitBps, measured),
  };
}

function isRaisedBy(given: Readonly<Record<string, number>>, type: AlertType): boolean {
  for (const key in given) if (THRESHOLD_MEANINGS[key as ThresholdKey].raises === type) return true;
  return false;
}

/** Several thresholds can raise the same alert: any fires it, all must be over to clear it. */
function judgeThresholds(type: AlertType, measured: Measured, given: Readonly<Record<string, number>>): Verdict {
  let fires = false;
  let clears = true;
  let severity: Severity = 'LOW';
  for (const key in given) {
    const meaning = THRESHOLD_MEANINGS[key as ThresholdKey];
    if (meaning.raises !== type) continue;
    const threshold = given[key]!;
    const value = measured[meaning.measures];
    const clearAt = threshold + (meaning.fires === 'below' ? 1 : -1) * Math.abs(threshold) * THRESHOLD_HYSTERESIS;
    const firesHere = meaning.fires === 'below' ? value < threshold : value > threshold;
    const clearsHere = meaning.fires === 'below' ? !(value < clearAt) : !(value > clearAt);
    if (firesHere) {
      const here = meaning.measures === 'executionSpeed' ? slowSeverity(measured) : severityOf(meaning.fires, value, threshold, measured);
      if (SEVERITIES.indexOf(here) > SEVERITIES.indexOf(severity)) severity = here;
    }
    fires ||= firesHere;
    clears &&= clearsHere;
  }
  return { fires, clears, severity };
}

function slowSeverity(measured: Measured): Severity {
  const { executionSpeed } = measured;
  const level = executionSpeed >= 0.7 ? 0 : executionSpeed >= 0.5 ? 1 : executionSpeed >= 0.25 ? 2 : 3;
  return late(level, measured);
}

function severityOf(side: 'below' | 'above', value: number, threshold: number, measured: Measured): Severity {
  return side === 'above' ? severityByExcess(value, threshold, measured) : severityByExcess(threshold, value, measured);
}

/** By how far the limit is passed: MEDIUM beyond it, HIGH at twice, CRITICAL at three times. */
function severityByExcess(value: number, limit: number, measured: Measured): Severity {
  const ratio = limit > 0 ? value / limit : value > 0 ? Number.POSITIVE_INFINITY : 1;
  return late(ratio >= 3 ? 3 : ratio >= 2 ? 2 : 1, measured);
}

/** One level up when little time is left. */
function late(level: number, measured: Measured): Severity {
  const raised = horizonShare(measured) >= HORIZON_END ? level + 1 : level;
  return SEVERITIES[Math.min(raised, SEVERITIES.length - 1)]!;
}

/** Elapsed share of the planned time; NaN, which no comparison holds for, without a planned end. */
function horizonShare(measured: Measured): number {
  return (measured.nowUs - measured.startUs) / (measured.plannedEndUs - measured.startUs);
}
