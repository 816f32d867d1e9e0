/**
 * Fills of all orders of a shard, as columns. The live fills of an order form a list in (timestamp, exec_id) order: the
 * order in which they are folded, whatever the order in which they came.
 *
 * A correction takes its original's place with a new id; a bust takes the fill out (amendments.ts).
 */

import { Float64Column, Int32Column } from '../domain/column.ts';
import { AMENDMENTS_WAITING_MAX } from '../domain/limits.ts';
import { type Amendment, OrderAmendments } from './amendments.ts';
import type { Fill } from './fill.ts';

const NONE = -1;

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
  /** Of the orders that have some. */
  private readonly amendments = new Map<number, OrderAmendments>();
  private waitingTotal = 0;

  /** Adds a live fill. 'refold' when it does not simply follow the ones there, or when an amendment waited for it. */
  add(orderNo: number, fill: Fill): Appended {
    const appended = this.insert(orderNo, fill);
    const amendments = this.amendments.get(orderNo);
    if (amendments === undefined || !amendments.isNamed(fill.executionNo)) return appended;
    this.waitingTotal -= amendments.waitingCount;
    amendments.begin(fill);
    this.waitingTotal += amendments.waitingCount;
    this.replaceLive(orderNo, fill, amendments.chain(fill.executionNo).live);
    return 'refold';
  }

  /**
   * Takes in a correction or bust.
   *
   * 'applied': it is in effect. 'displaced': it is, in the place of another that named the same execution and does not fit any
   * more. 'waits': what it names has not come yet. 'misfit': it is not in effect, or too many wait; nothing changes.
   */
  amend(orderNo: number, refExecutionNo: number, amendment: Amendment): 'applied' | 'displaced' | 'waits' | 'misfit' {
    let amendments = this.amendments.get(orderNo);
    const row = this.rowOfExecution.get(refExecutionNo);
    const waits = row === NONE && amendments?.rootOfExecution(refExecutionNo) === undefined;
    if (waits && this.waitingTotal >= AMENDMENTS_WAITING_MAX) return 'misfit';
    if (amendments === undefined) this.amendments.set(orderNo, (amendments = new OrderAmendments()));
    if (waits) {
      amendments.keep(refExecutionNo, amendment);
      this.waitingTotal++;
      return 'waits';
    }
    if (amendments.rootOfExecution(refExecutionNo) === undefined) amendments.begin(this.at(row));
    const root = amendments.rootOfExecution(refExecutionNo)!;
    const before = amendments.chain(root).live;
    this.waitingTotal -= amendments.waitingCount;
    const hasRival = amendments.keep(refExecutionNo, amendment);
    this.waitingTotal += amendments.waitingCount;
    const { live, inEffect } = amendments.chain(root);
    if (!inEffect.includes(amendment.executionNo)) return 'misfit';
    this.replaceLive(orderNo, before, live);
    return hasRival ? 'displaced' : 'applied';
  }

  /** Forgets the fills of an order for good. */
  release(orderNo: number): void {
    let row = this.firstOfOrder.get(orderNo);
    while (row !== NONE) {
      const after = this.next.get(row);
      this.free(row);
      row = after;
    }
    this.firstOfOrder.set(orderNo, NONE);
    this.lastOfOrder.set(orderNo, NONE);
    this.waitingTotal -= this.waitingFor(orderNo);
    this.amendments.delete(orderNo);
  }

  /** Corrections and busts of all orders whose execution has not come. */
  get waitingCount(): number {
    return this.waitingTotal;
  }

  /** Corrections and busts of an order whose execution has not come. */
  waitingFor(orderNo: number): number {
    return this.amendments.get(orderNo)?.waitingCount ?? 0;
  }

  /** Hands the live fills of an order to `onFill` in fold order. */
  forEach(orderNo: number, onFill: (fill: Fill) => void): void {
    for (let row = this.firstOfOrder.get(orderNo); row !== NONE; row = this.next.get(row)) onFill(this.at(row));
  }

  private replaceLive(orderNo: number, before: Fill | undefined, live: Fill | undefined): void {
    if (before !== undefined) {
      const row = this.rowOfExecution.get(before.executionNo);
      this.unlink(orderNo, row);
      this.free(row);
    }
    if (live !== undefined) this.insert(orderNo, live);
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
    this.rowOfExecution.set(this.executions.get(row), NONE);
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
