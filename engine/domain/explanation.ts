/**
 * Schemas of what `explain=true` adds to ExecutionAnalytics: with each number its formula and inputs, and once the rows
 * (fills, slices, plans) that sums and plans are made of. Undefined is null.
 */

import { type Static, Type } from '@sinclair/typebox';

import { Timestamp } from './events.ts';

const NumberOrNull = Type.Union([Type.Number(), Type.Null()]);
const told = (description: string) => Type.Union([Type.Number(), Type.Null()], { description });

/** A live fill with the market that it met. */
export const ExplainedFill = Type.Object({
  exec_id: Type.String(),
  timestamp: Timestamp,
  quantity: Type.Number(),
  price: Type.Number(),
  fee: Type.Number(),
  venue: Type.String(),
  child_order_type: Type.String(),
  liquidity: Type.String(),
  /** Start of the time slice that it is in. */
  slice: Timestamp,
  bid: told('Of the last valid quote before it; for a buy the ask is the far touch.'),
  ask: NumberOrNull,
  mid: NumberOrNull,
  later_mids: Type.Object(
    { '1s': NumberOrNull, '15s': NumberOrNull, '1m': NumberOrNull, '5m': NumberOrNull, '30m': NumberOrNull },
    { description: 'Mid so long after it; null until it is final.' },
  ),
  index_move: told('Index at the fill / index at the start of the order - 1.'),
});
export type ExplainedFill = Static<typeof ExplainedFill>;

/** A tenth of the order's interval. */
export const ExplainedSlice = Type.Object({
  from: Timestamp,
  market_volume: NumberOrNull,
  market_turnover: NumberOrNull,
  filled_quantity: Type.Number(),
  filled_notional: Type.Number(),
});
export type ExplainedSlice = Static<typeof ExplainedSlice>;

/** How the order was to be worked from `from_us` on: its first plan, then one for each replace. */
export const ExplainedPlan = Type.Object({
  algorithm: Type.String(),
  quantity: Type.Number({ description: 'S while it held.' }),
  from_us: told('Microseconds after the start of the order, as all times here.'),
  until_us: told('The moment of expected_progress: of the next replace, the end, or now.'),
  end_us: told('Planned end.'),
  tradable_until_us: told('Tradable microseconds from the start to until_us; TWAP, VWAP, IS and NONE, as the next two.'),
  tradable_from_us: told('To from_us.'),
  tradable_end_us: told('To end_us.'),
  curve_start: told('VWAP: the cumulative volume curve at the start; null without a curve or a known opening.'),
  curve_from: told('At from_us.'),
  curve_until: told('At until_us.'),
  curve_end: told('At end_us.'),
  participation_rate: told('POV.'),
  volume: told('POV: eligible volume from from_us to until_us; behind a replace without what traded at its very time.'),
  closed_us: told('CLOSE: when the session closed.'),
  knots: Type.Union([Type.Array(Type.Object({ us: Type.Number(), fraction: Type.Number() })), Type.Null()], { description: 'CUSTOM.' }),
  risk_aversion: told('IS, as the next five.'),
  arrival_price: NumberOrNull,
  average_daily_volume: NumberOrNull,
  daily_volatility: NumberOrNull,
  temporary_coefficient: told('h of the pre-trade model.'),
  trading_day_us: told('Microseconds in a trading day.'),
  urgency_per_day: told('k of the Almgren-Chriss plan; null makes it linear.'),
  base: told('b: expected progress at from_us.'),
  expected_progress: told('At until_us.'),
});
export type ExplainedPlan = Static<typeof ExplainedPlan>;

/** The rows of an explained answer. */
export const EXPLAINED_ROWS = {
  explained_fills: Type.Array(ExplainedFill, { description: 'With explain=true: live fills in (timestamp, exec_id) order.' }),
  explained_slices: Type.Array(ExplainedSlice, { description: 'With explain=true: the ten slices of the VWAP attribution.' }),
  explained_plans: Type.Array(ExplainedPlan, { description: 'With explain=true: what expected progress is made of.' }),
};
const RowsName = Type.Unsafe<keyof typeof EXPLAINED_ROWS>({ type: 'string', enum: Object.keys(EXPLAINED_ROWS) });

/** How a number came about: the inputs of its formula, so that it can be redone by hand. */
export const Explanation = Type.Object({
  name: Type.String({ description: 'In the catalogue, see docs/metrics.md.' }),
  formula: Type.String(),
  unit: Type.String(),
  inputs: Type.Record(Type.String(), NumberOrNull),
  rows: Type.Optional(
    Type.Object(
      {
        from: RowsName,
        where: Type.Optional(Type.String({ description: 'Only those whose field of this name is the key of the bucket or venue.' })),
      },
      { description: 'The rows of this answer that went into it, beside the inputs.' },
    ),
  ),
});
export type Explanation = Static<typeof Explanation>;
