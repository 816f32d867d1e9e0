/** A row on its way to the database: encoded by the shard and put into its ring, taken out and held by the storage worker. */

import type { ExecutionRow, MonitoringRow, Row } from '../../engine/domain/rows.ts';
import { createMailbox, MailboxReceiver, MailboxSender } from '../../engine/ring/mailbox.ts';
import { ROW_HEAD_BYTES, ROW_KINDS, RowEncoder, RowReader } from '../../engine/ring/row-codec.ts';
import { HeldRows } from '../../storage/held-rows.ts';
import { allocatedBytes } from './allocation.ts';
import type { Measurement, Operation, Outcome } from './operation.ts';
import type { Size } from './size.ts';
import { repeated, timed } from './rounds.ts';

const ROWS = { full: 200_000, smoke: 2_000 } as const;
const GROUP = 1_000;
const RING_BYTES = 1 << 20;
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
  venueDistribution: { count: 4, names: ['XNAS', 'XNYS', 'BATS', 'IEXG'], shares: [0.5, 0.25, 0.125, 0.125] },
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
    const outcomes = kinds.map(([kind, row]) => ofKind(size, kind, row));
    return { measurements: outcomes.flatMap(({ measurements }) => measurements), faults: outcomes.flatMap(({ faults }) => faults) };
  },
};

function ofKind(size: Size, kind: string, row: Row): Outcome {
  const rows = ROWS[size];
  const encoder = new RowEncoder();
  const ring = createMailbox(RING_BYTES);
  const sender = new MailboxSender(ring);
  const receiver = new MailboxReceiver(ring);
  const held = new HeldRows();
  const [queue] = held.queues.slice(ROW_KINDS.indexOf(row.kind));
  const reader = new RowReader();
  const take = (offset: number, length: number): void => void held.append(reader.open(receiver.memory, offset, length));
  const measure = (what: string, once: () => void, isGroup = false): Measurement => {
    const run = (): void => {
      for (let i = 0; i < rows; i += isGroup ? GROUP : 1) once();
    };
    return { what, ns: repeated(size, timed(rows, run)), bytes: allocatedBytes(run) / rows };
  };
  const pass = (): void => {
    for (let i = 0; i < GROUP; i++) sender.tryPublishFrom(encoder.memory, encoder.byteLength);
    receiver.receiveInPlace(take, GROUP);
    queue!.dropFirst(queue!.rowCount);
  };
  const measurements = [
    measure(`${kind} row, encoded by the shard`, () => encoder.encode(row)),
    measure(`${kind} row, into the ring and out of it, held by storage`, pass, true),
  ];
  sender.tryPublishFrom(encoder.memory, encoder.byteLength);
  receiver.receiveInPlace(take, 1);
  const sent = encoder.memory.bytes.subarray(ROW_HEAD_BYTES, encoder.byteLength);
  return { measurements, faults: sent.equals(queue!.bytesOf(1)) ? [] : [`a ${kind} row is not the same behind its ring`] };
}
