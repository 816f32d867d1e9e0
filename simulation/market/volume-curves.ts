/**
 * The U of a trading day: how volume and variance spread over it. Owns the shapes; how an instrument event's curve is read is
 * engine/market/volume-curve.ts.
 */

import { exactExp } from '../random/exact-math.ts';

export const STEP_US = 300_000_000;
export const STEPS_PER_DAY = 78;
/** The last step of the day is the call of the closing auction: nothing trades in it but the auction. */
export const CONTINUOUS_STEPS = STEPS_PER_DAY - 1;

/** How fast the morning's and the afternoon's extra activity fades, in parts of the day. */
const MORNING_SHARE = 0.08;
const EVENING_SHARE = 0.07;

export interface UShape {
  /** Extra activity at the open, in multiples of the middle of the day. */
  readonly opening: number;
  readonly closing: number;
  /** Parts of the day's volume in the two auctions. */
  readonly openingShare: number;
  readonly closingShare: number;
}

/**
 * Shares of the continuous session's volume by step of five minutes; they sum to 1.
 *
 *     w(x) = 1 + opening exp(-x / 0.08) + closing exp(-(1 - x) / 0.07),  x the part of the continuous session passed
 */
export function continuousShares(shape: UShape): Float64Array {
  const weights = new Float64Array(CONTINUOUS_STEPS);
  for (let i = 0; i < CONTINUOUS_STEPS; i++) {
    const x = (i + 0.5) / CONTINUOUS_STEPS;
    weights[i] = 1 + shape.opening * exactExp(-x / MORNING_SHARE) + shape.closing * exactExp(-(1 - x) / EVENING_SHARE);
  }
  return normalised(weights);
}

/**
 * Shares of the day's variance by step; they sum to 1. As the square root of the volume: the U of variance is the shallower one
 * (Andersen and Bollerslev 1997, Journal of Empirical Finance 4).
 */
export function varianceShares(shape: UShape): Float64Array {
  const shares = continuousShares(shape);
  return normalised(shares.map((share) => Math.sqrt(share)));
}

/** The `volume_curve` of an instrument: cumulative, 79 points. It begins with the opening auction and its last step is the closing one. */
export function volumeCurve(shape: UShape): number[] {
  const continuous = 1 - shape.openingShare - shape.closingShare;
  const curve = [shape.openingShare];
  let sum = 0;
  for (const share of continuousShares(shape)) {
    sum += share;
    curve.push(rounded(shape.openingShare + continuous * sum));
  }
  curve.push(1);
  return curve;
}

function normalised(weights: Float64Array): Float64Array {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

const rounded = (share: number): number => Math.round(share * 1e6) / 1e6;
