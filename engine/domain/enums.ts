/**
 * The closed word lists of the contract. Each is an array whose index is the code that records and typed arrays carry,
 * so a list may only ever grow at its end: the codes are in every journal.
 */

export const SIDES = ['BUY', 'SELL', 'SELL_SHORT'] as const;
export type Side = (typeof SIDES)[number];

export const ALGORITHMS = ['NONE', 'TWAP', 'VWAP', 'POV', 'IS', 'CLOSE', 'CUSTOM'] as const;
export type Algorithm = (typeof ALGORITHMS)[number];

/** FIX OrdStatus (tag 39) by name. */
export const ORD_STATUSES = [
  'NEW',
  'PARTIALLY_FILLED',
  'FILLED',
  'CANCELED',
  'EXPIRED',
  'REJECTED',
  'DONE_FOR_DAY',
  'PENDING_REPLACE',
  'PENDING_CANCEL',
  'SUSPENDED',
] as const;
export type OrdStatus = (typeof ORD_STATUSES)[number];

/** FIX LastLiquidityInd (tag 851) and the auction. Code -1 is unknown. */
export const LIQUIDITIES = ['ADDED', 'REMOVED', 'ROUTED', 'AUCTION'] as const;
export type Liquidity = (typeof LIQUIDITIES)[number];

export const MARKET_STATUSES = ['OPEN', 'HALTED', 'AUCTION', 'CLOSED'] as const;
export type MarketStatus = (typeof MARKET_STATUSES)[number];

export const ALERT_TYPES = [
  'SLOW_EXECUTION',
  'HIGH_COST',
  'MARKET_IMPACT',
  'VENUE_ISSUE',
  'ALGORITHM_UNDERPERFORMANCE',
] as const;
export type AlertType = (typeof ALERT_TYPES)[number];

export const METRICS = ['EXECUTION_SPEED', 'COST_EFFICIENCY', 'MARKET_IMPACT', 'FILL_RATE', 'SLIPPAGE'] as const;
export type MonitoringMetric = (typeof METRICS)[number];

export const SEVERITIES = ['LOW', 'MEDIUM', 'HIGH', 'CRITICAL'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Keys of `alert_thresholds`: an alert type or a metric. MARKET_IMPACT is both and means the same. */
export const THRESHOLD_KEYS = [
  ...ALERT_TYPES,
  'EXECUTION_SPEED',
  'COST_EFFICIENCY',
  'FILL_RATE',
  'SLIPPAGE',
] as const;
export type ThresholdKey = (typeof THRESHOLD_KEYS)[number];

/** The code of a word, for lists above. */
export function codeOf<T extends string>(list: readonly T[], word: T): number {
  const code = list.indexOf(word);
  if (code < 0) throw new RangeError(`${word} is not one of ${list.join(', ')}`);
  return code;
}

/** The word of a code, for lists above. */
export function wordOf<T extends string>(list: readonly T[], code: number): T {
  const word = list[code];
  if (word === undefined) throw new RangeError(`code ${code} is not one of ${list.join(', ')}`);
  return word;
}
