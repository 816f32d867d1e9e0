/**
 * exp and log from the four operations alone. The language leaves the last bits of Math.exp and Math.log to the platform;
 * the four operations are exact everywhere, and with these the same seed makes the same bytes on any machine.
 *
 * Errors: relative, below 1e-15 in the ranges used here (tested against Math). Not for subnormal numbers.
 */

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
const LOG_TERMS = 12;
const EXP_TERMS = 14;

const double = new Float64Array(1);
const words = new Uint32Array(double.buffer);

/** Natural logarithm of a normal positive number; -Infinity for 0, NaN below. */
export function exactLog(x: number): number {
  if (!(x > 0)) return x === 0 ? Number.NEGATIVE_INFINITY : Number.NaN;
  double[0] = x;
  let exponent = (words[1]! >>> 20) - 1_023;
  words[1] = (words[1]! & 0x000fffff) | 0x3ff00000;
  let mantissa = double[0]!;
  if (mantissa > Math.SQRT2) {
    mantissa /= 2;
    exponent += 1;
  }
  // log m = 2 artanh(s), s = (m - 1) / (m + 1), |s| < 0.172
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let sum = 0;
  for (let i = LOG_TERMS; i >= 0; i--) sum = sum * square + 1 / (2 * i + 1);
  return exponent * LN2_HIGH + (2 * s * sum + exponent * LN2_LOW);
}

/** e to the x; 0 below -708, Infinity above 709. */
export function exactExp(x: number): number {
  if (x > 709) return Number.POSITIVE_INFINITY;
  if (x < -708) return 0;
  const exponent = Math.floor(x / (LN2_HIGH + LN2_LOW) + 0.5);
  const rest = x - exponent * LN2_HIGH - exponent * LN2_LOW;
  let sum = 1;
  for (let i = EXP_TERMS; i >= 1; i--) sum = 1 + (sum * rest) / i;
  double[0] = 1;
  words[1] = (1_023 + exponent) << 20;
  words[0] = 0;
  return sum * double[0]!;
}

/** x to the power y, x > 0. */
export function exactPower(x: number, y: number): number {
  return exactExp(y * exactLog(x));
}
