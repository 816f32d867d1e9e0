/**
 * Child orders (routes) of a shard's parents: routed and filled quantity, and whether they have ended. What a child
 * order's own messages and its fills say may come in any order.
 */

import { Float64Column, Int32Column } from '../domain/column.ts';
import { ExactSum } from '../domain/exact-sum.ts';
import type { StateReader } from '../domain/state-reader.ts';
import type { StateWriter } from '../domain/state-writer.ts';
import { reaches } from './quantity.ts';

const NONE = -1;

/** A child order's end by message; a child that is filled ends by itself. */
export const ChildEnd = { OPEN: 0, REJECTED: 1, CANCELED: 2, EXPIRED: 3 } as const;
export type ChildEnd = (typeof ChildEnd)[keyof typeof ChildEnd];

export interface ChildTotals {
  /** Routed children. */
  readonly count: number;
  /** Of those in a terminal state: what was routed, what was filled, how many were rejected. */
  readonly endedRoutedQuantity: number;
  readonly endedFilledQuantity: number;
  readonly rejectedCount: number;
}

export class ChildTable {
  private readonly quantities = new Float64Column(Number.NaN);
  private readonly filled = new Float64Column(0);
  private readonly ends = new Int32Column(ChildEnd.OPEN);
  private readonly nextOfOrder = new Int32Column(NONE);
  private readonly known = new Int32Column(0);
  private readonly firstOfOrder = new Int32Column(NONE);
  private readonly lastOfOrder = new Int32Column(NONE);
  private readonly orderTypes: (string | undefined)[] = [];
  private readonly routedSum = new ExactSum();
  private readonly filledSum = new ExactSum();

  /** `orderType` is '' when none was given. */
  route(orderNo: number, childNo: number, quantity: number, orderType: string): void {
    this.link(orderNo, childNo);
    this.orderTypes[childNo] = orderType;
    this.quantities.set(childNo, quantity);
  }

  end(orderNo: number, childNo: number, end: ChildEnd): void {
    this.link(orderNo, childNo);
    // An acknowledgement that comes behind the end does not open the child again.
    if (end !== ChildEnd.OPEN) this.ends.set(childNo, end);
  }

  addFill(orderNo: number, childNo: number, quantity: number): void {
    this.link(orderNo, childNo);
    this.filled.set(childNo, this.filled.get(childNo) + quantity);
  }

  /** What was filled of a child order so far. */
  filledQuantity(childNo: number): number {
    return this.filled.get(childNo);
  }

  /** Takes fills off again: what was filled before them. */
  setFilled(childNo: number, quantity: number): void {
    this.filled.set(childNo, quantity);
  }

  /** FIX OrdType as it was given with the route, or '' when it is not known. */
  orderTypeOf(childNo: number): string {
    return childNo === NONE ? '' : (this.orderTypes[childNo] ?? '');
  }

  /** Before a fold: no child of this order has any fill. */
  clearFills(orderNo: number): void {
    for (let childNo = this.firstOfOrder.get(orderNo); childNo !== NONE; childNo = this.nextOfOrder.get(childNo)) {
      this.filled.set(childNo, 0);
    }
  }

  /** Forgets the child orders of an order for good. */
  release(orderNo: number): void {
    for (let childNo = this.firstOfOrder.get(orderNo); childNo !== NONE; childNo = this.nextOfOrder.get(childNo)) {
      this.orderTypes[childNo] = undefined;
    }
    this.firstOfOrder.set(orderNo, NONE);
    this.lastOfOrder.set(orderNo, NONE);
  }

  /** What is filled of them follows from the order's fills. */
  save(out: StateWriter, orderNo: number): void {
    const children: number[] = [];
    for (let childNo = this.firstOfOrder.get(orderNo); childNo !== NONE; childNo = this.nextOfOrder.get(childNo)) children.push(childNo);
    out.word(children.length);
    for (const childNo of children) {
      const orderType = this.orderTypes[childNo];
      out.word(childNo);
      out.word(this.ends.get(childNo));
      out.double(this.quantities.get(childNo));
      out.word(orderType === undefined ? 0 : 1);
      if (orderType !== undefined) out.text(orderType);
    }
  }

  /** Of an order without child orders. */
  load(from: StateReader, orderNo: number): void {
    for (let left = from.word(); left > 0; left--) {
      const childNo = from.word();
      this.link(orderNo, childNo);
      this.ends.set(childNo, from.word());
      this.quantities.set(childNo, from.double());
      if (from.word() === 1) this.orderTypes[childNo] = from.text();
    }
  }

  /** The children stand as they came; their sums, of about 106 bits, are the same in any order but for quantities that are further apart. */
  totals(orderNo: number): ChildTotals {
    const { routedSum, filledSum } = this;
    routedSum.set(0, 0);
    filledSum.set(0, 0);
    let count = 0;
    let rejectedCount = 0;
    for (let childNo = this.firstOfOrder.get(orderNo); childNo !== NONE; childNo = this.nextOfOrder.get(childNo)) {
      const quantity = this.quantities.get(childNo);
      if (Number.isNaN(quantity)) continue;
      count++;
      const filled = this.filled.get(childNo);
      const end = this.ends.get(childNo);
      if (end === ChildEnd.REJECTED) rejectedCount++;
      if (end === ChildEnd.OPEN && !reaches(filled, quantity)) continue;
      routedSum.add(quantity);
      filledSum.add(filled);
    }
    return { count, endedRoutedQuantity: routedSum.high, endedFilledQuantity: filledSum.high, rejectedCount };
  }

  private link(orderNo: number, childNo: number): void {
    if (this.known.get(childNo) === 1) return;
    this.known.set(childNo, 1);
    const last = this.lastOfOrder.get(orderNo);
    if (last === NONE) this.firstOfOrder.set(orderNo, childNo);
    else this.nextOfOrder.set(last, childNo);
    this.lastOfOrder.set(orderNo, childNo);
  }
}
