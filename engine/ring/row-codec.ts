/**
 * Rows on their way from a shard to the storage worker, as MessagePack arrays: the fields of each kind in a fixed order,
 * the kind first. Both ends are built together, so there is no version.
 */

import { Packr } from 'msgpackr';

import { privateCopy } from './memory.ts';
import type { AlertRow, AnalyticsRow, ExecutionRow, MonitoringRow, OrderRow, Row } from '../domain/rows.ts';

const FIELDS: { readonly [K in Row['kind']]: readonly string[] } = {
  monitoring: fieldsOf<MonitoringRow>()([
    'sequence', 'timestampUs', 'orderId', 'executionProgress', 'expectedProgress', 'fillRate', 'averagePrice',
    'marketImpact', 'costEfficiency', 'slippage', 'venueDistribution', 'alerts',
  ]),
  execution: fieldsOf<ExecutionRow>()([
    'sequence', 'timestampUs', 'receivedUs', 'execId', 'execType', 'refExecId', 'orderId', 'symbol', 'venue',
    'childOrderId', 'liquidity', 'quantity', 'price', 'fee',
  ]),
  order: fieldsOf<OrderRow>()([
    'sequence', 'orderId', 'symbol', 'side', 'algorithm', 'currency', 'account', 'desk', 'trader', 'strategy', 'state',
    'quantity', 'filledQuantity', 'averagePrice', 'limitPrice', 'arrivalPrice', 'decisionPrice', 'announcedUs', 'startUs',
    'plannedEndUs', 'endedUs',
  ]),
  alert: fieldsOf<AlertRow>()([
    'sequence', 'timestampUs', 'eventId', 'revision', 'orderId', 'alertType', 'scope', 'alertState', 'severity',
    'currentProgress', 'expectedProgress', 'executionSpeed', 'costEfficiency', 'recommendation',
  ]),
  analytics: fieldsOf<AnalyticsRow>()(['sequence', 'orderId', 'part', 'parts', 'content']),
};
const KINDS = Object.keys(FIELDS) as Row['kind'][];

const packr = new Packr({ useRecords: false });

export function encodeRow(row: Row): Uint8Array {
  const fields = FIELDS[row.kind];
  const values = row as unknown as Record<string, unknown>;
  const packed: unknown[] = [KINDS.indexOf(row.kind)];
  for (const field of fields) packed.push(values[field]);
  return packr.pack(packed);
}

/** A row from a ring's own bytes, which are copied first: the decoder's native code does not read shared memory. */
export function decodeRow(message: Uint8Array): Row {
  const packed = packr.unpack(privateCopy(message)) as unknown[];
  const kind = KINDS[packed[0] as number]!;
  const row: Record<string, unknown> = { kind };
  FIELDS[kind].forEach((field, index) => (row[field] = packed[index + 1]));
  return row as unknown as Row;
}

/** Makes the compiler check that no field of a row is forgotten. */
function fieldsOf<R extends Row>() {
  return <const F extends readonly Exclude<keyof R, 'kind'>[]>(
    fields: F & (Exclude<keyof R, 'kind'> extends F[number] ? unknown : never),
  ): readonly string[] => fields as readonly string[];
}
