/**
 * Who was seen before: orders, child orders and executions under their own ids, each with a hash of its content and the
 * sequence of the original. Sent again with the same content it is a duplicate, with other content a conflict.
 *
 * Execution ids get a number when they are first mentioned, which can be by a correction or a bust that comes before
 * its fill: until the fill itself comes such an id has a number and no content.
 */

import { Float64Column, Int32Column } from '../domain/column.ts';
import type { StateReader } from '../domain/state-reader.ts';
import type { StateWriter } from '../domain/state-writer.ts';
import { NONE } from '../journal/record.ts';
import { IdTable, NOT_FOUND } from './id-table.ts';

export type Recognition =
  | { readonly is: 'new' }
  | { readonly is: 'duplicate'; readonly sequence: number }
  | { readonly is: 'conflict'; readonly sequence: number };

export const NEW: Recognition = { is: 'new' };

/** What is known under dense numbers: of orders, child orders or executions. */
class SeenContents {
  private readonly hashes = new Float64Column(Number.NaN);
  private readonly sequences = new Float64Column(Number.NaN);

  /** `hash` is only asked for when there is something to compare with. */
  recognize(no: number, hash: () => number): Recognition {
    const known = this.hashes.get(no);
    if (Number.isNaN(known)) return NEW;
    return { is: known === hash() ? 'duplicate' : 'conflict', sequence: this.sequences.get(no) };
  }

  remember(no: number, hash: number, sequence: number): void {
    this.hashes.set(no, hash);
    this.sequences.set(no, sequence);
  }

  /** The first `count` numbers. */
  save(out: StateWriter, count: number): void {
    this.hashes.save(out, count);
    this.sequences.save(out, count);
  }

  static pass(from: StateReader, count: number): void {
    from.passDoubles(count * 2);
  }

  load(from: StateReader, count: number): void {
    this.hashes.load(from, count);
    this.sequences.load(from, count);
  }
}

export class Identities {
  readonly orders = new SeenContents();
  readonly children = new SeenContents();
  readonly executions = new SeenContents();
  private readonly executionIds = new IdTable();
  private readonly executionOrders = new Int32Column(NONE);
  private readonly childOrders = new Int32Column(NONE);

  /** The number of an exec_id, or undefined when it was never mentioned. */
  executionNo(execId: string): number | undefined {
    return this.executionIds.find(execId);
  }

  get executionCount(): number {
    return this.executionIds.size;
  }

  /** The same for an exec_id that stands as UTF-8 in `bytes`. */
  isExecutionMentioned(bytes: Uint8Array, at: number, length: number): boolean {
    return this.executionIds.findBytes(bytes, at, length) !== NOT_FOUND;
  }

  /** Takes in an exec_id, UTF-8 in `bytes`, with the number that its record carries, and the order it belongs to. */
  mentionExecution(bytes: Buffer, at: number, length: number, executionNo: number, orderNo: number): void {
    // Numbers are given in the order of mention: a lower one was mentioned before.
    if (executionNo < this.executionIds.size) return;
    if (this.executionIds.defineBytes(bytes, at, length) !== executionNo) {
      throw new RangeError(`exec_id ${JSON.stringify(bytes.toString('utf8', at, at + length))} is not the ${executionNo}th that was mentioned`);
    }
    this.executionOrders.set(executionNo, orderNo);
  }

  orderOfExecution(executionNo: number): number {
    return this.executionOrders.get(executionNo);
  }

  orderOfChild(childNo: number): number {
    return this.childOrders.get(childNo);
  }

  mentionChild(childNo: number, orderNo: number): void {
    if (this.childOrders.get(childNo) === NONE) this.childOrders.set(childNo, orderNo);
  }

  /** How many orders and child orders have a number is said by their names. */
  save(out: StateWriter, orders: number, children: number): void {
    this.executionIds.save(out);
    this.executions.save(out, this.executionIds.size);
    this.executionOrders.save(out, this.executionIds.size);
    this.orders.save(out, orders);
    this.children.save(out, children);
    this.childOrders.save(out, children);
  }

  /** Passes over what was saved. */
  static pass(from: StateReader, orders: number, children: number): void {
    const executions = IdTable.pass(from);
    SeenContents.pass(from, executions);
    from.passWords(executions);
    SeenContents.pass(from, orders);
    SeenContents.pass(from, children);
    from.passWords(children);
  }

  load(from: StateReader, orders: number, children: number): void {
    this.executionIds.load(from);
    this.executions.load(from, this.executionIds.size);
    this.executionOrders.load(from, this.executionIds.size);
    this.orders.load(from, orders);
    this.children.load(from, children);
    this.childOrders.load(from, children);
  }
}
