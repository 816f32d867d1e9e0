/**
 * Rows of the engine -> rows of binary COPY, one function a table.
 *
 * It owns the order of the columns: storage's COPY statements take their names from here. NaN becomes NULL; what the tables
 * require is asserted here, so that a row that was sent is never refused by the server later.
 */

import assert from 'node:assert/strict';

import { ORDER_ID_CHARS_MAX } from '../domain/limits.ts';
import type { AlertRow, AnalyticsRow, ExecutionRow, MonitoringRow, OrderRow, Row, VenueDistribution } from '../domain/rows.ts';
import { characterCount } from '../domain/text.ts';
import type { CopyTuple } from './copy-tuple.ts';

export const MONITORING_COLUMNS = [
  'timestamp', 'order_id', 'execution_progress', 'fill_rate', 'average_price', 'market_impact', 'cost_efficiency',
  'slippage', 'venue_distribution', 'alerts', 'as_of_sequence', 'expected_progress',
] as const;

function encodeMonitoring(tuple: CopyTuple, offset: number, row: MonitoringRow): void {
  requireOrderId(row.orderId);
  assert(Number.isFinite(row.timestampUs), 'a row has a timestamp');
  tuple.begin(offset, MONITORING_COLUMNS.length);
  tuple.timestamp(row.timestampUs);
  tuple.text(row.orderId);
  tuple.float8(row.executionProgress);
  tuple.float8(row.fillRate);
  tuple.float8(row.averagePrice);
  tuple.float8(row.marketImpact);
  tuple.float8(row.costEfficiency);
  tuple.float8(row.slippage);
  encodeVenues(tuple, row.venueDistribution);
  encodeNames(tuple, row.alerts);
  tuple.int8(row.sequence);
  tuple.float8(row.expectedProgress);
}

export const EXECUTION_COLUMNS = [
  'timestamp', 'received_at', 'exec_id', 'exec_type', 'ref_exec_id', 'order_id', 'symbol', 'venue', 'child_order_id',
  'liquidity', 'quantity', 'price', 'fee', 'as_of_sequence',
] as const;

function encodeExecution(tuple: CopyTuple, offset: number, row: ExecutionRow): void {
  requireOrderId(row.orderId);
  assert(Number.isFinite(row.timestampUs), 'a row has a timestamp');
  assert(Number.isFinite(row.receivedUs), 'an execution was received at some time');
  tuple.begin(offset, EXECUTION_COLUMNS.length);
  tuple.timestamp(row.timestampUs);
  tuple.timestamp(row.receivedUs);
  if (typeof row.execId === 'string') tuple.text(row.execId);
  else tuple.textInPlace(row.execId);
  tuple.text(row.execType);
  tuple.text(row.refExecId);
  tuple.text(row.orderId);
  tuple.text(row.symbol);
  tuple.text(row.venue);
  tuple.text(row.childOrderId);
  tuple.text(row.liquidity);
  tuple.float8(row.quantity);
  tuple.float8(row.price);
  tuple.float8(row.fee);
  tuple.int8(row.sequence);
}

export const ORDER_COLUMNS = [
  'order_id', 'symbol', 'side', 'algorithm', 'currency', 'account', 'desk', 'trader', 'strategy', 'state', 'quantity',
  'filled_quantity', 'average_price', 'limit_price', 'arrival_price', 'decision_price', 'announced_at', 'start_at',
  'planned_end_at', 'ended_at', 'as_of_sequence',
] as const;

function encodeOrder(tuple: CopyTuple, offset: number, row: OrderRow): void {
  requireOrderId(row.orderId);
  tuple.begin(offset, ORDER_COLUMNS.length);
  tuple.text(row.orderId);
  tuple.text(row.symbol);
  tuple.text(row.side);
  tuple.text(row.algorithm);
  tuple.text(row.currency);
  tuple.text(row.account);
  tuple.text(row.desk);
  tuple.text(row.trader);
  tuple.text(row.strategy);
  tuple.text(row.state);
  tuple.float8(row.quantity);
  tuple.float8(row.filledQuantity);
  tuple.float8(row.averagePrice);
  tuple.float8(row.limitPrice);
  tuple.float8(row.arrivalPrice);
  tuple.float8(row.decisionPrice);
  tuple.timestamp(row.announcedUs);
  tuple.timestamp(row.startUs);
  tuple.timestamp(row.plannedEndUs);
  tuple.timestamp(row.endedUs);
  tuple.int8(row.sequence);
}

export const ALERT_COLUMNS = [
  'event_id', 'revision', 'timestamp', 'order_id', 'alert_type', 'scope', 'alert_state', 'severity', 'current_progress',
  'expected_progress', 'execution_speed', 'cost_efficiency', 'recommendation', 'as_of_sequence',
] as const;

function encodeAlert(tuple: CopyTuple, offset: number, row: AlertRow): void {
  requireOrderId(row.orderId);
  assert(Number.isFinite(row.timestampUs), 'a row has a timestamp');
  tuple.begin(offset, ALERT_COLUMNS.length);
  tuple.uuid(row.eventId);
  tuple.int4(row.revision);
  tuple.timestamp(row.timestampUs);
  tuple.text(row.orderId);
  tuple.text(row.alertType);
  tuple.text(row.scope);
  tuple.text(row.alertState);
  tuple.text(row.severity);
  tuple.float8(row.currentProgress);
  tuple.float8(row.expectedProgress);
  tuple.float8(row.executionSpeed);
  tuple.float8(row.costEfficiency);
  tuple.text(row.recommendation);
  tuple.int8(row.sequence);
}

export const ANALYTICS_COLUMNS = ['order_id', 'part', 'parts', 'content', 'as_of_sequence'] as const;

function encodeAnalytics(tuple: CopyTuple, offset: number, row: AnalyticsRow): void {
  requireOrderId(row.orderId);
  tuple.begin(offset, ANALYTICS_COLUMNS.length);
  tuple.text(row.orderId);
  tuple.int4(row.part);
  tuple.int4(row.parts);
  tuple.text(row.content);
  tuple.int8(row.sequence);
}

/** The row from `offset` on, over what was in the tuple before. */
export function encodeTuple(tuple: CopyTuple, offset: number, row: Row): void {
  switch (row.kind) {
    case 'monitoring':
      return encodeMonitoring(tuple, offset, row);
    case 'execution':
      return encodeExecution(tuple, offset, row);
    case 'order':
      return encodeOrder(tuple, offset, row);
    case 'alert':
      return encodeAlert(tuple, offset, row);
    case 'analytics':
      return encodeAnalytics(tuple, offset, row);
  }
}

/** A JSON object: a share for each name. */
function encodeVenues(tuple: CopyTuple, { count, names, shares }: VenueDistribution): void {
  tuple.beginJson();
  tuple.json('{');
  for (let index = 0; index < count; index++) {
    if (index > 0) tuple.json(',');
    tuple.jsonString(names[index]!);
    tuple.json(':');
    tuple.jsonNumber(shares[index]!);
  }
  tuple.json('}');
  tuple.endJson();
}

/** A JSON array of strings. */
function encodeNames(tuple: CopyTuple, names: readonly string[]): void {
  tuple.beginJson();
  tuple.json('[');
  for (let index = 0; index < names.length; index++) {
    if (index > 0) tuple.json(',');
    tuple.jsonString(names[index]!);
  }
  tuple.json(']');
  tuple.endJson();
}

function requireOrderId(orderId: string): void {
  const isShort = orderId.length <= ORDER_ID_CHARS_MAX || characterCount(orderId) <= ORDER_ID_CHARS_MAX;
  assert(orderId.length > 0 && isShort, 'an order_id has 1 to 100 characters');
}
