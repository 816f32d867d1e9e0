import { BPS } from '../domain/units.ts';

/** One stretch of the order's interval: what the market and the order did in it. */
export interface VwapSlice {
  readonly marketVolume: number;
  /** Sum of price * quantity of the market's trades. */
  readonly marketNotional: number;
  readonly filledQuantity: number;
  readonly filledNotional: number;
}

export interface VwapAttribution {
  readonly schedulingBps: number;
  readonly executionBps: number;
}

/**
 * Cost against the interval VWAP, split into when the order traded and at which prices within each slice.
 *
 *     s (P - VWAP) = s sum (w_k - v_k) VWAP_k + s sum w_k (pbar_k - VWAP_k)
 *                      scheduling                execution
 *
 * w_k the order's share in slice k, v_k the market's, pbar_k the order's price there; bps of the interval VWAP. Positive is a
 * cost; the two add up to the cost against the interval VWAP. A slice without market trades is joined to the one before it
 * (the first ones to the first that has some).
 *
 * NaN: undefined: no fill, or no market trade in the interval.
 */
export function vwapAttribution(side: 1 | -1, slices: readonly VwapSlice[]): VwapAttribution {
  const joined = joinEmpty(slices);
  let volume = 0;
  let notional = 0;
  let quantity = 0;
  for (const slice of joined) {
    volume += slice.marketVolume;
    notional += slice.marketNotional;
    quantity += slice.filledQuantity;
  }
  if (!(volume > 0) || !(quantity > 0)) return { schedulingBps: Number.NaN, executionBps: Number.NaN };
  const vwap = notional / volume;
  let scheduling = 0;
  let execution = 0;
  for (const slice of joined) {
    const sliceVwap = slice.marketNotional / slice.marketVolume;
    const share = slice.filledQuantity / quantity;
    // Prices are taken relative to the interval's VWAP, which changes nothing in the sum and keeps the digits.
    scheduling += (share - slice.marketVolume / volume) * (sliceVwap - vwap);
    execution += (slice.filledNotional - slice.filledQuantity * sliceVwap) / quantity;
  }
  return { schedulingBps: (side * scheduling * BPS) / vwap, executionBps: (side * execution * BPS) / vwap };
}

function joinEmpty(slices: readonly VwapSlice[]): VwapSlice[] {
  const joined: VwapSlice[] = [];
  for (const slice of slices) {
    const last = joined.at(-1);
    if (last !== undefined && (slice.marketVolume === 0 || last.marketVolume === 0)) joined[joined.length - 1] = add(last, slice);
    else joined.push(slice);
  }
  return joined;
}

function add(a: VwapSlice, b: VwapSlice): VwapSlice {
  return {
    marketVolume: a.marketVolume + b.marketVolume,
    marketNotional: a.marketNotional + b.marketNotional,
    filledQuantity: a.filledQuantity + b.filledQuantity,
    filledNotional: a.filledNotional + b.filledNotional,
  };
}
