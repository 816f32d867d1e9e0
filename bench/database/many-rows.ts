/** Rows as the shards hand them to storage, as many as are asked for, each another fill or another second of an order. */

import type { ExecutionRow, MonitoringRow } from '../../engine/domain/rows.ts';
import { PRICE_TICK } from '../workload/fills.ts';

export const ROW_KINDS = ['execution', 'monitoring'] as const;
export type RowKind = (typeof ROW_KINDS)[number];

const FIRST_US = Date.UTC(2026, 2, 2, 14, 30) * 1_000;
const ORDERS = 1_000;
const PRICE_TICKS = 6_400;

/** Sequences from 1; event times rise by 100 us, so that a round stays within few hours. */
export function makeRows(kind: RowKind, rowCount: number): (ExecutionRow | MonitoringRow)[] {
  return Array.from({ length: rowCount }, (_, i) => (kind === 'execution' ? executionAt(i + 1) : monitoringAt(i + 1)));
}

function executionAt(sequence: number): ExecutionRow {
  const timestampUs = FIRST_US + sequence * 100;
  return {
    kind: 'execution', sequence, timestampUs, receivedUs: timestampUs + 250, execId: `bench-copy-x${sequence}`, execType: 'TRADE', refExecId: null,
    orderId: `bench-copy-${sequence % ORDERS}`, symbol: `BENCH${sequence % 100}`, venue: 'XNAS', childOrderId: null, liquidity: 'REMOVED',
    quantity: 1 + (sequence % 900), price: (PRICE_TICKS + (sequence % 64)) * PRICE_TICK, fee: Number.NaN,
  };
}

function monitoringAt(sequence: number): MonitoringRow {
  const progress = (sequence % 1_000) / 1_000;
  return {
    kind: 'monitoring', sequence, timestampUs: FIRST_US + sequence * 100, orderId: `bench-copy-${sequence % ORDERS}`, executionProgress: progress,
    expectedProgress: progress, fillRate: progress, averagePrice: PRICE_TICKS * PRICE_TICK, marketImpact: 1.25, costEfficiency: 0.5, slippage: -1.5,
    venueDistribution: { XNAS: 0.5, ARCX: 0.25, BATS: 0.25 }, alerts: [],
  };
}
