/**
 * What the database was told of each order: the numbers of its newest monitoring row, and which of its inputs its newest row
 * in the table of orders is of.
 *
 * Doubles in chunks of orders, so that an order costs no object and growing copies nothing.
 */

import { CHUNK_MASK, CHUNK_SHIFT } from '../domain/record-chunks.ts';
import type { StateReader } from '../domain/state-reader.ts';
import type { StateWriter } from '../domain/state-writer.ts';
import { OrderCell as C } from '../orders/order-row.ts';

/** The numbers whose change makes a new monitoring row. */
const NEWS = [
  C.STATE,
  C.QUANTITY,
  C.EXECUTION_PROGRESS,
  C.EXPECTED_PROGRESS,
  C.FILL_RATE,
  C.AVERAGE_PRICE,
  C.MARKET_IMPACT_BPS,
  C.COST_EFFICIENCY,
  C.SLIPPAGE_BPS,
  C.ALERTS_FIRING,
] as const;

/** Cells of an order: its sequence in the table of orders, 0 before its first row, then NEWS. */
const STRIDE = 1 + NEWS.length;
const NOTHING = new Float64Array((CHUNK_MASK + 1) * STRIDE);

export class WrittenRows {
  private readonly chunks: Float64Array[] = [];

  /** True when the order had an input of its own since its last rows. */
  isOrderBehind(orderNo: number, cells: Float64Array, at: number): boolean {
    return this.toldOf(orderNo)[placeOf(orderNo)] !== cells[at + C.SEQUENCE];
  }

  /** True when something that a monitoring row shows differs from the last one. */
  differs(orderNo: number, cells: Float64Array, at: number): boolean {
    const told = this.toldOf(orderNo);
    const first = placeOf(orderNo) + 1;
    for (let i = 0; i < NEWS.length; i++) {
      if (!Object.is(told[first + i], cells[at + NEWS[i]!])) return true;
    }
    return false;
  }

  /** Both rows are written as the order stands. */
  note(orderNo: number, cells: Float64Array, at: number): void {
    const told = this.roomFor(orderNo);
    const first = placeOf(orderNo);
    told[first] = cells[at + C.SEQUENCE]!;
    for (let i = 0; i < NEWS.length; i++) told[first + 1 + i] = cells[at + NEWS[i]!]!;
  }

  save(out: StateWriter, orderNo: number): void {
    const told = this.toldOf(orderNo);
    for (let i = 0; i < STRIDE; i++) out.double(told[placeOf(orderNo) + i]!);
  }

  load(from: StateReader, orderNo: number): void {
    const told = this.roomFor(orderNo);
    for (let i = 0; i < STRIDE; i++) told[placeOf(orderNo) + i] = from.double();
  }

  private toldOf(orderNo: number): Float64Array {
    const no = orderNo >> CHUNK_SHIFT;
    return no < this.chunks.length ? this.chunks[no]! : NOTHING;
  }

  private roomFor(orderNo: number): Float64Array {
    while (this.chunks.length <= orderNo >> CHUNK_SHIFT) this.chunks.push(new Float64Array(NOTHING.length));
    return this.chunks[orderNo >> CHUNK_SHIFT]!;
  }
}

function placeOf(orderNo: number): number {
  return (orderNo & CHUNK_MASK) * STRIDE;
}
