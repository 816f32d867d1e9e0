/** Rows as the shards hand them to storage, as many as are asked for, each another fill or another second of an order. */

import type { ExecutionRow, MonitoringRow, Row } from '../../engine/domain/rows.ts';
import { align8, Memory } from '../../engine/ring/memory.ts';
import { ROW_HEAD_BYTES, RowEncoder, RowReader } from '../../engine/ring/row-codec.ts';
import { PRICE_TICK } from '../workload/fills.ts';

export const ROW_KINDS = ['execution', 'monitoring'] as const;
export type RowKind = (typeof ROW_KINDS)[number];

const FIRST_US = Date.UTC(2026, 2, 2, 14, 30) * 1_000;
const ORDERS = 1_000;
const PRICE_TICKS = 6_400;

/** Rows as they lie in a ring. */
export class EncodedRows {
  private readonly memory: Memory;
  private readonly ends: number[] = [];
  private readonly reader = new RowReader();

  constructor(rows: readonly Row[]) {
    const encoder = new RowEncoder();
    const messages = rows.map((row) => {
      encoder.encode(row);
      return Uint8Array.from(encoder.memory.bytes.subarray(0, encoder.byteLength));
    });
    this.memory = new Memory(new ArrayBuffer(messages.reduce((bytes, message) => bytes + align8(message.length), 0)));
    let at = 0;
    for (const message of messages) {
      this.memory.bytes.set(message, at);
      this.ends.push(at + message.length);
      at += align8(message.length);
    }
  }

  /** Valid until the next one. */
  at(index: number): RowReader {
    const offset = index === 0 ? 0 : align8(this.ends[index - 1]!);
    return this.reader.open(this.memory, offset, this.ends[index]! - offset);
  }

  /** What a COPY takes of some of them, one behind the other. */
  tuples(first: number, end: number): Uint8Array {
    const pieces: Uint8Array[] = [];
    for (let i = first; i < end; i++) {
      const offset = (i === 0 ? 0 : align8(this.ends[i - 1]!)) + ROW_HEAD_BYTES;
      pieces.push(this.memory.bytes.subarray(offset, this.ends[i]!));
    }
    return Buffer.concat(pieces);
  }
}

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
    venueDistribution: { count: 3, names: ['XNAS', 'ARCX', 'BATS'], shares: [0.5, 0.25, 0.25] }, alerts: [],
  };
}
