/** A row on its way to the database: packed by the shard, unpacked by the storage worker, encoded as binary COPY. */

import type { ExecutionRow, MonitoringRow, Row } from '../../engine/domain/rows.ts';
import { decodeRow, encodeRow } from '../../engine/ring/row-codec.ts';
import { CopyBuffer } from '../../storage/copy-buffer.ts';
import { encodeTableRow } from '../../storage/tables.ts';
import { allocatedBytes } from './allocation.ts';
import type { Measurement, Operation } from './operation.ts';
import type { Size } from './size.ts';
import { repeated, timed } from './rounds.ts';

const ROWS = { full: 200_000, smoke: 2_000 } as const;
const GROUP = 1_000;
const US = Date.UTC(2026, 2, 2, 14, 30) * 1_000;

const MONITORING: MonitoringRow = {
  kind: 'monitoring',
  sequence: 1_234_567,
  timestampUs: US,
  orderId: 'desk-7-2026-03-02-000123',
  executionProgress: 0.25,
  expectedProgress: 0.26,
  fillRate: 0.25,
  averagePrice: 100.015625,
  marketImpact: 1.25,
  costEfficiency: 0.5,
  slippage: 1.5,
  venueDistribution: { XNAS: 0.5, XNYS: 0.25, BATS: 0.125, IEXG: 0.125 },
  alerts: [],
};
const EXECUTION: ExecutionRow = {
  kind: 'execution',
  sequence: 1_234_567,
  timestampUs: US,
  receivedUs: US + 250,
  execId: 'broker-3-00000000123456',
  execType: 'TRADE',
  refExecId: null,
  orderId: 'desk-7-2026-03-02-000123',
  symbol: 'SYM42',
  venue: 'XNAS',
  childOrderId: null,
  liquidity: 'ADDED',
  quantity: 300,
  price: 100.015625,
  fee: 0.25,
};

export const rowEncoding: Operation = {
  run(size) {
    const kinds = [
      ['monitoring', MONITORING],
      ['execution', EXECUTION],
    ] as const;
    const faults = kinds.flatMap(([kind, row]) => (JSON.stringify(decodeRow(encodeRow(row))) === JSON.stringify(row) ? [] : [`a ${kind} row is not the same behind its ring`]));
    return { measurements: kinds.flatMap(([kind, row]) => ofKind(size, kind, row)), faults };
  },
};

function ofKind(size: Size, kind: string, row: Row): Measurement[] {
  const rows = ROWS[size];
  const buffer = new CopyBuffer();
  const message = Uint8Array.from(encodeRow(row));
  const measure = (what: string, once: () => void): Measurement => {
    const run = (): void => {
      for (let i = 0; i < rows; i++) once();
    };
    return { what, ns: repeated(size, timed(rows, run)), bytes: allocatedBytes(run) / rows };
  };
  let held = 0;
  return [
    measure(`${kind} row, packed for the ring`, () => encodeRow(row)),
    measure(`${kind} row, unpacked from the ring`, () => decodeRow(message)),
    measure(`${kind} row, encoded as COPY`, () => {
      encodeTableRow(buffer, row);
      if (++held % GROUP === 0) buffer.dropFirst(buffer.length);
    }),
  ];
}
