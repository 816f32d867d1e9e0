/**
 * Execution progress: how much of the order is done.
 *
 *     executionProgress = filledQuantity / quantity
 *
 * A ratio; above 1 for an overfill, which is kept. A cancelled remainder does not raise it. `quantity` is the order's
 * quantity now, after replaces, and always positive.
 */
export function executionProgress(filledQuantity: number, quantity: number): number {
  return filledQuantity / quantity;
}
