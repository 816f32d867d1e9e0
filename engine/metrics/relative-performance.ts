/**
 * Relative performance measure, the model-free COST_EFFICIENCY: the share of the interval's market volume that traded at
 * worse prices than the order's average, what traded at that price counted half.
 *
 *     buy:  rpm = (volume above P + volume at P / 2) / volume
 *     sell: rpm = (volume below P + volume at P / 2) / volume = 1 - shareAbove
 *
 * A ratio in [0, 1], higher is better; 0.5 is as good as the market.
 *
 * `shareAbove` is market/trade-tape.ts's share above P with ties half.
 * NaN: undefined: no live fill, or no market volume in the interval.
 * Source: Kissell and Glantz (2003), Optimal Trading Strategies, on the relative performance measure.
 */
export function relativePerformance(side: 1 | -1, shareAbove: number): number {
  return side === 1 ? shareAbove : 1 - shareAbove;
}
