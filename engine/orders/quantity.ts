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

/** FIX LeavesQty: what is still to be filled; 0 once the order has ended. */
export function leavesQuantity(quantity: number, filled: number, hasEnded: boolean): number {
  return hasEnded ? 0 : quantity - filled;
}

/** S after a replace: what it asks for, but never below what was filled at its time. */
export function replacedQuantity(asked: number, filledAtReplace: number): number {
  return Math.max(asked, filledAtReplace);
}
