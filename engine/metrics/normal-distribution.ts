/**
 * The standard normal distribution function Phi(x): the share of a normal variable at or below x.
 *
 * Taylor series about 0 (all terms have one sign, so nothing cancels), which stops when a term no longer counts; beyond
 * |x| = 8 the tail, below 1e-15, is taken from its continued fraction. Absolute error below 1e-15 up to there.
 *
 * NaN for NaN. Source: Marsaglia (2004), Evaluating the Normal Distribution, Journal of Statistical Software 11(4).
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  if (x > SERIES_END) return 1 - upperTail(x);
  if (x < -SERIES_END) return upperTail(-x);
  let sum = x;
  let term = x;
  for (let i = 3, before = 0; sum !== before; i += 2) {
    before = sum;
    term *= (x * x) / i;
    sum += term;
  }
  return 0.5 + sum * density(x);
}

const SERIES_END = 8;
const FRACTION_DEPTH = 30;

function density(x: number): number {
  return Math.exp(-0.5 * x * x) / Math.sqrt(2 * Math.PI);
}

/** 1 - Phi(x) for large x by Laplace's continued fraction. */
function upperTail(x: number): number {
  let fraction = x;
  for (let k = FRACTION_DEPTH; k > 0; k--) fraction = x + k / fraction;
  return density(x) / fraction;
}
