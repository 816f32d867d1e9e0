/** One row of `executions` as the service would encode it, any number of times: nothing is encoded while the load runs. */

import { CopyTuple } from '../../engine/ring/copy-tuple.ts';
import { encodeTuple, EXECUTION_COLUMNS } from '../../engine/ring/row-tuples.ts';
import { COPY_HEADER, COPY_TRAILER } from '../../storage/copy-frame.ts';
import type { PumpFrame, PumpTable } from '../database/copy-pump.ts';

export const FLOOR_TABLE: PumpTable = { name: 'bench_floor_executions', like: 'executions', columns: EXECUTION_COLUMNS, format: 'binary' };
export const FLOOR_FRAME: PumpFrame = { header: COPY_HEADER, trailer: COPY_TRAILER };

/** Rows of this many fills are kept ready; more are put together from them. */
const READY_ROWS_MAX = 1_000;
const TIMESTAMP_US = 1_767_225_600_123_456;

const row = encodedRow();
const readyRows: Uint8Array = Buffer.concat(Array.from({ length: READY_ROWS_MAX }, () => row));

/** The rows of so many fills, in pieces of at most READY_ROWS_MAX. */
export function executionRows(fillCount: number): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let left = fillCount; left > 0; left -= READY_ROWS_MAX) {
    pieces.push(readyRows.subarray(0, Math.min(left, READY_ROWS_MAX) * row.length));
  }
  return pieces;
}

export const rowCountOf = (piece: Uint8Array): number => piece.length / row.length;

function encodedRow(): Buffer {
  const tuple = new CopyTuple();
  encodeTuple(tuple, 0, {
    kind: 'execution',
    sequence: 123_456,
    timestampUs: TIMESTAMP_US,
    receivedUs: TIMESTAMP_US,
    execId: 'bench-000-intake-json-service-x12345',
    execType: 'TRADE',
    refExecId: null,
    orderId: 'bench-000-intake-json-service-17',
    symbol: 'BENCH17',
    venue: 'XNAS',
    childOrderId: null,
    liquidity: 'REMOVED',
    quantity: 456,
    price: 100.015625,
    fee: Number.NaN,
  });
  return Buffer.from(tuple.memory.bytes.subarray(0, tuple.byteLength));
}
