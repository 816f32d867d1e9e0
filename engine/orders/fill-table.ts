/**
 * Fills of all orders of a shard, as columns. The live fills of an order form a list in (timestamp, exec_id) order: the
 * order in which they are folded, whatever the order in which they came.
 *
 * A correction takes its original's place with a new id; a bust takes the fill out. Either can come before what it names
 * and then waits for it here.
 */

import { Float64Column, Int32Column } from '../domain/column.ts';
import { AMENDMENTS_WAITING_MAX } from '../domain/limits.ts';

const NONE = -1;
/** In the place of a row: an execution that was corrected, busted, or whose order has left memory. */
const GONE = -2;

export interface Fill {
  readonly executionNo: number;
  readonly execId: string;
  readonly timestampUs: number;
  /** Of the record that brought it: with the timestamp it tells which quote the fill met. */
  readonly sequence: number;
  readonly quantity: number;
  readonly price: number;
  /** In the order's currency, 0 when none was given. */
  readonly fee: number;
  readonly venueNo: number;
  readonly childNo: number;
  readonly liquidity: number;
}

/** A correction or bust. NaN and -1: as the original. */
export interface Amendment {
  readonly executionNo: number;
  readonly execId: string;
  readonly isBust: boolean;
  readonly quantity: number;
  readonly price: number;
  readonly fee: number;
  readonly venueNo: number;
}

export type Appended = 'at_end' | 'refold';

export class FillTable {
  private count = 0;
  /** Rows that are free again, linked by `next`. */
  private firstFree = NONE;
  private readonly rowOfExecution = new Int32Column(NONE);
  private readonly execIds: string[] = [];
  private readonly timestamps = new Float64Column(Number.NaN);
  private readonly sequences = new Float64Column(0);
  private readonly quantities = new Float64Column(Number.NaN);
  private readonly prices = new Float64Column(Number.NaN);
  private readonly fees = new Float64Column(0);
  private readonly venues = new Int32Column(NONE);
  private readonly children = new Int32Column(NONE);
  private readonly liquidities = new Int32Column(NONE);
  private readonly executions = new Int32Column(NONE);
  private readonly next = new Int32Column(NONE);
  private readonly previous = new Int32Column(NONE);
  private readonly firstOfOrder = new Int32Column(NONE);
  private readonly lastOfOrder = new Int32Column(NONE);
  /** Amendments by the execution number that they name, which is not here yet. */
  private readonly waiting = new Map<number, { readonly orderNo: number; readonly amendments: Amendment[] }>();
  private waitingTotal = 0;
  private readonly waitingOfOrder = new Int32Column(0);

  /** Adds a live fill. 'refold' when it does not simply follow the ones there, or when an amendment waited for it. */
  add(orderNo: number, fill: Fill): Appended {
    const appended = this.insert(orderNo, fill);
    const amendments = this.waiting.get(fill.executionNo)?.amendments;
    if (amendments === undefined) return appended;
    this.waiting.delete(fill.executionNo);
    this.countWaiting(orderNo, -amendments.length);
    for (const amendment of amendments) this.amend(orderNo, fill.executionNo, amendment);
    return 'refold';
  }

  /**
   * Applies a correction or bust to the fill that it names.
   * 'waits': that one has not come yet. 'misfit': it is not the latest of its chain, or too many wait; nothing changes.
   */
  amend(orderNo: number, refExecutionNo: number, amendment: Amendment): 'applied' | 'waits' | 'misfit' {
    const row = this.rowOfExecution.get(refExecutionNo);
    if (row === NONE) {
      if (this.waitingTotal >= AMENDMENTS_WAITING_MAX) return 'misfit';
      this.countWaiting(orderNo, 1);
      const waiting = this.waiting.get(refExecutionNo);
      if (waiting === undefined) this.waiting.set(refExecutionNo, { orderNo, amendments: [amendment] });
      else waiting.amendments.push(amendment);
      return 'waits';
    }
    if (row === GONE) return 'misfit';
    const original = this.at(row);
    this.unlink(orderNo, row);
    this.free(row);
    if (amendment.isBust) return 'applied';
    this.add(orderNo, {
      ...original,
      executionNo: amendment.executionNo,
      execId: amendment.execId,
      quantity: amendment.quantity,
      price: amendment.price,
      fee: Number.isNaN(amendment.fee) ? original.fee : amendment.fee,
      venueNo: amendment.venueNo === NONE ? original.venueNo : amendment.venueNo,
    });
    return 'applied';
  }

  /** Forgets the fills of an order for good. What names one of them from now on is a misfit. */
  release(orderNo: number): void {
    let row = this.firstOfOrder.get(orderNo);
    while (row !== NONE) {
      const after = this.next.get(row);
      this.free(row);
      row = after;
    }
    this.firstOfOrder.set(orderNo, NONE);
    this.lastOfOrder.set(orderNo, NONE);
    if (this.waitingFor(orderNo) === 0) return;
    for (const [executionNo, waiting] of this.waiting) if (waiting.orderNo === orderNo) this.waiting.delete(executionNo);
    this.countWaiting(orderNo, -this.waitingFor(orderNo));
  }

  /** Corrections and busts of all orders whose execution has not come. */
  get waitingCount(): number {
    return this.waitingTotal;
  }

  /** Corrections and busts of an order whose execution has not come. */
  waitingFor(orderNo: number): number {
    return this.waitingOfOrder.get(orderNo);
  }

  /** Hands the live fills of an order to `onFill` in fold order. */
  forEach(orderNo: number, onFill: (fill: Fill) => void): void {
    for (let row = this.firstOfOrder.get(orderNo); row !== NONE; row = this.next.get(row)) onFill(this.at(row));
  }

  private countWaiting(orderNo: number, change: number): void {
    this.waitingTotal += change;
    this.waitingOfOrder.set(orderNo, this.waitingOfOrder.get(orderNo) + change);
  }

  private at(row: number): Fill {
    return {
      executionNo: this.executions.get(row),
      execId: this.execIds[row]!,
      timestampUs: this.timestamps.get(row),
      sequence: this.sequences.get(row),
      quantity: this.quantities.get(row),
      price: this.prices.get(row),
      fee: this.fees.get(row),
      venueNo: this.venues.get(row),
      childNo: this.children.get(row),
      liquidity: this.liquidities.get(row),
    };
  }

  private insert(orderNo: number, fill: Fill): Appended {
    const row = this.freeRow();
    this.rowOfExecution.set(fill.executionNo, row);
    this.execIds[row] = fill.execId;
    this.timestamps.set(row, fill.timestampUs);
    this.sequences.set(row, fill.sequence);
    this.quantities.set(row, fill.quantity);
    this.prices.set(row, fill.price);
    this.fees.set(row, fill.fee);
    this.venues.set(row, fill.venueNo);
    this.children.set(row, fill.childNo);
    this.liquidities.set(row, fill.liquidity);
    this.executions.set(row, fill.executionNo);
    let before = this.lastOfOrder.get(orderNo);
    const isLast = before === NONE || this.comesBefore(before, row);
    while (before !== NONE && !this.comesBefore(before, row)) before = this.previous.get(before);
    const after = before === NONE ? this.firstOfOrder.get(orderNo) : this.next.get(before);
    this.previous.set(row, before);
    this.next.set(row, after);
    if (before === NONE) this.firstOfOrder.set(orderNo, row);
    else this.next.set(before, row);
    if (after === NONE) this.lastOfOrder.set(orderNo, row);
    else this.previous.set(after, row);
    return isLast ? 'at_end' : 'refold';
  }

  private unlink(orderNo: number, row: number): void {
    const before = this.previous.get(row);
    const after = this.next.get(row);
    if (before === NONE) this.firstOfOrder.set(orderNo, after);
    else this.next.set(before, after);
    if (after === NONE) this.lastOfOrder.set(orderNo, before);
    else this.previous.set(after, before);
  }

  private freeRow(): number {
    const row = this.firstFree;
    if (row === NONE) return this.count++;
    this.firstFree = this.next.get(row);
    return row;
  }

  private free(row: number): void {
    this.rowOfExecution.set(this.executions.get(row), GONE);
    this.execIds[row] = '';
    this.next.set(row, this.firstFree);
    this.firstFree = row;
  }

  private comesBefore(a: number, b: number): boolean {
    const aUs = this.timestamps.get(a);
    const bUs = this.timestamps.get(b);
    return aUs < bUs || (aUs === bUs && this.execIds[a]! < this.execIds[b]!);
  }
}
