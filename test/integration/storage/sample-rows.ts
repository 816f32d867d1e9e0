/** Rows with every column filled, to be varied by the tests. */

import type { AlertRow, AnalyticsRow, ExecutionRow, MonitoringRow, OrderRow, Row, VenueDistribution } from '../../../engine/domain/rows.ts';

/** 2012-06-21T13:30:00.004241Z */
export const IN_2012_US = 1_340_285_400_004_241;
/** 2026-03-02T09:59:59.999999Z */
export const IN_2026_US = 1_772_445_599_999_999;

export function sharesOf(shares: Readonly<Record<string, number>>): VenueDistribution {
  return { count: Object.keys(shares).length, names: Object.keys(shares), shares: Object.values(shares) };
}

export function monitoringRow(sequence: number, change: Partial<MonitoringRow> = {}): MonitoringRow {
  return {
    kind: 'monitoring', sequence, timestampUs: IN_2012_US + sequence * 1_000, orderId: `O-${sequence % 7}`,
    executionProgress: 0.25, expectedProgress: 0.3, fillRate: 12.5, averagePrice: 585.33, marketImpact: -1.25,
    costEfficiency: 0.9, slippage: 2.75, venueDistribution: sharesOf({ NASDAQ: 0.75, BATS: 0.25 }), alerts: ['SLOW_EXECUTION'],
    ...change,
  };
}

export function executionRow(sequence: number, change: Partial<ExecutionRow> = {}): ExecutionRow {
  return {
    kind: 'execution', sequence, timestampUs: IN_2012_US + sequence * 1_000, receivedUs: IN_2012_US + sequence * 1_000 + 7,
    execId: `E-${sequence}`, execType: 'TRADE', refExecId: null, orderId: `O-${sequence % 7}`, symbol: 'AAPL',
    venue: 'NASDAQ', childOrderId: 'C-1', liquidity: 'ADDED', quantity: 100, price: 585.33, fee: -0.2,
    ...change,
  };
}

export function orderRow(sequence: number, change: Partial<OrderRow> = {}): OrderRow {
  return {
    kind: 'order', sequence, orderId: `O-${sequence % 7}`, symbol: 'AAPL', side: 'BUY', algorithm: 'VWAP', currency: 'USD',
    account: 'ACC', desk: 'EQ', trader: 'T1', strategy: 'S', state: 'PARTIALLY_FILLED', quantity: 10_000,
    filledQuantity: sequence, averagePrice: 585.33, limitPrice: 590, arrivalPrice: 585, decisionPrice: 584.9,
    announcedUs: IN_2012_US, startUs: IN_2012_US + 1, plannedEndUs: IN_2012_US + 3_600_000_000, endedUs: Number.NaN,
    ...change,
  };
}

export function alertRow(sequence: number, change: Partial<AlertRow> = {}): AlertRow {
  return {
    kind: 'alert', sequence, timestampUs: IN_2012_US + sequence * 1_000, eventId: uuidOf(sequence), revision: 1,
    orderId: `O-${sequence % 7}`, alertType: 'SLOW_EXECUTION', scope: 'ORDER', alertState: 'FIRING', severity: 'HIGH',
    currentProgress: 0.25, expectedProgress: 0.5, executionSpeed: 0.5, costEfficiency: 0.9, recommendation: 'Raise it.',
    ...change,
  };
}

/** Of an order of its own: an order leaves memory once. */
export function analyticsRow(sequence: number, change: Partial<AnalyticsRow> = {}): AnalyticsRow {
  return { kind: 'analytics', sequence, orderId: `gone-${sequence}`, part: 0, parts: 1, content: `{"as_of_sequence":${sequence}}`, ...change };
}

/** What the inputs 1 to `last` cause: for each a monitoring row, for some one of the others too. */
export function rowsOfInputs(last: number, first = 1): Row[] {
  const rows: Row[] = [];
  for (let sequence = first; sequence <= last; sequence++) {
    rows.push(monitoringRow(sequence));
    if (sequence % 2 === 0) rows.push(executionRow(sequence));
    if (sequence % 3 === 0) rows.push(orderRow(sequence));
    if (sequence % 5 === 0) rows.push(alertRow(sequence));
    if (sequence % 7 === 0) rows.push(analyticsRow(sequence));
  }
  return rows;
}

function uuidOf(sequence: number): string {
  return `00000000-0000-5000-8000-${String(sequence).padStart(12, '0')}`;
}
