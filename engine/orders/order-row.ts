/**
 * One order as a row of doubles in shared memory: the terms that its shard keeps, then the numbers that are shown.
 * The shard of the order's symbol writes it; every thread may read it through the seqlock (ring/shared-state.ts).
 *
 * Undefined is NaN. Codes are indexes into the lists of domain/enums.ts.
 */

/** Cell 0 is the seqlock's version. */
export const OrderCell = {
  // what was announced
  SYMBOL_NO: 1,
  SIDE: 2,
  ALGORITHM: 3,
  ANNOUNCED_US: 4,
  ANNOUNCED_SEQUENCE: 5,
  START_US: 6,
  /** Planned end, NaN when none was given. */
  PLANNED_END_US: 7,
  FIRST_QUANTITY: 8,
  LIMIT_PRICE: 11,
  PARTICIPATION_RATE: 12,
  DECISION_PRICE: 13,
  GIVEN_ARRIVAL_PRICE: 14,
  /** Newest event time of a route or replace: an order that is worked on a later day was only done for its day. */
  WORKED_US: 15,
  // the fold over the live fills
  FILLED_QUANTITY: 17,
  NOTIONAL: 18,
  FEES: 19,
  FILL_COUNT: 20,
  FIRST_FILL_US: 21,
  LAST_FILL_US: 22,
  // child orders
  CHILD_COUNT: 23,
  ENDED_ROUTED_QUANTITY: 24,
  ENDED_FILLED_QUANTITY: 25,
  // state
  TERMINAL_STATUS: 26,
  TERMINAL_US: 27,
  PENDING_STATUS: 28,
  /** Newest own input. */
  SEQUENCE: 29,
  /** Events that did not fit the order's state: orphan corrections, a cancel of a filled order. */
  MISFIT_COUNT: 30,
  // what is shown, as of AS_OF_SEQUENCE
  AS_OF_SEQUENCE: 32,
  AS_OF_US: 33,
  STATE: 34,
  QUANTITY: 35,
  LEAVES_QUANTITY: 36,
  AVERAGE_PRICE: 37,
  ENDED_US: 38,
  EXECUTION_PROGRESS: 39,
  EXPECTED_PROGRESS: 40,
  EXECUTION_SPEED: 41,
  FILL_RATE: 42,
  ARRIVAL_PRICE: 43,
  ARRIVAL_BASIS: 44,
  SLIPPAGE_BPS: 45,
  MARKET_IMPACT_BPS: 46,
  COST_EFFICIENCY: 47,
  PERFORMANCE_SCORE: 48,
  /** Bit i: the alert type with code i is firing. */
  ALERTS_FIRING: 49,
  COST_EFFICIENCY_METHOD: 50,
  /** Standard deviations of the cost above the pre-trade model, NaN without one. */
  COST_Z: 51,
  // the weights of the performance score that is shown
  SPEED_WEIGHT: 52,
  COST_WEIGHT: 53,
  FILL_RATE_WEIGHT: 54,
  /** 1 once the order has left memory but for this row; its analytics are in the database. */
  EVICTED: 55,
} as const;

export const ORDER_ROW_DOUBLES = 64;

/** Where an arrival price comes from, in ARRIVAL_BASIS; -1 for none. */
export const ARRIVAL_BASES = ['given', 'mid', 'last_trade'] as const;

/** How COST_EFFICIENCY was computed, in COST_EFFICIENCY_METHOD; -1 when it is undefined. */
export const COST_EFFICIENCY_METHODS = ['model', 'rpm'] as const;
export type CostEfficiencyMethod = (typeof COST_EFFICIENCY_METHODS)[number];

/** +1 for a buy, -1 for a sell: the sign of every cost. */
export type SideSign = 1 | -1;

export function sideSign(sideCode: number): SideSign {
  return sideCode === 0 ? 1 : -1;
}
