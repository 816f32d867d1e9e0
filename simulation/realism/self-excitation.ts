/**
 * How much of the trading is an answer to trading: a self-exciting process fitted to the takes.
 *
 *     lambda(side, t) = mu + sum over k of (n_self[k] sum over past takes of that side of beta[k] exp(-beta[k] age)
 *                                         + n_cross[k] the same over the other side)
 *
 * n is a branching ratio: how many takes one take brings on average through that kernel. mu is the same for both sides and at all
 * times, so a rate that changes by itself within the recording shows as slow self-excitation.
 *
 * Fitted by expectation and maximisation with the decays given: each take is shared among what may have caused it in proportion to
 * their intensities, and the ratios are the shares counted. A decay that is not among them is shared by its neighbours. The slow
 * kernels are hard to tell from a base rate: of independent takes some 0.05 are said to answer others.
 *
 * Source: Hawkes (1971), Biometrika 58; Veen and Schoenberg (2008), J. American Statistical Association 103 (the fit).
 */

import type { Takes } from './takes.ts';

/** Decays, 1/s: machines, fast and slow; people; the mood of some minutes' part. */
export const DECAYS_PER_SECOND = [1_500, 60, 2, 0.05] as const;

const ROUNDS = 200;
/** From little excitation: slow kernels are left slowly, and should not be reported for want of rounds. */
const FIRST_RATIO = 0.02;
const FIRST_BASE_SHARE = 0.8;

export interface SelfExcitation {
  /** Takes that come by themselves, both sides, per second. */
  readonly basePerSecond: number;
  /** Branching ratios by decay: takes of the same side that one take brings, and of the other. */
  readonly self: readonly number[];
  readonly cross: readonly number[];
  /** Sum of all ratios: the share of takes that answer others. */
  readonly branching: number;
}

/** Ratios NaN without takes. */
export function selfExcitation(
  { timesUs, signs }: Pick<Takes, 'timesUs' | 'signs'>,
  fromUs: number,
  toUs: number,
  decaysPerSecond: readonly number[] = DECAYS_PER_SECOND,
): SelfExcitation {
  const kernels = decaysPerSecond.length;
  const excitations = excitationsBefore(timesUs, signs, decaysPerSecond);
  const exposures = decaysPerSecond.map((decay) =>
    timesUs.reduce((sum, timeUs) => sum + 1 - Math.exp((-decay * (toUs - timeUs)) / 1e6), 0),
  );
  const seconds = (toUs - fromUs) / 1e6;
  let basePerSide = (FIRST_BASE_SHARE * timesUs.length) / seconds / 2;
  const ratios = new Float64Array(2 * kernels).fill(FIRST_RATIO);
  for (let round = 0; round < ROUNDS; round++) {
    const caused = new Float64Array(2 * kernels);
    let uncaused = 0;
    for (let i = 0; i < timesUs.length; i++) {
      const row = i * 2 * kernels;
      let intensity = basePerSide;
      for (let k = 0; k < 2 * kernels; k++) intensity += ratios[k]! * excitations[row + k]!;
      uncaused += basePerSide / intensity;
      for (let k = 0; k < 2 * kernels; k++) caused[k]! += (ratios[k]! * excitations[row + k]!) / intensity;
    }
    basePerSide = uncaused / (2 * seconds);
    for (let k = 0; k < 2 * kernels; k++) ratios[k] = caused[k]! / exposures[k % kernels]!;
  }
  return {
    basePerSecond: 2 * basePerSide,
    self: Array.from(ratios.subarray(0, kernels)),
    cross: Array.from(ratios.subarray(kernels)),
    branching: ratios.reduce((sum, ratio) => sum + ratio, 0),
  };
}

/** For each take, just before it: sum of beta exp(-beta age) over the takes of its side, by decay, then over those of the other. */
function excitationsBefore(timesUs: Float64Array, signs: Float64Array, decays: readonly number[]): Float64Array {
  const kernels = decays.length;
  const rows = new Float64Array(timesUs.length * 2 * kernels);
  const ofBuys = new Float64Array(kernels);
  const ofSells = new Float64Array(kernels);
  for (let i = 0; i < timesUs.length; i++) {
    const [same, other] = signs[i]! > 0 ? [ofBuys, ofSells] : [ofSells, ofBuys];
    const passedSeconds = i === 0 ? 0 : (timesUs[i]! - timesUs[i - 1]!) / 1e6;
    for (let k = 0; k < kernels; k++) {
      const kept = Math.exp(-decays[k]! * passedSeconds);
      ofBuys[k]! *= kept;
      ofSells[k]! *= kept;
      rows[i * 2 * kernels + k] = same[k]!;
      rows[i * 2 * kernels + kernels + k] = other[k]!;
      same[k]! += decays[k]!;
    }
  }
  return rows;
}
