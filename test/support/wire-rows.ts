/** Rows as they are on the wire to storage: made by the engine's encoder, and read back here as the database would. */

import assert from 'node:assert/strict';

import type { Row } from '../../engine/domain/rows.ts';
import type { Memory } from '../../engine/ring/memory.ts';
import { ROW_KINDS, RowEncoder, RowReader } from '../../engine/ring/row-codec.ts';
import { ALERT_COLUMNS, ANALYTICS_COLUMNS, EXECUTION_COLUMNS, MONITORING_COLUMNS, ORDER_COLUMNS } from '../../engine/ring/row-tuples.ts';

const SERVER_EPOCH_US = 946_684_800_000_000n;

const COLUMNS: { readonly [K in Row['kind']]: readonly string[] } = {
  monitoring: MONITORING_COLUMNS,
  execution: EXECUTION_COLUMNS,
  order: ORDER_COLUMNS,
  alert: ALERT_COLUMNS,
  analytics: ANALYTICS_COLUMNS,
};
/** Columns whose field of a row is not their name in camelCase. */
const FIELD_OF: Readonly<Record<string, string>> = {
  timestamp: 'timestampUs',
  received_at: 'receivedUs',
  announced_at: 'announcedUs',
  start_at: 'startUs',
  planned_end_at: 'plannedEndUs',
  ended_at: 'endedUs',
  as_of_sequence: 'sequence',
};
const TIMES = new Set(['timestamp', 'received_at', 'announced_at', 'start_at', 'planned_end_at', 'ended_at']);
const TEXTS = new Set([
  'order_id', 'exec_id', 'exec_type', 'ref_exec_id', 'symbol', 'venue', 'child_order_id', 'liquidity', 'side', 'algorithm', 'currency',
  'account', 'desk', 'trader', 'strategy', 'state', 'alert_type', 'scope', 'alert_state', 'severity', 'recommendation', 'content',
]);
const INTEGERS = new Set(['revision', 'part', 'parts']);

const encoder = new RowEncoder();

/** Valid until the next one. */
export function encodedRow(row: Row): RowReader {
  encoder.encode(row);
  return new RowReader().open(encoder.memory, 0, encoder.byteLength);
}

/** The row that a message holds, field by field, as a server reads it. */
export function decodedRow({ memory, kindCode, tupleOffset, tupleLength, sequence, timestampUs }: RowReader): Row {
  const kind = ROW_KINDS[kindCode]!;
  const row: Record<string, unknown> = { kind };
  const bytes = tupleBytes(memory, tupleOffset, tupleLength);
  assert.equal(bytes.readInt16BE(0), COLUMNS[kind].length);
  let at = 2;
  for (const column of COLUMNS[kind]) {
    const length = bytes.readInt32BE(at);
    at += 4;
    const field = length < 0 ? undefined : bytes.subarray(at, (at += length));
    row[FIELD_OF[column] ?? column.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase())] = valueOf(column, field);
  }
  assert.equal(at, bytes.length);
  assert.equal(row['sequence'], sequence, 'the head has the sequence of its row');
  assert.deepEqual(row['timestampUs'] ?? Number.NaN, timestampUs, 'and its time');
  return row as unknown as Row;
}

function valueOf(column: string, field: Buffer | undefined): unknown {
  if (TEXTS.has(column)) return field?.toString('utf8') ?? null;
  if (TIMES.has(column)) return field === undefined ? Number.NaN : Number(field.readBigInt64BE() + SERVER_EPOCH_US);
  if (column === 'as_of_sequence') return Number(field!.readBigInt64BE());
  if (INTEGERS.has(column)) return field!.readInt32BE();
  if (column === 'event_id') return field!.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
  if (column === 'alerts') return jsonOf(field!);
  if (column === 'venue_distribution') {
    const shares = jsonOf(field!) as Record<string, number>;
    return { count: Object.keys(shares).length, names: Object.keys(shares), shares: Object.values(shares) };
  }
  if (field === undefined) return Number.NaN;
  assert.equal(field.length, 8, `${column} is double precision`);
  return field.readDoubleBE();
}

/** jsonb: a version, then text. */
function jsonOf(field: Buffer): unknown {
  assert.equal(field[0], 1);
  return JSON.parse(field.toString('utf8', 1));
}

function tupleBytes({ bytes }: Memory, offset: number, length: number): Buffer {
  return Buffer.from(bytes.subarray(offset, offset + length));
}
