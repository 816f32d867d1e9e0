/**
 * Fill rate (the metric FILL_RATE): how much of what was routed came back filled.
 *
 *     fillRate = filled child quantity / routed child quantity    over child orders in a terminal state
 *
 * A rejected child counts as routed and filled 0. An order that never had a child order is measured by itself:
 * filledQuantity / quantity, and the basis says so.
 *
 * NaN: undefined: there are child orders and none has ended yet.
 */
export function fillRate(
  childCount: number,
  endedRoutedQuantity: number,
  endedFilledQuantity: number,
  filledQuantity: number,
  quantity: number,
): number {
  if (childCount === 0) return filledQuantity / quantity;
  return endedFilledQuantity / endedRoutedQuantity;
}

export type FillRateBasis = 'children' | 'parent';

export function fillRateBasis(childCount: number): FillRateBasis {
  return childCount === 0 ? 'parent' : 'children';
}
