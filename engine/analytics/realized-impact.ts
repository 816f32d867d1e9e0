import { costBps } from '../metrics/cost-bps.ts';

export interface RealizedImpact {
  /** I: where the mid stood 30 minutes after the end. */
  readonly permanentBps: number;
  /** J: what the fills cost. */
  readonly realizedBps: number;
  /** K: what of it was not lasting. */
  readonly temporaryBps: number;
}

/**
 * Market impact of a finished order.
 *
 *     permanent I = s (m(end + 30 min) - Pa) / Pa     realized J = s (P - Pa) / Pa     temporary K = J - I / 2
 *
 * bps of the arrival price, positive is a cost. NaN: no arrival price; I and K until the half hour is final; J without fills.
 * Source: Almgren, Thum, Hauptmann and Li (2005), Direct Estimation of Equity Market Impact, Risk 18(7).
 */
export function realizedImpact(side: 1 | -1, averagePrice: number, arrivalPrice: number, midHalfHourAfterEnd: number): RealizedImpact {
  const permanentBps = costBps(side, midHalfHourAfterEnd, arrivalPrice);
  const realizedBps = costBps(side, averagePrice, arrivalPrice);
  return { permanentBps, realizedBps, temporaryBps: realizedBps - permanentBps / 2 };
}

/**
 * Reversion: how far the mid came back after the end.
 *
 *     reversion(tau) = -s (m(end + tau) - m(end)) / m(end) * 10_000
 *
 * bps of the mid at the end. Positive: it moved against the order's direction, what temporary impact does.
 * NaN: not final, or no mid at the end.
 */
export function reversionBps(side: 1 | -1, midAtEnd: number, midLater: number): number {
  return -costBps(side, midLater, midAtEnd);
}
