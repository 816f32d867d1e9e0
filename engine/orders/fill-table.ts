/**
 * Fills of all orders of a shard. The live fills of an order form a list in (timestamp, exec_id) order: the order in which
 * they are folded, whatever the order in which they came.
 *
 * A fill is one record of 64 bytes (record-chunks.ts), which is a cache line: five doubles, then six words.
 *
 *     0 timestamp   8 sequence   16 quantity   24 price   32 fee
 *     40 execution   44 venue and liquidity   48 child   52 next   56 previous   60 place of its exec_id (exec-ids.ts)
 *
 * A correction takes its original's place with a new id, and its record; a bust takes the fill out (amendments.ts).
 */

import { Int32Column } from '../domain/column.ts';
import { AMENDMENTS_WAITING_MAX } from '../domain/limits.ts';
import { CHUNK_MASK, CHUNK_SHIFT, RecordChunks } from '../domain/record-chunks.ts';
import type { StateReader } from '../domain/state-reader.ts';
import type { StateWriter } from '../domain/state-writer.ts';
import { type Amendment, OrderAmendments } from './amendments.ts';
import { ExecIds } from './exec-ids.ts';
import type { Fill, FillNumbers } from './fill.ts';
import { MetQuotes } from './met-quotes.ts';
import { TakenQuotes } from './taken-quotes.ts';

const NONE = -1;

const DOUBLES = 8;
const WORDS = 2 * DOUBLES;
const TIMESTAMP = 0;
const SEQUENCE = 1;
const QUANTITY = 2;
const PRICE = 3;
const FEE = 4;
const EXECUTION = 10;
/** venueNo * 8 + liquidity + 1. */
const VENUE = 11;
const LIQUIDITY_BITS = 3;
const CHILD = 12;
const NEXT = 13;
const PREVIOUS = 14;
const EXEC_ID = 15;

/** What `add` says when the fill is not what it seems: an amendment waited for it. */
export const AMENDED = -1;

export class FillTable {
  readonly execIds = new ExecIds();
  /** By row. A correction keeps what its original met. */
  readonly met: MetQuotes;
  /** By order. */
  readonly taken: TakenQuotes;
  private readonly records = new RecordChunks(DOUBLES);
  // NaN where fractions come: see ExactSum.
  private readonly inHand: FillNumbers = { executionNo: NONE, timestampUs: Number.NaN, sequence: Number.NaN, quantity: Number.NaN, price: Number.NaN, fee: Number.NaN, venueNo: NONE, childNo: NONE, liquidity: NONE };
  private readonly firstOfOrder = new Int32Column(NONE);
  private readonly lastOfOrder = new Int32Column(NONE);
  /** Of the orders that have some. */
  private readonly amendments = new Map<number, OrderAmendments>();
  private waitingTotal = 0;

  /** `laterMids`: how many mids after a fill are of interest, see met-quotes.ts. */
  constructor(laterMids = 0) {
    this.met = new MetQuotes(laterMids);
    this.taken = new TakenQuotes(1 + laterMids);
  }

  /**
   * Adds a live fill; `execId` is the place of its exec_id. Returns how many fills of the order it comes before, 0 when it
   * follows them all, or AMENDED.
   */
  add(orderNo: number, fill: FillNumbers, execId: number): number {
    const row = this.records.take();
    this.write(row, fill, execId);
    const behind = this.link(orderNo, row);
    const amendments = this.amendments.get(orderNo);
    if (amendments === undefined || !amendments.isNamed(fill.executionNo)) return behind;
    this.waitingTotal -= amendments.waitingCount;
    amendments.begin(this.at(row));
    this.waitingTotal += amendments.waitingCount;
    this.replaceLive(orderNo, this.at(row), amendments.chain(fill.executionNo).live);
    return AMENDED;
  }

  /**
   * Takes in a correction or bust.
   *
   * 'applied': it is in effect. 'displaced': it is, in the place of another that named the same execution and does not fit any
   * more. 'waits': what it names has not come yet. 'misfit': it is not in effect, or too many wait; nothing changes.
   */
  amend(orderNo: number, refExecutionNo: number, amendment: Amendment): 'applied' | 'displaced' | 'waits' | 'misfit' {
    let amendments = this.amendments.get(orderNo);
    const row = this.find(orderNo, refExecutionNo);
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
      const after = this.next(row);
      this.releaseId(row);
      this.freeRow(row);
      row = after;
    }
    this.firstOfOrder.set(orderNo, NONE);
    this.lastOfOrder.set(orderNo, NONE);
    this.taken.release(orderNo);
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
  forEach(orderNo: number, onFill: (fill: Fill, row: number) => void): void {
    for (let row = this.first(orderNo); row !== NONE; row = this.next(row)) onFill(this.at(row), row);
  }

  /** The first live fill of an order in fold order, as a row; -1 without one. */
  first(orderNo: number): number {
    return this.firstOfOrder.get(orderNo);
  }

  last(orderNo: number): number {
    return this.lastOfOrder.get(orderNo);
  }

  /** The row behind another of its order; -1 behind the last. */
  next(row: number): number {
    return this.words(row)[(row & CHUNK_MASK) * WORDS + NEXT]!;
  }

  /** The row before another of its order; -1 before the first. */
  previous(row: number): number {
    return this.words(row)[(row & CHUNK_MASK) * WORDS + PREVIOUS]!;
  }

  timestampUs(row: number): number {
    return this.doubles(row)[(row & CHUNK_MASK) * DOUBLES + TIMESTAMP]!;
  }

  sequence(row: number): number {
    return this.doubles(row)[(row & CHUNK_MASK) * DOUBLES + SEQUENCE]!;
  }

  quantity(row: number): number {
    return this.doubles(row)[(row & CHUNK_MASK) * DOUBLES + QUANTITY]!;
  }

  price(row: number): number {
    return this.doubles(row)[(row & CHUNK_MASK) * DOUBLES + PRICE]!;
  }

  fee(row: number): number {
    return this.doubles(row)[(row & CHUNK_MASK) * DOUBLES + FEE]!;
  }

  venueNo(row: number): number {
    return this.words(row)[(row & CHUNK_MASK) * WORDS + VENUE]! >> LIQUIDITY_BITS;
  }

  childNo(row: number): number {
    return this.words(row)[(row & CHUNK_MASK) * WORDS + CHILD]!;
  }

  /** The fills of an order as they came, and what has amended them: from which the live ones follow, whatever the order. */
  save(out: StateWriter, orderNo: number): void {
    const amendments = this.amendments.get(orderNo);
    const amended = amendments?.amendedFills ?? [];
    const liveOfAmended = new Set(amended.map(({ live }) => live?.executionNo));
    let untouched = 0;
    for (let row = this.first(orderNo); row !== NONE; row = this.next(row)) if (!liveOfAmended.has(this.executionNo(row))) untouched++;
    out.word(untouched);
    for (let row = this.first(orderNo); row !== NONE; row = this.next(row)) if (!liveOfAmended.has(this.executionNo(row))) this.saveFill(out, this.read(row), this.execIds.bytes(this.execId(row)), row);
    out.word(amended.length);
    for (const { original, live } of amended) {
      this.saveFill(out, original, this.execIds.encoded(original.execId), live === undefined ? NONE : this.find(orderNo, live.executionNo));
    }
    out.word(amendments === undefined ? 0 : 1);
    amendments?.save(out);
  }

  /** Corrections and busts of an order, and the fills that they name as they came, whichever of them came first. */
  saveAmendments(out: StateWriter, orderNo: number): void {
    const amendments = this.amendments.get(orderNo);
    if (amendments === undefined) return;
    const originals = amendments.amendedFills.map(({ original }) => original).sort((a, b) => a.executionNo - b.executionNo);
    out.word(originals.length);
    for (const original of originals) this.saveFill(out, original, this.execIds.encoded(original.execId), NONE);
    amendments.save(out);
  }

  /** Of an order without fills. */
  load(from: StateReader, orderNo: number): void {
    // Those that nothing has amended, then the others.
    for (let kind = 0; kind < 2; kind++) for (let left = from.word(); left > 0; left--) this.loadFill(from, orderNo);
    if (from.word() === 1) OrderAmendments.load(from, (refExecutionNo, amendment) => this.amend(orderNo, refExecutionNo, amendment));
  }

  /** `row`: of what is left of it, which has what it met. */
  private saveFill(out: StateWriter, fill: FillNumbers, execId: Uint8Array, row: number): void {
    out.block(execId);
    out.double(fill.timestampUs);
    out.double(fill.sequence);
    out.double(fill.quantity);
    out.double(fill.price);
    out.double(fill.fee);
    out.word(fill.executionNo);
    out.word(fill.venueNo);
    out.word(fill.childNo);
    out.word(fill.liquidity);
    out.word(row === NONE ? 0 : 1);
    if (row !== NONE) this.met.save(out, row);
  }

  private loadFill(from: StateReader, orderNo: number): void {
    const idBytes = from.passBlock();
    const execId = this.execIds.keep(from.bytes, from.place - idBytes, idBytes);
    const row = this.records.take();
    const fill = this.inHand;
    fill.timestampUs = from.double();
    fill.sequence = from.double();
    fill.quantity = from.double();
    fill.price = from.double();
    fill.fee = from.double();
    fill.executionNo = from.word();
    fill.venueNo = from.word();
    fill.childNo = from.word();
    fill.liquidity = from.word();
    this.write(row, fill, execId);
    this.link(orderNo, row);
    if (from.word() === 1) this.met.load(from, row);
  }

  private doubles(row: number): Float64Array {
    return this.records.doubles[row >> CHUNK_SHIFT]!;
  }

  private words(row: number): Int32Array {
    return this.records.words[row >> CHUNK_SHIFT]!;
  }

  private at(row: number): Fill {
    return { ...this.read(row), execId: this.execIds.text(this.execId(row)) };
  }

  /** The numbers of a fill; valid until the next one is read or loaded. */
  private read(row: number): Readonly<FillNumbers> {
    const fill = this.inHand;
    fill.executionNo = this.executionNo(row);
    fill.timestampUs = this.timestampUs(row);
    fill.sequence = this.sequence(row);
    fill.quantity = this.quantity(row);
    fill.price = this.price(row);
    fill.fee = this.fee(row);
    fill.venueNo = this.venueNo(row);
    fill.childNo = this.childNo(row);
    fill.liquidity = (this.words(row)[(row & CHUNK_MASK) * WORDS + VENUE]! & ((1 << LIQUIDITY_BITS) - 1)) - 1;
    return fill;
  }

  private executionNo(row: number): number {
    return this.words(row)[(row & CHUNK_MASK) * WORDS + EXECUTION]!;
  }

  private execId(row: number): number {
    return this.words(row)[(row & CHUNK_MASK) * WORDS + EXEC_ID]!;
  }

  private replaceLive(orderNo: number, before: Fill | undefined, live: Fill | undefined): void {
    let row = NONE;
    if (before !== undefined) {
      row = this.find(orderNo, before.executionNo);
      this.unlink(orderNo, row);
      this.releaseId(row);
      if (live === undefined) this.freeRow(row);
    }
    if (live === undefined) return;
    if (row === NONE) row = this.records.take();
    this.write(row, live, this.execIds.keepText(live.execId));
    this.link(orderNo, row);
  }

  private write(row: number, fill: FillNumbers, execId: number): void {
    const doubles = this.doubles(row);
    const double = (row & CHUNK_MASK) * DOUBLES;
    doubles[double + TIMESTAMP] = fill.timestampUs;
    doubles[double + SEQUENCE] = fill.sequence;
    doubles[double + QUANTITY] = fill.quantity;
    doubles[double + PRICE] = fill.price;
    doubles[double + FEE] = fill.fee;
    const words = this.words(row);
    const word = (row & CHUNK_MASK) * WORDS;
    words[word + EXECUTION] = fill.executionNo;
    words[word + VENUE] = (fill.venueNo << LIQUIDITY_BITS) | (fill.liquidity + 1);
    words[word + CHILD] = fill.childNo;
    words[word + EXEC_ID] = execId;
  }

  /** Puts a row into its order's list; returns how many come behind it. */
  private link(orderNo: number, row: number): number {
    let behind = 0;
    let after = NONE;
    let before = this.lastOfOrder.get(orderNo);
    for (; before !== NONE && !this.comesBefore(before, row); before = this.previous(before)) {
      after = before;
      behind++;
    }
    this.join(orderNo, before, row);
    this.join(orderNo, row, after);
    return behind;
  }

  private unlink(orderNo: number, row: number): void {
    this.taken.passOver(orderNo, row, this.previous(row));
    this.join(orderNo, this.previous(row), this.next(row));
  }

  /** Makes two rows neighbours; NONE stands for an end of the order's list. */
  private join(orderNo: number, before: number, after: number): void {
    if (before === NONE) this.firstOfOrder.set(orderNo, after);
    else this.words(before)[(before & CHUNK_MASK) * WORDS + NEXT] = after;
    if (after === NONE) this.lastOfOrder.set(orderNo, before);
    else this.words(after)[(after & CHUNK_MASK) * WORDS + PREVIOUS] = before;
  }

  private freeRow(row: number): void {
    this.met.forget(row);
    this.records.free(row);
  }

  private releaseId(row: number): void {
    this.execIds.release(this.execId(row));
  }

  /**
   * The row of an execution that is live, else -1. Amendments are few, name recent fills mostly, and fold the order again: it
   * is looked for from the last fill back, and an index of all executions saved.
   */
  private find(orderNo: number, executionNo: number): number {
    let row = this.lastOfOrder.get(orderNo);
    while (row !== NONE && this.words(row)[(row & CHUNK_MASK) * WORDS + EXECUTION] !== executionNo) row = this.previous(row);
    return row;
  }

  private comesBefore(a: number, b: number): boolean {
    const aUs = this.timestampUs(a);
    const bUs = this.timestampUs(b);
    if (aUs !== bUs) return aUs < bUs;
    return this.execIds.isBelow(this.words(a)[(a & CHUNK_MASK) * WORDS + EXEC_ID]!, this.words(b)[(b & CHUNK_MASK) * WORDS + EXEC_ID]!);
  }
}
