/** The rows of an explained answer as the functions of engine/analytics take them: null becomes NaN again. */

import type { ExplainedFill, ExplainedPlan, ExplainedSlice } from '../../domain/explanation.ts';
import { type IndexedFill, MARKOUT_HORIZONS, type PricedFill } from '../fill-facts.ts';
import type { VwapSlice } from '../vwap-attribution.ts';

export interface Rows {
  readonly explained_fills: readonly ExplainedFill[];
  readonly explained_slices: readonly ExplainedSlice[];
  readonly explained_plans: readonly ExplainedPlan[];
}

export const NO_ROWS: Rows = { explained_fills: [], explained_slices: [], explained_plans: [] };

/** The lists of buckets, and the field of a fill that is the key of each. */
const BUCKET_KEYS = { by_venue: 'venue', by_time_slice: 'slice', by_child_type: 'child_order_type', by_liquidity: 'liquidity' } as const satisfies Record<string, keyof ExplainedFill>;
type KeyField = (typeof BUCKET_KEYS)[keyof typeof BUCKET_KEYS];

const listPath = (by: string): string => `performance_attribution.${by}[].`;

/** Where a field of the buckets stands. */
export function bucketPaths(field: string): string[] {
  return Object.keys(BUCKET_KEYS).map((by) => `${listPath(by)}${field}`);
}

/** Which fills go into the number at a path: all (undefined), or those whose field of this name is the key. */
export function keyFieldOf(path: string): KeyField | undefined {
  if (path === 'execution_summary.venue_distribution.*') return 'venue';
  return Object.entries(BUCKET_KEYS).find(([by]) => path.startsWith(listPath(by)))?.[1];
}

/** The rows with those fills only. */
export function rowsWhere(rows: Rows, path: string, key: string): Rows {
  const field = keyFieldOf(path);
  return field === undefined ? rows : { ...rows, explained_fills: rows.explained_fills.filter((fill) => fill[field] === key) };
}

export function fillsOf({ explained_fills }: Rows): (PricedFill & IndexedFill)[] {
  return explained_fills.map(({ quantity, price, fee, bid, ask, later_mids, index_move }) => ({
    quantity,
    price,
    fee,
    bid: orNaN(bid),
    ask: orNaN(ask),
    laterMids: MARKOUT_HORIZONS.map(({ key }) => orNaN(later_mids[key])),
    indexMove: orNaN(index_move),
  }));
}

export function slicesOf({ explained_slices }: Rows): VwapSlice[] {
  return explained_slices.map(({ market_volume, market_turnover, filled_quantity, filled_notional }) => ({
    marketVolume: orNaN(market_volume),
    marketNotional: orNaN(market_turnover),
    filledQuantity: filled_quantity,
    filledNotional: filled_notional,
  }));
}

export function orNaN(value: number | null): number {
  return value ?? Number.NaN;
}
