/**
 * Rows of the engine -> rows of binary COPY, one function a table.
 *
 * It owns the order of the columns in the COPY statements (`tables.ts` has their names). NaN becomes NULL; what the
 * tables require is asserted here, so that a row that was taken in is never refused by the server later.
 */

import assert from 'node:assert/strict';
import { ORDER_ID_CHARS_MAX } from '../engine/domain/limits.ts';
import { characterCount } from '../engine/domain/text.ts';
import type { AlertRow, AnalyticsRow, ExecutionRow, MonitoringRow, OrderRow } from '../engine/domain/rows.ts';
import type { CopyBuffer } from './copy-buffer.ts';

/** JSON.stringify escapes NUL and half surrogate pairs, and jsonb refuses both escapes. */
const REFUSED_ESCAPE = /\\u(?:0000|d[89a-f])/;
const REFUSED_CHARACTER = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

export const MONITORING_COLUMNS = [
  'timestamp', 'order_id', 'execution_progress', 'fill_rate', 'average_price', 'market_impact', 'cost_efficiency',
  'slippage', 'venue_distribution', 'alerts', 'as_of_sequence', 'expected_progress',
] as const;

export function encodeMonitoringRow(buffer: CopyBuffer, row: MonitoringRow): void {
  requireKeys(row.orderId, row.timestampUs);
  buffer.beginRow(MONITORING_COLUMNS.length);
  buffer.timestamp(row.timestampUs);
  buffer.text(row.orderId);
  buffer.float8(row.executionProgress);
  buffer.float8(row.fillRate);
  buffer.float8(row.averagePrice);
  buffer.float8(row.marketImpact);
  buffer.float8(row.costEfficiency);
  buffer.float8(row.slippage);
  buffer.jsonb(jsonbText(row.venueDistribution));
  buffer.jsonb(row.alerts.length === 0 ? '[]' : jsonbText(row.alerts));
  buffer.int8(row.sequence);
  buffer.float8(row.expectedProgress);
}

export const EXECUTION_COLUMNS = [
  'timestamp', 'received_at', 'exec_id', 'exec_type', 'ref_exec_id', 'order_id', 'symbol', 'venue', 'child_order_id',
  'liquidity', 'quantity', 'price', 'fee', 'as_of_sequence',
] as const;

export function encodeExecutionRow(buffer: CopyBuffer, row: ExecutionRow): void {
  requireKeys(row.orderId, row.timestampUs);
  assert(Number.isFinite(row.receivedUs), 'an execution was received at some time');
  buffer.beginRow(EXECUTION_COLUMNS.length);
  buffer.timestamp(row.timestampUs);
  buffer.timestamp(row.receivedUs);
  buffer.text(row.execId);
  buffer.text(row.execType);
  buffer.text(row.refExecId);
  buffer.text(row.orderId);
  buffer.text(row.symbol);
  buffer.text(row.venue);
  buffer.text(row.childOrderId);
  buffer.text(row.liquidity);
  buffer.float8(row.quantity);
  buffer.float8(row.price);
  buffer.float8(row.fee);
  buffer.int8(row.sequence);
}

export const ORDER_COLUMNS = [
  'order_id', 'symbol', 'side', 'algorithm', 'currency', 'account', 'desk', 'trader', 'strategy', 'state', 'quantity',
  'filled_quantity', 'average_price', 'limit_price', 'arrival_price', 'decision_price', 'announced_at', 'start_at',
  'planned_end_at', 'ended_at', 'as_of_sequence',
] as const;

export function encodeOrderRow(buffer: CopyBuffer, row: OrderRow): void {
  requireKeys(row.orderId, 0);
  buffer.beginRow(ORDER_COLUMNS.length);
  buffer.text(row.orderId);
  buffer.text(row.symbol);
  buffer.text(row.side);
  buffer.text(row.algorithm);
  buffer.text(row.currency);
  buffer.text(row.account);
  buffer.text(row.desk);
  buffer.text(row.trader);
  buffer.text(row.strategy);
  buffer.text(row.state);
  buffer.float8(row.quantity);
  buffer.float8(row.filledQuantity);
  buffer.float8(row.averagePrice);
  buffer.float8(row.limitPrice);
  buffer.float8(row.arrivalPrice);
  buffer.float8(row.decisionPrice);
  buffer.timestamp(row.announcedUs);
  buffer.timestamp(row.startUs);
  buffer.timestamp(row.plannedEndUs);
  buffer.timestamp(row.endedUs);
  buffer.int8(row.sequence);
}

export const ALERT_COLUMNS = [
  'event_id', 'revision', 'timestamp', 'order_id', 'alert_type', 'scope', 'alert_state', 'severity', 'current_progress',
  'expected_progress', 'execution_speed', 'cost_efficiency', 'recommendation', 'as_of_sequence',
] as const;

export function encodeAlertRow(buffer: CopyBuffer, row: AlertRow): void {
  requireKeys(row.orderId, row.timestampUs);
  buffer.beginRow(ALERT_COLUMNS.length);
  buffer.uuid(row.eventId);
  buffer.int4(row.revision);
  buffer.timestamp(row.timestampUs);
  buffer.text(row.orderId);
  buffer.text(row.alertType);
  buffer.text(row.scope);
  buffer.text(row.alertState);
  buffer.text(row.severity);
  buffer.float8(row.currentProgress);
  buffer.float8(row.expectedProgress);
  buffer.float8(row.executionSpeed);
  buffer.float8(row.costEfficiency);
  buffer.text(row.recommendation);
  buffer.int8(row.sequence);
}

/** JSON that jsonb accepts: NUL and half surrogate pairs, in values and in keys, become U+FFFD. NaN becomes null. */
export function jsonbText(value: Readonly<Record<string, number>> | readonly string[]): string {
  const json = JSON.stringify(value);
  if (!json.includes('\\u') || !REFUSED_ESCAPE.test(json)) return json;
  const clean = (text: string): string => text.replace(REFUSED_CHARACTER, '\ufffd');
  if (Array.isArray(value)) return JSON.stringify((value as readonly string[]).map(clean));
  return JSON.stringify(Object.fromEntries(Object.entries(value).map(([key, share]) => [clean(key), share as number])));
}

export const ANALYTICS_COLUMNS = ['order_id', 'part', 'parts', 'content', 'as_of_sequence'] as const;

export function encodeAnalyticsRow(buffer: CopyBuffer, row: AnalyticsRow): void {
  requireKeys(row.orderId, 0);
  buffer.beginRow(ANALYTICS_COLUMNS.length);
  buffer.text(row.orderId);
  buffer.int4(row.part);
  buffer.int4(row.parts);
  buffer.text(row.content);
  buffer.int8(row.sequence);
}

function requireKeys(orderId: string, timestampUs: number): void {
  assert(orderId.length > 0 && characterCount(orderId) <= ORDER_ID_CHARS_MAX, 'an order_id has 1 to 100 characters');
  assert(Number.isFinite(timestampUs), 'a row has a timestamp');
}
