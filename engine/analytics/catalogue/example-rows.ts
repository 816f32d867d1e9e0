/** The rows that the worked examples are computed over: three fills, three slices, and plans. */

import type { ExplainedFill, ExplainedPlan, ExplainedSlice } from '../../domain/explanation.ts';
import type { Rows } from './rows.ts';

const FILL = { child_order_type: 'LIMIT', liquidity: 'ADDED' };

const EXAMPLE_FILLS: readonly ExplainedFill[] = [
  {
    ...FILL, exec_id: 'x1', timestamp: '2026-03-02T14:30:10Z', quantity: 300, price: 40.02, fee: 6, venue: 'XNAS', slice: '2026-03-02T14:30:00Z',
    bid: 40, ask: 40.04, mid: 40.02, later_mids: { '1s': 40.03, '15s': 40.05, '1m': 40.06, '5m': 40.04, '30m': 40.1 }, index_move: 0.0002,
  },
  {
    ...FILL, exec_id: 'x2', timestamp: '2026-03-02T14:31:00Z', quantity: 200, price: 40.07, fee: 5, venue: 'ARCX', slice: '2026-03-02T14:31:00Z', liquidity: 'REMOVED',
    bid: 40.03, ask: 40.07, mid: 40.05, later_mids: { '1s': 40.05, '15s': 40.06, '1m': 40.04, '5m': 40.08, '30m': 40.1 }, index_move: 0.0005,
  },
  {
    ...FILL, exec_id: 'x3', timestamp: '2026-03-02T14:32:00Z', quantity: 200, price: 40.08, fee: 6, venue: 'XNAS', slice: '2026-03-02T14:32:00Z',
    bid: 40.06, ask: 40.1, mid: 40.08, later_mids: { '1s': 40.1, '15s': 40.1, '1m': 40.12, '5m': 40.08, '30m': null }, index_move: 0.0008,
  },
];

const EXAMPLE_SLICES: readonly ExplainedSlice[] = [
  { from: '2026-03-02T14:30:00Z', market_volume: 4_000, market_turnover: 160_080, filled_quantity: 300, filled_notional: 12_006 },
  { from: '2026-03-02T14:31:00Z', market_volume: 1_000, market_turnover: 40_050, filled_quantity: 200, filled_notional: 8_014 },
  { from: '2026-03-02T14:32:00Z', market_volume: 2_000, market_turnover: 80_160, filled_quantity: 200, filled_notional: 8_016 },
];

export const EXAMPLE_ROWS: Rows = { explained_fills: EXAMPLE_FILLS, explained_slices: EXAMPLE_SLICES, explained_plans: [] };

const MINUTE_US = 60_000_000;

const NO_PLAN: ExplainedPlan = {
  algorithm: 'NONE', quantity: 1_000, from_us: 0, until_us: null, end_us: null, tradable_until_us: null, tradable_from_us: null, tradable_end_us: null,
  curve_start: null, curve_from: null, curve_until: null, curve_end: null, participation_rate: null, volume: null, closed_us: null, knots: null,
  risk_aversion: null, arrival_price: null, average_daily_volume: null, daily_volatility: null, temporary_coefficient: null, trading_day_us: null, urgency_per_day: null,
  base: 0, expected_progress: null,
};

/** Until the 30th of 60 minutes, of which 10 were halted. */
const HALF: ExplainedPlan = { ...NO_PLAN, until_us: 30 * MINUTE_US, end_us: 60 * MINUTE_US, tradable_until_us: 20 * MINUTE_US, tradable_from_us: 0, tradable_end_us: 50 * MINUTE_US };

/** By the formula that they are the example of. */
export const EXAMPLE_PLANS: Readonly<Record<'linear' | 'volumeCurve' | 'participation' | 'almgrenChriss' | 'close' | 'custom', readonly ExplainedPlan[]>> = {
  linear: [
    { ...HALF, algorithm: 'TWAP', expected_progress: 0.4 },
    { ...HALF, algorithm: 'TWAP', quantity: 2_000, from_us: 30 * MINUTE_US, until_us: 45 * MINUTE_US, tradable_until_us: 35 * MINUTE_US, tradable_from_us: 20 * MINUTE_US, base: 0.2, expected_progress: 0.6 },
  ],
  volumeCurve: [{ ...HALF, algorithm: 'VWAP', curve_start: 0.1, curve_from: 0.1, curve_until: 0.25, curve_end: 0.4, expected_progress: 0.5 }],
  participation: [{ ...NO_PLAN, algorithm: 'POV', until_us: 30 * MINUTE_US, participation_rate: 0.1, volume: 4_200, expected_progress: 0.42 }],
  almgrenChriss: [
    {
      ...HALF, algorithm: 'IS', quantity: 200_000, risk_aversion: 1e-6, arrival_price: 50, average_daily_volume: 5_000_000, daily_volatility: 0.02, temporary_coefficient: 0.142,
      trading_day_us: 390 * MINUTE_US, urgency_per_day: 4.7008, expected_progress: 0.422441,
    },
  ],
  close: [{ ...NO_PLAN, algorithm: 'CLOSE', until_us: 30 * MINUTE_US, end_us: 60 * MINUTE_US, closed_us: 20 * MINUTE_US, expected_progress: 1 }],
  custom: [
    {
      ...NO_PLAN, algorithm: 'CUSTOM', until_us: 30 * MINUTE_US, end_us: 60 * MINUTE_US, expected_progress: 0.6,
      knots: [{ us: 0, fraction: 0 }, { us: 20 * MINUTE_US, fraction: 0.5 }, { us: 60 * MINUTE_US, fraction: 0.9 }],
    },
  ],
};
