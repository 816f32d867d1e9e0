/**
 * Quantities can be fractions (0.1 of a coin), whose sums are not exact: ten times 0.1 falls short of 1 by a rounding. Within
 * this share of it a quantity counts as reached; no lot is that small.
 */
const ROUNDING = 1e-9;

export function reaches(filled: number, quantity: number): boolean {
  return filled >= quantity * (1 - ROUNDING);
}

export function exceeds(filled: number, quantity: number): boolean {
  return filled > quantity * (1 + ROUNDING);
}
