/**
 * What the database was told of each order: the numbers of its newest monitoring row, and which of its inputs its newest row
 * in the table of orders is of.
 *
 * One column of doubles for all orders, so that an order costs no object.
 */

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
const INITIAL_ORDERS = 1_024;

export class WrittenRows {
  private told = new Float64Array(INITIAL_ORDERS * STRIDE);

  /** True when the order had an input of its own since its last rows. */
  isOrderBehind(orderNo: number, cells: Float64Array, at: number): boolean {
    return this.told[orderNo * STRIDE] !== cells[at + C.SEQUENCE];
  }

  /** True when something that a monitoring row shows differs from the last one. */
  differs(orderNo: number, cells: Float64Array, at: number): boolean {
    const first = orderNo * STRIDE + 1;
    for (let i = 0; i < NEWS.length; i++) {
      if (!Object.is(this.told[first + i], cells[at + NEWS[i]!])) return true;
    }
    return false;
  }

  /** Both rows are written as the order stands. */
  note(orderNo: number, cells: Float64Array, at: number): void {
    const first = orderNo * STRIDE;
    if (first >= this.told.length) this.grow(first);
    this.told[first] = cells[at + C.SEQUENCE]!;
    for (let i = 0; i < NEWS.length; i++) this.told[first + 1 + i] = cells[at + NEWS[i]!]!;
  }

  save(out: StateWriter, orderNo: number): void {
    for (let i = 0; i < STRIDE; i++) out.double(this.told[orderNo * STRIDE + i] ?? 0);
  }

  load(from: StateReader, orderNo: number): void {
    const first = orderNo * STRIDE;
    if (first >= this.told.length) this.grow(first);
    for (let i = 0; i < STRIDE; i++) this.told[first + i] = from.double();
  }

  private grow(needed: number): void {
    let length = this.told.length;
    while (length <= needed) length *= 2;
    const grown = new Float64Array(length);
    grown.set(this.told);
    this.told = grown;
  }
}
