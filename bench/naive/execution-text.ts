/** Fills as rows of `executions` in the text format of COPY: what an afternoon leaves time for. */

import type { PumpFrame, PumpTable } from '../database/copy-pump.ts';
import type { Fill } from './orders.ts';

export const NAIVE_TABLE: PumpTable = {
  name: 'bench_naive_executions',
  like: 'executions',
  columns: ['timestamp', 'received_at', 'exec_id', 'exec_type', 'order_id', 'symbol', 'venue', 'quantity', 'price', 'as_of_sequence'],
  format: 'text',
};
export const NAIVE_FRAME: PumpFrame = { header: new Uint8Array(0), trailer: new Uint8Array(0) };

const SPECIAL = /[\\\t\n\r]/g;
const escaped = (text: string): string => text.replace(SPECIAL, (character) => `\\${character}`);

export function executionText(fills: readonly Fill[], sequence: number): Buffer {
  const received = new Date().toISOString();
  const lines = fills.map(({ timestamp, execId, order, venue, quantity, price }) =>
    [timestamp, received, escaped(execId), 'TRADE', escaped(order.orderId), escaped(order.symbol), escaped(venue), quantity, price, sequence].join('\t'),
  );
  return Buffer.from(`${lines.join('\n')}\n`);
}
